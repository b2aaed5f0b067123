#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/header_line.h"
#include "core/base/xalloc.h"
#include "entry/entry_memory.h"
#include "request/cmdline.h"

/*
 * A request is made from three layers: the options (an operation), --defaults,
 * and the line.  A member comes from the highest layer that has it.  Headers
 * add up, but one of a layer hides those of its name below.  What the options
 * say is the same for every line, so it is worked out once for an operation
 * and copied.
 */

enum {
    LINE,
    DEFAULTS,
    OPTIONS,
    NLAYERS
};

struct layers {
    const struct entry_fields *asks[NLAYERS];
};

/* ---- the options ---- */

/* The body is that of the options' own layer, so that the line's may hide it. */
static void set_base_form(struct entry_base *b, const struct operation *op)
{
    struct qv_request *r = &b->request.engine;
    struct str type = {0};
    request_set_form(&b->request, op);
    b->ask.given = ENTRY_FIELD_BODY;
    b->ask.body = r->body;
    b->ask.is_multipart = true;
    str_printf(&type, "Content-Type: %s",
               r->content_type ? r->content_type : "");
    b->ask.content_type = strings_own(&b->request.owned, str_take(&type));
    r->body = (struct qv_body){.kind = QV_BODY_NONE};
    r->content_type = NULL;
}

static void set_base_body(struct entry_base *b, const struct operation *op)
{
    const struct post_data *d = &op->data;
    struct entry_fields *a = &b->ask;
    if (op->form) {
        set_base_form(b, op);
        return;
    }
    if (!d->is_any || op->get)
        return;
    a->given = ENTRY_FIELD_BODY;
    a->is_json = d->is_json;
    a->content_type = d->is_json
                          ? "Content-Type: application/json"
                          : "Content-Type: application/x-www-form-urlencoded";
    if (d->file) {
        b->file = (struct qv_body_part){.path = d->file};
        a->body = (struct qv_body){
            .kind = QV_BODY_PARTS, .parts = &b->file, .nparts = 1};
    } else {
        a->body = (struct qv_body){.kind = QV_BODY_BYTES,
                                   .bytes = d->bytes.base ? d->bytes.base : "",
                                   .len = d->bytes.len};
    }
}

static struct entry_base *new_base(const struct operation *op)
{
    static const struct operation none = {
        .how.engine = {.max_redirs = MAX_REDIRS_DEFAULT}};
    static const struct target nowhere;
    struct entry_base *b = xalloc_zeroed(1, sizeof *b);
    struct operation bare = op ? *op : none;
    struct request_failure failure;
    bare.data = (struct post_data){0};
    bare.form = NULL;
    /* Without a file there is nothing that can fail. */
    (void)request_init(&b->request, &bare, &nowhere, "", &failure);
    b->op = op;
    if (op)
        set_base_body(b, op);
    return b;
}

static const struct entry_base *get_base(struct entry *e,
                                         const struct operation *op)
{
    struct entry_base *b = entry_memory_base(e, op);
    if (b == NULL) {
        b = new_base(op);
        b->owner = e->op;
        entry_memory_add_base(e, b);
    }
    return b;
}

/* ---- headers ---- */

static bool has_name(const char *const *headers, size_t n, const char *header)
{
    struct span name = n ? header_line_name(header) : (struct span){0};
    for (size_t i = 0; i < n; i++) {
        if (header_line_is_named(headers[i], name))
            return true;
    }
    return false;
}

struct list {
    const char **at;
    size_t n;
};

static bool is_hidden(const struct entry_fields *by, const char *header)
{
    return has_name(by->headers, by->nheaders, header);
}

static void add(struct list *l, const char *header)
{
    l->at[l->n++] = header;
}

static void add_unless_there(struct list *l, const char *header)
{
    if (header && !has_name(l->at, l->n, header))
        add(l, header);
}

/* The layer that the body comes from, or NULL. */
static const struct entry_fields *body_of(const struct layers *l)
{
    for (size_t i = 0; i < NLAYERS; i++) {
        if (l->asks[i]->given & ENTRY_FIELD_BODY)
            return l->asks[i];
    }
    return NULL;
}

/* Headers of the options, those that the line does not hide.  What is meant
 * for one origin comes first and stays first. */
static void add_base(struct list *list, struct qv_request *r,
                     const struct layers *l, const char *without)
{
    size_t norigin = r->norigin_headers;
    for (size_t i = 0; i < r->nheaders; i++) {
        if (i == norigin)
            r->norigin_headers = list->n;
        if (!is_hidden(l->asks[LINE], r->headers[i]) &&
            !is_hidden(l->asks[DEFAULTS], r->headers[i]) &&
            !(without && has_name(&without, 1, r->headers[i])))
            add(list, r->headers[i]);
    }
    if (norigin && norigin == r->nheaders)
        r->norigin_headers = list->n;
}

static void add_asked(struct list *list, const struct layers *l,
                      const char *without)
{
    const struct entry_fields *line = l->asks[LINE];
    const struct entry_fields *defaults = l->asks[DEFAULTS];
    for (size_t i = 0; i < defaults->nheaders; i++) {
        const char *header = defaults->headers[i];
        if (!is_hidden(line, header) &&
            !(without && has_name(&without, 1, header)))
            add(list, header);
    }
    for (size_t i = 0; i < line->nheaders; i++) {
        if (!(without && has_name(&without, 1, line->headers[i])))
            add(list, line->headers[i]);
    }
}

static void set_headers(struct entry *e, const struct layers *l)
{
    const struct entry_fields *line = l->asks[LINE];
    const struct entry_fields *defaults = l->asks[DEFAULTS];
    const struct entry_fields *body = body_of(l);
    const char *without = NULL;
    struct list list = {0};
    if (!line->nheaders && !defaults->nheaders &&
        (!body || !body->content_type))
        return; /* those of the options, as they are */
    if (body && body->is_multipart)
        without = body->content_type; /* it has the boundary */
    list.at = entry_memory_alloc(
        e, (e->request.nheaders + defaults->nheaders + line->nheaders + 3) *
               sizeof *list.at);
    add_base(&list, &e->request, l, without);
    add_asked(&list, l, without);
    if (body) {
        add_unless_there(&list, body->content_type);
        add_unless_there(&list,
                         body->is_json ? "Accept: application/json" : NULL);
    }
    e->request.headers = list.at;
    e->request.nheaders = list.n;
}

/* ---- the rest ---- */

static void set_message(struct qv_request *r, const struct entry_fields *a)
{
    if (a->priority)
        r->priority = a->priority;
    if (a->ntrailers) {
        r->trailers = a->trailers;
        r->ntrailers = a->ntrailers;
    }
}

static bool has_options(const struct entry_fields *a)
{
    return a->given & ~(unsigned)(ENTRY_FIELD_METHOD | ENTRY_FIELD_BODY);
}

static void set_options(struct qv_options *o, const struct entry_fields *a)
{
    unsigned given = a->given;
    if (given & ENTRY_FIELD_HTTP)
        o->http = a->options.http;
    if (given & ENTRY_FIELD_MAX_TIME)
        o->max_time = a->options.max_time;
    if (given & ENTRY_FIELD_CONNECT_TIMEOUT)
        o->connect_timeout = a->options.connect_timeout;
    if (given & ENTRY_FIELD_RETRY)
        o->retry.max = a->options.retry.max;
    if (given & ENTRY_FIELD_RETRY_DELAY)
        o->retry.delay = a->options.retry.delay;
    if (given & ENTRY_FIELD_MAX_REDIRS)
        o->max_redirs = a->options.max_redirs;
    if (given & ENTRY_FIELD_FOLLOW)
        o->follow = a->options.follow;
    if (given & ENTRY_FIELD_INSECURE)
        o->insecure = a->options.insecure;
    if (given & ENTRY_FIELD_RESOLVE)
        o->resolve = a->options.resolve;
    if (given & ENTRY_FIELD_CONNECT_TO)
        o->connect_to = a->options.connect_to;
    if (given & ENTRY_FIELD_PROXY) {
        o->proxy = a->options.proxy;
        o->proxy_why = a->options.proxy_why;
    }
    if (given & ENTRY_FIELD_CERT) {
        o->cert_file = a->options.cert_file;
        o->key_file = NULL; /* of another certificate */
        o->key_pass = a->options.key_pass;
    }
    if (given & ENTRY_FIELD_KEY)
        o->key_file = a->options.key_file;
}

struct qv_options *entry_own_options(struct entry *e)
{
    struct qv_options *own = entry_memory_alloc(e, sizeof *own);
    *own = *e->request.options;
    e->request.options = own;
    return own;
}

/* Those of the base, which many share, unless there are others. */
static void add_options(struct entry *e, const struct layers *l)
{
    const struct entry_fields *defaults = l->asks[DEFAULTS];
    const struct entry_fields *line = l->asks[LINE];
    if (!has_options(defaults) && !has_options(line))
        return;
    struct qv_options *own = entry_own_options(e);
    set_options(own, defaults);
    set_options(own, line);
}

static void set_method(struct qv_request *r, const struct entry_fields *a)
{
    if (!(a->given & ENTRY_FIELD_METHOD))
        return;
    r->method = a->method;
    r->custom_method = NULL; /* -X is for lines without a method */
    r->head = false;
}

static void set_url(struct entry *e, const struct operation *op,
                    const char *url)
{
    static const struct target nowhere;
    e->request.url = url;
    if (!op || (!op->how.query.len && !(op->get && op->data.is_any)))
        return;
    char *longer = request_url(op, &nowhere, url);
    e->request.url = entry_memory_copy(e, longer, strlen(longer));
    free(longer);
}

void entry_apply(struct entry *e, const struct operation *op)
{
    static const struct entry_fields nothing;
    const struct entry *defaults = entry_memory_defaults_of(e);
    const struct entry_fields *line = entry_memory_ask(e);
    if (e->status || !line->url)
        return; /* a bad one */
    const struct entry_base *base = get_base(e, op);
    struct layers l = (struct layers){.asks = {line,
                                               defaults && !line->has_options
                                                   ? entry_memory_ask(defaults)
                                                   : &nothing,
                                               &base->ask}};
    e->request = base->request.engine;
    set_url(e, op, line->url);
    add_options(e, &l);
    set_method(&e->request, l.asks[DEFAULTS]);
    set_method(&e->request, line);
    set_message(&e->request, l.asks[DEFAULTS]);
    set_message(&e->request, line);
    const struct entry_fields *body = body_of(&l);
    if (body)
        e->request.body = body->body;
    set_headers(e, &l);
}

void entry_put_first(struct entry *e, const char *const *lines, size_t n)
{
    struct qv_request *r = &e->request;
    const char **all =
        entry_memory_alloc(e, (n + r->nheaders + 1) * sizeof *all);
    memcpy(all, lines, n * sizeof *all);
    if (r->nheaders)
        memcpy(all + n, r->headers, r->nheaders * sizeof *all);
    r->headers = all;
    r->nheaders += n;
    r->norigin_headers += n;
}
