/*
 * Defaults, in one place with their reasons, and the two questions that can
 * be asked of settings before a network is touched: do they contradict each
 * other, and may two requests share a connection?
 */
#include "settings/settings.h"

#include "base/fault.h"

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
            },
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
            },
        .quic =
            {
                /* Small at first: ngtcp2 doubles them when the peer fills
                 * them within a round trip. */
                .stream_window = 1 * MIB,
                .conn_window = 2 * MIB,
                .max_stream_window = 8 * MIB,
                .max_conn_window = 16 * MIB,
                .qpack_table = 4096,
                .qpack_blocked = 100,
                .max_streams = 1000,
            },
        .pool =
            {
                .idle = 60 * S,
            },
        .tcp_nodelay = true,
        .tcp_keepalive = 60 * S, /* curl's */
    };
}

static void own_text(const char **text, struct arena *arena)
{
    if (*text)
        *text = arena_string(arena, *text);
}

static void own_list(const char *const **list, struct arena *arena)
{
    size_t n = 0;
    if (*list == NULL)
        return;
    while ((*list)[n])
        n++;
    const char **copy = arena_zeroed(arena, (n + 1) * sizeof(const char *));
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_string(arena, (*list)[i]);
    *list = copy;
}

void settings_copy(struct settings *to, const struct settings *from,
                   struct arena *arena)
{
    *to = *from;
    struct settings_tls_options *t = &to->tls;
    const char **texts[] = {
        &t->ca_file,
        &t->ca_path,
        &t->ca_source,
        &t->cert_file,
        &t->key_file,
        &t->key_pass,
        &t->ciphers,
        &t->tls13_ciphers,
        &t->groups,
        &t->key_log,
        &to->addresses.unix_socket,
        &to->addresses.interface,
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        own_text(texts[i], arena);
    own_list(&to->addresses.resolve, arena);
    own_list(&to->addresses.connect_to, arena);
}

bool settings_check(const struct settings *s, struct fault *fault)
{
    bool quic_only = s->http == SETTINGS_HTTP_3_ONLY;
    const char *wrong = NULL;
    if (s->tls.min > s->tls.max)
        wrong = "the lowest TLS version is above the highest";
    else if (quic_only && s->tls.max < SETTINGS_TLS_1_3)
        wrong = "HTTP/3 needs TLS 1.3";
    else if (quic_only && s->addresses.unix_socket)
        wrong = "HTTP/3 does not run over a Unix socket";
    else if (s->tls.key_file && !s->tls.cert_file)
        wrong = "a key without a certificate";
    if (wrong)
        fault_set(fault, ERR_USAGE, 0, "%s", wrong);
    return wrong == NULL;
}

/* Bytes, not text: this is made for each request. */
static void add_bytes(struct str *key, const void *bytes, size_t len)
{
    str_add(key, span_of(bytes, len));
}

/* Its NUL tells it apart from the next, the mark from an absent one. */
static void add_text(struct str *key, const char *text)
{
    str_add_char(key, text ? '=' : '-');
    if (text)
        add_bytes(key, text, strlen(text) + 1);
}

static void add_list(struct str *key, const char *const *list)
{
    for (; list && *list; list++)
        add_text(key, *list);
    add_text(key, NULL);
}

void settings_key(const struct settings *s, struct str *key)
{
    const struct settings_tls_options *t = &s->tls;
    uint8_t choices[] = {
        (uint8_t)s->http,     t->verify, (uint8_t)t->min,
        (uint8_t)t->max,      t->alpn,   (uint8_t)s->addresses.family,
        s->quic.h3_datagrams,
    };
    add_bytes(key, choices, sizeof choices);
    add_text(key, t->ca_file);
    add_text(key, t->ca_path);
    add_text(key, t->ca_source); /* or a message would name another one's */
    add_text(key, t->cert_file);
    add_text(key, t->key_file);
    add_text(key, t->key_pass);
    add_text(key, t->ciphers);
    add_text(key, t->tls13_ciphers);
    add_text(key, t->groups);
    add_text(key, s->addresses.unix_socket);
    add_text(key, s->addresses.interface);
}

/* Padding may differ where nothing else does: then equal settings are taken
 * for different ones, which costs memory and nothing more. */
void settings_identity(const struct settings *s, struct str *key)
{
    settings_key(s, key);
    add_list(key, s->addresses.resolve);
    add_list(key, s->addresses.connect_to);
    add_text(key, s->tls.key_log);
    add_bytes(key, &s->timeouts, sizeof s->timeouts);
    add_bytes(key, &s->limits, sizeof s->limits);
    add_bytes(key, &s->h2, sizeof s->h2);
    add_bytes(key, &s->quic, sizeof s->quic);
    add_bytes(key, &s->pool, sizeof s->pool);
    add_bytes(key, &s->tcp_keepalive, sizeof s->tcp_keepalive);
    str_add_char(key, s->tcp_nodelay ? '1' : '0');
}
