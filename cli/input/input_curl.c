#include "input/input_curl.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"
#include "entry/entry_memory.h"
#include "files/filename.h"
#include "input/input_group.h"
#include "request/expansion.h"

struct input_curl {
    struct entry_pool *pool;
    const struct operation *defaults;
    struct input_notes *notes;
    void (*on_gone)(void *user, const struct operation *op);
    void *user;
    struct input_group *group;  /* being read or given out; NULL */
    bool is_complete;           /* it has been read */
    size_t at;                  /* its target that is next */
    struct expansion expansion; /* of that target */
    struct glob_error glob_error;
};

struct input_curl *
input_curl_new(struct entry_pool *pool, const struct operation *defaults,
               struct input_notes *notes,
               void (*on_gone)(void *user, const struct operation *op),
               void *user)
{
    struct input_curl *c = xalloc_zeroed(1, sizeof *c);
    c->pool = pool;
    c->defaults = defaults;
    c->notes = notes;
    c->on_gone = on_gone;
    c->user = user;
    return c;
}

static void drop_group(struct input_curl *c)
{
    expansion_end(&c->expansion);
    input_group_unref(c->group);
    c->group = NULL;
}

void input_curl_free(struct input_curl *c)
{
    if (!c)
        return;
    drop_group(c);
    free(c);
}

/* ---- reading ---- */

static struct input_group *group(struct input_curl *c)
{
    if (!c->group) {
        c->group = input_group_new(c->defaults);
        c->group->pool = c->pool;
        c->group->on_gone = c->on_gone;
        c->group->user = c->user;
        c->is_complete = false;
        c->at = 0;
    }
    return c->group;
}

void input_curl_end(struct input_curl *c)
{
    if (!c->group)
        return;
    input_group_finish(c->group);
    c->is_complete = true;
}

void input_curl_line(struct input_curl *c, const char *line, size_t len,
                     uint64_t number)
{
    if (input_group_line(group(c), line, len, number, c->notes))
        input_curl_end(c);
}

void input_curl_fail(struct input_curl *c, uint64_t number, const char *message)
{
    input_group_fail(group(c), number, message);
}

/* ---- entries ---- */

bool input_curl_has(struct input_curl *c, uint64_t *line)
{
    struct input_group *g = c->group;
    if (!g || !c->is_complete)
        return false;
    /* Without a URL the mistake itself is the entry. */
    if (!g->nlines && g->bad_line && c->at == 0) {
        *line = g->bad_line;
        return true;
    }
    if (c->at >= g->nlines) {
        drop_group(c);
        return false;
    }
    *line = g->lines[c->at];
    return true;
}

/* The path of the body's file; NULL: none. */
static const char *output_of(struct entry *e, const struct operation *op,
                             const struct target *t, char *name)
{
    struct qv_url u;
    struct qv_error error;
    const char *kept = NULL;
    switch (t->place) {
    case PLACE_STDOUT:
        return NULL;
    case PLACE_FILE:
        return name && strcmp(name, "-") != 0
                   ? entry_memory_copy(e, name, strlen(name))
                   : NULL;
    case PLACE_NULL:
        return "/dev/null";
    case PLACE_REMOTE:
        break;
    }
    if (!qv_url_parse(&u, entry_memory_ask(e)->url, op->proto_default, &error))
        return NULL; /* the transfer will say so */
    char *remote = filename_from_path(u.path);
    qv_url_free(&u);
    kept = entry_memory_copy(e, remote, strlen(remote));
    free(remote);
    return kept;
}

static void set_upload(struct entry *e, const struct operation *op,
                       const char *path)
{
    static const struct operation plain;
    struct target t = {.upload = path};
    struct entry_fields *ask = entry_memory_ask(e);
    struct qv_body_part *part;
    char *url;
    if (!path)
        return;
    if (strcmp(path, "-") == 0 || strcmp(path, ".") == 0) {
        entry_fail(e, QV_EXIT_NOT_BUILT_IN,
                   "-T cannot read standard input in a batch");
        return;
    }
    url = request_url(&plain, &t, ask->url);
    ask->url = entry_memory_copy(e, url, strlen(url));
    free(url);
    part = entry_memory_alloc(e, sizeof *part);
    *part =
        (struct qv_body_part){.path = entry_memory_copy(e, path, strlen(path))};
    ask->body =
        (struct qv_body){.kind = QV_BODY_PARTS, .parts = part, .nparts = 1};
    ask->given |= ENTRY_FIELD_BODY;
    if (!op->method) {
        ask->method = "PUT";
        ask->given |= ENTRY_FIELD_METHOD;
    }
}

/* The next that the target stands for. */
static void fill(struct input_curl *c, struct entry *e, const struct target *t)
{
    const struct operation *op = c->group->op;
    struct expanded next;
    expansion_next(&c->expansion, t, &next);
    entry_memory_ask(e)->url = entry_memory_copy(e, next.url, strlen(next.url));
    e->output = output_of(e, op, t, next.output);
    e->is_output_free = true;
    entry_memory_ask(e)->has_options = true;
    set_upload(e, op, next.upload);
    expanded_free(&next);
}

static void release(void *owner)
{
    input_group_unref(owner);
}

void input_curl_take(struct input_curl *c, struct entry *e)
{
    struct input_group *g = c->group;
    if (g->bad_line) {
        c->at++;
        if (g->bad_line == e->line)
            entry_fail(e, QV_EXIT_USAGE, "%s", g->message);
        else
            entry_fail(e, QV_EXIT_USAGE, "its options, line %llu: %s",
                       (unsigned long long)g->bad_line, g->message);
        return;
    }
    const struct target *t = &g->op->targets[c->at];
    if (expansion_is_over(&c->expansion) &&
        !expansion_begin(&c->expansion, g->op, t, &c->glob_error)) {
        c->at++;
        entry_fail(e, QV_EXIT_URL, "%s", c->glob_error.text);
        return;
    }
    input_group_ref(g);
    entry_memory_own(e, release, g);
    fill(c, e, t);
    e->op = g->op;
    entry_apply(e, g->op);
    if (expansion_is_over(&c->expansion))
        c->at++;
}
