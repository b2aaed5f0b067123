#include "request/conditions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/whole_file.h"
#include "core/base/header_line.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "request/cmdline.h"
#include "request/request.h"
#include "request/time_condition.h"
#include "terminal/complain.h"

static void add(struct request *r, const struct operation *op, const char *name,
                const char *value)
{
    struct str line = {0};
    for (size_t i = 0; i < op->how.headers.len; i++) {
        if (header_line_is_named(op->how.headers.at[i], span_str(name)))
            return;
    }
    str_printf(&line, "%s: %s", name, value);
    strings_add(&r->headers, strings_own(&r->owned, str_take(&line)));
}

void conditions_add_time(struct request *r, const struct operation *op)
{
    struct time_condition c;
    char date[QV_DATE_LEN + 1];
    if (!op->time_cond || !time_condition_parse(&c, op->time_cond))
        return;
    qv_date_format(c.time, date);
    add(r, op, c.field, date);
}

/* What was saved, on one line; a file that is empty or not there stands for a tag
 * that nothing has. */
void conditions_add_etag(struct request *r, const struct operation *op)
{
    struct str tag = {0};
    if (!op->etag_compare)
        return;
    if (!whole_file_read_edited(&tag, op->etag_compare))
        complain_warning("cannot read %.150s: %s", op->etag_compare,
                         strerror(errno));
    const char *text = str_text(&tag);
    struct span line = span_trim(span_of(text, strcspn(text, "\r\n")));
    char *value = xalloc_copy(line.base, line.len);
    add(r, op, "If-None-Match", *value ? value : "\"\"");
    free(value);
    str_fini(&tag);
}

/* ---- -C with -T ---- */

static bool fail(struct request_failure *f, int status, const char *text)
{
    f->status = status;
    (void)snprintf(f->message, sizeof f->message, "%s", text);
    return false;
}

bool conditions_continue_upload(struct request *r, const struct operation *op,
                                struct request_failure *f)
{
    struct qv_body *body = &r->engine.body;
    uint64_t offset = 0;
    char range[80];
    if (!op->continue_at ||
        !number_parse(op->continue_at, INT64_MAX, &offset) || offset == 0 ||
        body->kind != QV_BODY_FD)
        return true;
    if (body->fd_len < 0 || lseek(body->fd, (off_t)offset, SEEK_CUR) < 0)
        return fail(f, QV_EXIT_RESUME,
                    "-C: the file of -T cannot be skipped "
                    "in");
    if ((uint64_t)body->fd_len <= offset)
        return fail(f, QV_EXIT_PARTIAL,
                    "-C: there is no byte of the file of -T left to send");
    (void)snprintf(range, sizeof range, "bytes %llu-%lld/%lld",
                   (unsigned long long)offset, (long long)body->fd_len - 1,
                   (long long)body->fd_len);
    body->fd_len -= (int64_t)offset;
    add(r, op, "Content-Range", range);
    r->engine.headers = r->headers.at;
    r->engine.nheaders = r->headers.len;
    return true;
}
