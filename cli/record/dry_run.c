#include "record/dry_run.h"

#include <string.h>

#include "base/redact.h"
#include "record/built_fields.h"

static void add_field(struct str *out, const char *name, const char *value,
                      bool show_secrets)
{
    bool is_hidden = !show_secrets && redact_is_field(name, strlen(name));
    str_printf(out, "%s:%s%s\n", name, *value ? " " : "",
               is_hidden ? REDACT_SHOWN_AS : value);
}

static void add_file(struct str *out, const char *path)
{
    str_printf(out, "<the file %s>", path);
}

static void add_body(struct str *out, const struct qv_body *body)
{
    switch (body->kind) {
    case QV_BODY_NONE:
        return;
    case QV_BODY_BYTES:
        str_add(out, span_of(body->bytes, body->len));
        return;
    case QV_BODY_FD:
        if (body->fd == 0)
            str_add_text(out, "<standard input>");
        else if (body->fd_len >= 0)
            str_printf(out, "<%lld bytes of a file>", (long long)body->fd_len);
        else
            str_add_text(out, "<a file>");
        return;
    case QV_BODY_PARTS:
        for (size_t i = 0; i < body->nparts; i++) {
            const struct qv_body_part *part = &body->parts[i];
            if (part->path)
                add_file(out, part->path);
            else
                str_add(out, span_of(part->bytes, part->len));
        }
        return;
    }
}

void dry_run_render(struct str *out, const struct qv_built *built,
                    const struct qv_request *request, bool show_secrets)
{
    struct built_fields fields;
    built_fields_init(&fields, built, "1.1");
    str_printf(out, "%s %s HTTP/1.1\n", built->method, built->target);
    add_field(out, "Host", built->authority, true);
    for (size_t i = 0; i < fields.n; i++)
        add_field(out, fields.at[i].name, fields.at[i].value, show_secrets);
    built_fields_fini(&fields);
    str_add_char(out, '\n');
    if (built->has_body) {
        add_body(out, &request->body);
        str_add_char(out, '\n');
    }
}
