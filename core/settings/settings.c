/*
 * Defaults, in one place with their reasons, and the two questions that can
 * be asked of settings before a network is touched: do they contradict each
 * other, and may two requests share a connection?
 */
#include "settings/settings.h"

#include <stddef.h>
#include <string.h>

#define MS  ((uint64_t)1000000)
#define S   (1000 * MS)
#define KIB ((size_t)1024)
#define MIB (1024 * KIB)

void settings_defaults(struct settings *s)
{
    *s = (struct settings){
        .http = SETTINGS_HTTP_AUTO,
        .tls =
            {
                .verify = true,
                .min = SETTINGS_TLS_1_2, /* RFC 8996 */
                .max = SETTINGS_TLS_1_3,
                .alpn = true,
                .resume = true,
            },
        .addresses = {.https_rr = true},
        .timeouts =
            {
                .connect = 300 * S,  /* curl's */
                .handshake = 20 * S, /* seven tries on a lossy path */
                .quic_idle = 30 * S,
                .eyeballs = 250 * MS, /* RFC 8305 5 */
                .race = 100 * MS,     /* QUIC needs one round trip, TCP and
                                         TLS two: this and one more */
                .expect_100 = 1 * S,
                .linger = 1 * S,
                /* Some middle boxes forget what is idle for a minute, and
                 * TCP would ask for a quarter of an hour. */
                .ping_after = 10 * S,
                .liveness = 5 * S,
                /* Longer than a head takes as a rule, and short enough to
                 * notice that the network is another one. */
                .probe_after = 2 * S,
            },
        .limits =
            {
                .head = 300 * KIB, /* curl's */
                .fields = 2000,
                .chunk_extra = 16 * KIB,
                .interim = 64,
                .no_progress = 1000,
            },
        .h2 =
            {
                /* 8 MiB carries 640 Mbit/s at 100 ms. */
                .stream_window = 8 * MIB,
                .conn_window = 16 * MIB,
                .max_streams = 1000,
                .header_table = 4096, /* RFC 9113 6.5.2 */
                .max_frame = 16384,   /* likewise */
            },
        .quic =
            {
                /* RFC 9002 6.2.2 says 333 ms, which makes a lost first flight
                 * cost a second and a lossy path four tries in ten.  Browsers
                 * start with this; a path that is slower gets one flight
                 * twice. */
                .initial_rtt = 100 * MS,
                .ack_delay = 25 * MS, /* RFC 9000 18.2 */
                /* Three streams of HTTP/3 and QPACK, and room for reserved
                 * stream types and for what an extension may open (RFC 9114
                 * 6.2). */
                .uni_streams = 16,
                .max_payload = 1452, /* of Ethernet's packets, over IPv6 */
                .pmtud = true,
                .pacing = true,
                .migration = true,
                .grease = true,
                /* Small at first: ngtcp2 doubles them when the peer fills
                 * them within a round trip. */
                .stream_window = 1 * MIB,
                .conn_window = 2 * MIB,
                .max_stream_window = 8 * MIB,
                .max_conn_window = 16 * MIB,
                .qpack_table = 4096,
                .qpack_blocked = 100,
                .max_streams = 1000,
                .max_datagram = 65535, /* RFC 9221 3: whatever fits a packet */
                .h3_datagrams = true,
            },
        .pool =
            {
                .idle = 60 * S,
            },
        .socket =
            {
                .nodelay = true,
                .keepalive = true,
                .keepalive_time = 60 * S, /* curl's, as is the number */
                .keepalive_probes = 9,
            },
    };
}

/* ---- the table ---- */

/* settings.def has the words APART and SHARED. */
enum {
    SHARED,
    APART,
};

#define KIND_OF(type)                                                          \
    _Generic((type){0}, const char * : SETTING_TEXT,                           \
             const char *const * : SETTING_LIST, default : SETTING_PLAIN)
#define ROW(type, setting, connections)                                        \
    {#setting, offsetof(struct settings, setting), sizeof(type),               \
     KIND_OF(type), connections == APART},

const struct setting settings_table[] = {
#define CHOICE(name) enum settings_##name
#define REQUEST(type, setting, connections, how, asked)                        \
    ROW(type, setting, connections)
#define ENGINE(type, setting, connections) ROW(type, setting, connections)
#include "settings/settings.def"
};

const size_t settings_count = sizeof settings_table / sizeof settings_table[0];

/* ---- copies ---- */

static const char *own_text(const char *text, struct arena *arena)
{
    return text ? arena_string(arena, text) : NULL;
}

static const char *const *own_list(const char *const *list, struct arena *arena)
{
    size_t n = 0;
    if (list == NULL)
        return NULL;
    while (list[n])
        n++;
    const char **copy = arena_zeroed(arena, (n + 1) * sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_string(arena, list[i]);
    return copy;
}

static void own(void *member, enum setting_kind kind, struct arena *arena)
{
    const char **text = member;
    const char *const **list = member;
    switch (kind) {
    case SETTING_PLAIN:
        return;
    case SETTING_TEXT:
        *text = own_text(*text, arena);
        return;
    case SETTING_LIST:
        *list = own_list(*list, arena);
        return;
    }
}

void settings_copy(struct settings *to, const struct settings *from,
                   struct arena *arena)
{
    *to = *from;
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *row = &settings_table[i];
        own((char *)to + row->at, row->kind, arena);
    }
}

/* ---- keys ---- */

/* Its NUL tells it apart from the next, the mark from an absent one. */
static void add_text(struct str *key, const char *text)
{
    str_add_char(key, text ? '=' : '-');
    if (text)
        str_add(key, span_of(text, strlen(text) + 1));
}

static void add_list(struct str *key, const char *const *list)
{
    for (; list && *list; list++)
        add_text(key, *list);
    add_text(key, NULL);
}

/* Bytes, not text: keys are compared, and shown to nobody. */
static void add(struct str *key, const void *member, const struct setting *row)
{
    const char *const *text = member;
    const char *const *const *list = member;
    switch (row->kind) {
    case SETTING_PLAIN:
        str_add(key, span_of(member, row->size));
        return;
    case SETTING_TEXT:
        add_text(key, *text);
        return;
    case SETTING_LIST:
        add_list(key, *list);
        return;
    }
}

void settings_key(const struct settings *s, struct str *key)
{
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *row = &settings_table[i];
        if (row->is_apart)
            add(key, (const char *)s + row->at, row);
    }
}

void settings_identity(const struct settings *s, struct str *key)
{
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *row = &settings_table[i];
        add(key, (const char *)s + row->at, row);
    }
}
