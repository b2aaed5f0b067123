#include "client/request_settings.h"

#include <stddef.h>
#include <string.h>

#include "http/message.h"
#include "settings/http_bounds.h"

/* The words of settings.def for the way from the one to the other. */
enum how {
    SAME,
    NOT,
    OR_DEFAULT,
    OR_NONE,
};

struct way {
    size_t from; /* in struct qv_options */
    size_t to;   /* in struct settings */
    size_t size;
    enum how how;
};

static const struct way ways[] = {
#define CHOICE(name) enum qv_##name
#define REQUEST(type, setting, connections, how, asked)                        \
    {offsetof(struct qv_options, asked), offsetof(struct settings, setting),   \
     sizeof(type), how},
#include "settings/settings.def"
};

/* An enum of there and its twin here: each value is the other's. */
#define SAME_CHOICE(one, other)                                                \
    _Static_assert((int)(one) == (int)(other), #one " is not " #other)
SAME_CHOICE(QV_HTTP_AUTO, SETTINGS_HTTP_AUTO);
SAME_CHOICE(QV_HTTP_1_0, SETTINGS_HTTP_1_0);
SAME_CHOICE(QV_HTTP_1_1, SETTINGS_HTTP_1_1);
SAME_CHOICE(QV_HTTP_2, SETTINGS_HTTP_2);
SAME_CHOICE(QV_HTTP_2_PRIOR, SETTINGS_HTTP_2_PRIOR);
SAME_CHOICE(QV_HTTP_3, SETTINGS_HTTP_3);
SAME_CHOICE(QV_HTTP_3_ONLY, SETTINGS_HTTP_3_ONLY);
SAME_CHOICE(QV_HTTP_BOUND_NONE, SETTINGS_HTTP_BOUND_NONE);
SAME_CHOICE(QV_HTTP_BOUND_1_1, SETTINGS_HTTP_BOUND_1_1);
SAME_CHOICE(QV_HTTP_BOUND_2, SETTINGS_HTTP_BOUND_2);
SAME_CHOICE(QV_HTTP_BOUND_3, SETTINGS_HTTP_BOUND_3);
SAME_CHOICE(QV_FAMILY_ANY, SETTINGS_FAMILY_ANY);
SAME_CHOICE(QV_FAMILY_IPV4, SETTINGS_FAMILY_IPV4);
SAME_CHOICE(QV_FAMILY_IPV6, SETTINGS_FAMILY_IPV6);
SAME_CHOICE(QV_TLS_1_2, SETTINGS_TLS_1_2);
SAME_CHOICE(QV_TLS_1_3, SETTINGS_TLS_1_3);
SAME_CHOICE(QV_QUIC_VERSION_AUTO, SETTINGS_QUIC_VERSION_AUTO);
SAME_CHOICE(QV_QUIC_VERSION_1, SETTINGS_QUIC_VERSION_1);
SAME_CHOICE(QV_QUIC_VERSION_2, SETTINGS_QUIC_VERSION_2);
SAME_CHOICE(QV_QUIC_CC_CUBIC, SETTINGS_QUIC_CC_CUBIC);
SAME_CHOICE(QV_QUIC_CC_BBR, SETTINGS_QUIC_CC_BBR);
SAME_CHOICE(QV_QUIC_CC_RENO, SETTINGS_QUIC_CC_RENO);
SAME_CHOICE(QV_PROXY_HTTP_1_1, SETTINGS_PROXY_HTTP_1_1);
SAME_CHOICE(QV_PROXY_HTTP_1_0, SETTINGS_PROXY_HTTP_1_0);
SAME_CHOICE(QV_PROXY_HTTP_2, SETTINGS_PROXY_HTTP_2);
SAME_CHOICE(QV_PROXY_HTTP_3, SETTINGS_PROXY_HTTP_3);
SAME_CHOICE(QV_PROXY_AUTH_BASIC, SETTINGS_PROXY_AUTH_BASIC);
SAME_CHOICE(QV_PROXY_AUTH_DIGEST, SETTINGS_PROXY_AUTH_DIGEST);
SAME_CHOICE(QV_PROXY_AUTH_ANY, SETTINGS_PROXY_AUTH_ANY);
_Static_assert(sizeof(enum qv_http) == sizeof(enum settings_http) &&
                   sizeof(enum qv_family) == sizeof(enum settings_family) &&
                   sizeof(enum qv_tls) == sizeof(enum settings_tls),
               "a choice is copied as bytes");

static bool is_zero(const void *value, size_t size)
{
    static const char zero[sizeof(uint64_t)];
    return memcmp(value, zero, size) == 0;
}

static bool is_none(const void *value, size_t size)
{
    static const uint64_t none = QV_NONE;
    return memcmp(value, &none, size) == 0;
}

static void set(struct settings *s, const struct qv_options *o,
                const struct way *w)
{
    const void *from = (const char *)o + w->from;
    void *to = (char *)s + w->to;
    switch (w->how) {
    case SAME:
        memcpy(to, from, w->size);
        return;
    case NOT:
        *(bool *)to = !*(const bool *)from;
        return;
    case OR_DEFAULT:
        if (!is_zero(from, w->size))
            memcpy(to, from, w->size);
        return;
    case OR_NONE:
        if (is_none(from, w->size))
            memset(to, 0, w->size);
        else if (!is_zero(from, w->size))
            memcpy(to, from, w->size);
        return;
    }
}

/* A window that is larger than the default of the largest makes that larger,
 * unless somebody has said how large it may be. */
static void settle_windows(struct settings_quic *q, const struct qv_options *o)
{
    if (o->quic_max_window == 0 && q->conn_window > q->max_conn_window)
        q->max_conn_window = q->conn_window;
    if (o->quic_max_stream_window == 0 &&
        q->stream_window > q->max_stream_window)
        q->max_stream_window = q->stream_window;
    if (o->quic_window == 0 && q->conn_window > q->max_conn_window)
        q->conn_window = q->max_conn_window;
    if (o->quic_stream_window == 0 && q->stream_window > q->max_stream_window)
        q->stream_window = q->max_stream_window;
}

bool request_settings(struct settings *s, const struct qv_options *o,
                      const struct qv_client_options *client,
                      struct fault *fault)
{
    settings_defaults(s);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        set(s, o, &ways[i]);
    if (o->eyeballs_timeout) /* as curl */
        s->timeouts.race = o->eyeballs_timeout / 2;
    settle_windows(&s->quic, o);
    s->tls.key_log = client->key_log;
    return http_bounds_apply(s, fault) && settings_check(s, fault);
}

/* ---- another origin ---- */

struct member {
    size_t at; /* in struct qv_options */
    size_t size;
};

/* Of the options, those that are about the origin. */
static const struct member of_origin[] = {
#define CHOICE(name) enum qv_##name
#define REQUEST(type, setting, connections, how, asked)                        \
    {offsetof(struct qv_options, asked), sizeof(type)},
#define CLIENT(type, asked) {offsetof(struct qv_options, asked), sizeof(type)},
#include "settings/settings.def"
};

void request_settings_adopt(struct qv_options *options,
                            const struct qv_options *from,
                            const struct qv_options *to)
{
    for (size_t i = 0; i < sizeof of_origin / sizeof of_origin[0]; i++) {
        const struct member *m = &of_origin[i];
        void *now = (char *)options + m->at;
        if (memcmp(now, (const char *)from + m->at, m->size) == 0)
            memcpy(now, (const char *)to + m->at, m->size);
    }
}

/* ---- bodies ---- */

int64_t request_settings_body_len(const struct qv_body *body)
{
    switch (body->kind) {
    case QV_BODY_NONE:
        return BODY_LEN_NONE;
    case QV_BODY_BYTES:
        return (int64_t)body->len;
    case QV_BODY_FD:
        return body->fd_len < 0 ? BODY_LEN_UNKNOWN : body->fd_len;
    case QV_BODY_PARTS:
        return BODY_LEN_UNKNOWN; /* upload_parts_measure() tells */
    }
    return BODY_LEN_NONE;
}
