#include "record/built_fields.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/xalloc.h"

enum {
    ADDED_MAX = 3 /* a length, a type, Expect */
};

static bool has(const struct qv_built *b, const char *name)
{
    for (size_t i = 0; i < b->nfields; i++) {
        if (strcasecmp(b->fields[i].name, name) == 0)
            return true;
    }
    return false;
}

static void add(struct built_fields *f, const char *name, const char *value)
{
    f->at[f->n++] = (struct qv_field){.name = name, .value = value};
}

static void add_length(struct built_fields *f, const struct qv_built *b,
                       bool is_chunked)
{
    if (!b->has_body || has(b, "Content-Length") || has(b, "Transfer-Encoding"))
        return;
    if (b->body_len >= 0) {
        (void)snprintf(f->length, sizeof f->length, "%lld",
                       (long long)b->body_len);
        add(f, "Content-Length", f->length);
    } else if (is_chunked) {
        add(f, "Transfer-Encoding", "chunked");
    }
}

void built_fields_init(struct built_fields *f, const struct qv_built *b,
                       const char *http_version)
{
    *f = (struct built_fields){
        .at = xalloc_zeroed(b->nfields + ADDED_MAX, sizeof *f->at)};
    for (size_t i = 0; i < b->nfields; i++)
        f->at[f->n++] = b->fields[i];
    add_length(
        f, b, strcmp(http_version, "2") != 0 && strcmp(http_version, "3") != 0);
    if (b->content_type)
        add(f, "Content-Type", b->content_type);
    if (b->expects_continue && !has(b, "Expect"))
        add(f, "Expect", "100-continue");
}

void built_fields_fini(struct built_fields *f)
{
    free(f->at);
}
