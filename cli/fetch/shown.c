#include "fetch/shown.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/xalloc.h"
#include "view/head_view.h"

struct shown *shown_new(const struct body_view_how *how, bool is_lines)
{
    struct shown *s = xalloc_zeroed(1, sizeof *s);
    s->how = *how;
    s->is_lines = is_lines;
    shown_begin(s, NULL);
    return s;
}

void shown_free(struct shown *s)
{
    if (!s)
        return;
    body_view_fini(&s->body);
    free(s);
}

void shown_begin(struct shown *s, const char *content_type)
{
    if (s->is_lines)
        body_view_begin_lines(&s->body, &s->how);
    else
        body_view_begin(&s->body, &s->how, content_type);
}

bool shown_add(struct shown *s, struct str *out, const void *data, size_t len)
{
    return body_view_add(&s->body, out, data, len);
}

void shown_end(struct shown *s, struct str *out, bool ends_line)
{
    body_view_finish(&s->body, out, ends_line);
}

void shown_refusal(const struct shown *s, char *message, size_t cap)
{
    const char *what = s->body.what;
    (void)snprintf(
        message, cap,
        "binary output can mess up the terminal%s%s; use %s"
        "'-o FILE' to save it, or '--binary' to show it all the same",
        what ? ", and this is " : "", what ? what : "",
        s->is_coded ? "'--compressed' to decode it, " : "");
}

void shown_fields(const struct shown *s, struct str *out,
                  const struct qv_field *fields, size_t n)
{
    if (s) {
        head_view_fields(out, fields, n, s->how.has_colours);
        return;
    }
    for (size_t i = 0; i < n; i++)
        str_printf(out, "%s: %s\r\n", fields[i].name, fields[i].value);
}

void shown_head(const struct shown *s, struct str *out,
                const struct qv_head *head)
{
    if (s) {
        head_view_answer(out, head, s->how.has_colours);
        return;
    }
    str_printf(out, "HTTP/%s %d %s\r\n", head->version, head->status,
               head->reason);
    shown_fields(NULL, out, head->fields, head->nfields);
    str_add_text(out, "\r\n");
}
