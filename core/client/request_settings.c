#include "client/request_settings.h"

#include "http/message.h"

static enum settings_http http_of(enum qv_http http)
{
    switch (http) {
    case QV_HTTP_AUTO:
        return SETTINGS_HTTP_AUTO;
    case QV_HTTP_1_0:
        return SETTINGS_HTTP_1_0;
    case QV_HTTP_1_1:
        return SETTINGS_HTTP_1_1;
    case QV_HTTP_2:
        return SETTINGS_HTTP_2;
    case QV_HTTP_2_PRIOR:
        return SETTINGS_HTTP_2_PRIOR;
    case QV_HTTP_3:
        return SETTINGS_HTTP_3;
    case QV_HTTP_3_ONLY:
        return SETTINGS_HTTP_3_ONLY;
    }
    return SETTINGS_HTTP_AUTO;
}

static enum settings_family family_of(enum qv_family family)
{
    switch (family) {
    case QV_FAMILY_ANY:
        return SETTINGS_FAMILY_ANY;
    case QV_FAMILY_IPV4:
        return SETTINGS_FAMILY_IPV4;
    case QV_FAMILY_IPV6:
        return SETTINGS_FAMILY_IPV6;
    }
    return SETTINGS_FAMILY_ANY;
}

static enum settings_tls tls_of(enum qv_tls tls, enum settings_tls fallback)
{
    switch (tls) {
    case QV_TLS_DEFAULT:
        return fallback;
    case QV_TLS_1_2:
        return SETTINGS_TLS_1_2;
    case QV_TLS_1_3:
        return SETTINGS_TLS_1_3;
    }
    return fallback;
}

static void set_tls(struct settings_tls_options *t, const struct qv_options *o)
{
    t->verify = !o->insecure;
    t->ca_file = o->ca_file;
    t->ca_path = o->ca_path;
    t->ca_source = o->ca_source;
    t->cert_file = o->cert_file;
    t->key_file = o->key_file;
    t->key_pass = o->key_pass;
    t->min = tls_of(o->tls_min, t->min);
    t->max = tls_of(o->tls_max, t->max);
    t->ciphers = o->ciphers;
    t->tls13_ciphers = o->tls13_ciphers;
    t->groups = o->groups;
    t->alpn = !o->no_alpn;
}

static void set_pool(struct settings_pool *p, const struct qv_pool_options *o)
{
    p->max_connections = o->size;
    p->streams = o->streams;
    p->max_requests = o->max_requests;
    p->max_age = o->max_age;
    p->checkout = o->checkout;
    if (o->idle)
        p->idle = o->idle;
}

bool request_settings(struct settings *s, const struct qv_options *o,
                      const struct qv_client_options *client,
                      struct fault *fault)
{
    settings_defaults(s);
    s->http = http_of(o->http);
    set_tls(&s->tls, o);
    s->tls.key_log = client->key_log;
    s->addresses = (struct settings_addresses){
        .family = family_of(o->family),
        .resolve = o->resolve,
        .connect_to = o->connect_to,
        .unix_socket = o->unix_socket,
        .interface = o->interface,
    };
    if (o->connect_timeout)
        s->timeouts.connect = o->connect_timeout;
    set_pool(&s->pool, &o->pool);
    return settings_check(s, fault);
}

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
