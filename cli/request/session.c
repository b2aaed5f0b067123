#include "request/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args/parser.h"
#include "base/mem.h"

struct session *session_new(void)
{
    struct session *s = mem_new(1, sizeof(*s));

    s->parallel_max = PARALLEL_MAX_DEFAULT;
    session_next(s);
    return s;
}

void session_init_second(struct operation *op)
{
    size_t first_half = offsetof(struct operation, engine);

    memset((char *)op + first_half, 0, sizeof(*op) - first_half);
    op->engine.max_redirs = MAX_REDIRS_DEFAULT;
}

void session_fini_second(struct operation *op)
{
    strings_fini(&op->headers);
    strings_fini(&op->resolve);
    strings_fini(&op->connect_to);
    text_fini(&op->query);
    text_fini(&op->cookies);
}

struct operation *session_next(struct session *s)
{
    struct operation *op = mem_new(1, sizeof(*op));

    session_init_second(op);
    head_file_init(&op->heads);
    if (s->last)
        s->last->next = op;
    else
        s->first = op;
    s->last = op;
    return op;
}

static void operation_free(struct operation *op)
{
    free(op->targets);
    givens_fini(&op->given);
    text_fini(&op->data.bytes);
    head_file_fini(&op->heads);
    session_fini_second(op);
    free(op);
}

void session_free(struct session *s)
{
    if (!s)
        return;
    while (s->first) {
        struct operation *op = s->first;

        s->first = op->next;
        operation_free(op);
    }
    strings_disown(&s->owned);
    free(s);
}

static void new_target(struct operation *op)
{
    op->targets = mem_room(op->targets, op->ntargets, &op->targets_cap,
                           sizeof(*op->targets));
    op->targets[op->ntargets++] = (struct target){0};
}

/* The one behind the *n that have what is given now. */
static struct target *target_after(struct operation *op, size_t *n)
{
    if (*n == op->ntargets)
        new_target(op);
    return &op->targets[(*n)++];
}

struct target *session_url_target(struct operation *op)
{
    struct target *t = target_after(op, &op->nurls);

    t->has_url = true;
    return t;
}

struct target *session_place_target(struct operation *op)
{
    struct target *t = target_after(op, &op->nplaces);

    t->has_place = true;
    return t;
}

struct target *session_upload_target(struct operation *op)
{
    struct target *t = target_after(op, &op->nuploads);

    t->has_upload = true;
    return t;
}

/* "file:password", where "\:" is a colon of the file's name. */
static void split_cert(struct strings_owned *owned, struct operation *op)
{
    char *file = strings_own(owned, mem_string(op->cert));
    char *to = file;
    const char *from = op->cert;

    for (; *from && *from != ':'; from++) {
        if (*from == '\\' && (from[1] == ':' || from[1] == '\\'))
            from++;
        *to++ = *from;
    }
    *to = '\0';
    op->engine.cert_file = file;
    if (*from == ':' && !op->engine.key_pass)
        op->engine.key_pass = from + 1;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

/* curl's order: its own variable, then OpenSSL's two. */
static void default_trust(struct operation *op)
{
    struct qv_options *o = &op->engine;

    if (o->ca_file || o->ca_path || o->insecure)
        return;
    o->ca_file = environment(o->ca_source = "CURL_CA_BUNDLE");
    if (o->ca_file)
        return;
    /* OpenSSL takes no notice of a folder that is not there. */
    o->ca_path = environment("SSL_CERT_DIR");
    if (o->ca_path && access(o->ca_path, R_OK | X_OK) < 0)
        o->ca_path = NULL;
    o->ca_file = environment("SSL_CERT_FILE");
    o->ca_source = o->ca_file ? "SSL_CERT_FILE" : "SSL_CERT_DIR";
    if (!o->ca_file && !o->ca_path)
        o->ca_source = NULL;
}

static bool check_urls(const struct session *s, struct operation *op,
                       struct parser *p)
{
    bool has_url = false;

    for (size_t i = 0; i < op->ntargets; i++) {
        struct target *t = &op->targets[i];

        if (!t->has_place && op->remote_name_all)
            t->place = PLACE_REMOTE;
        has_url = has_url || t->has_url;
    }
    return has_url || s->is_batch || parser_fail(p, "no URL specified");
}

void session_finish_second(struct strings_owned *owned, struct operation *op)
{
    if (op->cert)
        split_cert(owned, op);
    op->engine.resolve = op->resolve.at;
    op->engine.connect_to = op->connect_to.at;
    default_trust(op);
}

static bool finish(struct session *s, struct operation *op, struct parser *p)
{
    struct qv_options *o = &op->engine;
    bool posts = op->data.is_any && !op->get;

    if (!check_urls(s, op, p))
        return false;
    if (op->head && posts)
        return parser_fail(p, "-I (HEAD) and -d (POST) do not go together");
    for (size_t i = 0; i < op->ntargets; i++) {
        if (op->targets[i].has_upload && posts)
            return parser_fail(p, "-T (PUT) and -d (POST) do not go together");
        if (op->targets[i].has_upload && op->head)
            return parser_fail(p, "-T (PUT) and -I (HEAD) do not go together");
    }
    if (o->fail && op->fail_with_body)
        return parser_fail(p, "--fail and --fail-with-body exclude each other");
    if (o->tls_min && o->tls_max && o->tls_min > o->tls_max)
        return parser_fail(p, "--tls-max is below the minimum version");
    session_finish_second(&s->owned, op);
    return true;
}

bool session_finish(struct session *s, struct parser *p)
{
    for (struct operation *op = s->first; op; op = op->next) {
        if (!finish(s, op, p))
            return false;
    }
    return true;
}
