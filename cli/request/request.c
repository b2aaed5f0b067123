#include "request/request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/header_line.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "files/filename.h"
#include "request/conditions.h"
#include "request/form.h"

static bool fail_file(struct request_failure *f, const char *path)
{
    f->status = QV_EXIT_READ;
    (void)snprintf(f->message, sizeof f->message, "cannot read %.150s: %s",
                   path, strerror(errno));
    return false;
}

/* ---- the URL ---- */

/* Adds to the query, before a fragment. */
static char *with_query(const char *url, const struct str *data)
{
    size_t head = strcspn(url, "#");
    const char *mark = memchr(url, '?', head);
    struct str t = {0};
    if (!data->len)
        return xalloc_string(url);
    str_add(&t, span_of(url, head));
    if (!mark)
        str_add_char(&t, '?');
    else if (t.base[t.len - 1] != '?' && t.base[t.len - 1] != '&')
        str_add_char(&t, '&');
    str_add(&t, span_of(data->base, data->len));
    str_add_text(&t, url + head);
    return str_take(&t);
}

/* A path that ends in a slash, or no path: the file's name is added, as curl
 * does.  A query speaks for the URL to be whole. */
static char *with_file_name(const char *url, const char *file)
{
    size_t head = strcspn(url, "?#");
    const char *authority = strstr(url, "://");
    struct str t = {0};
    authority = authority && authority < url + head ? authority + 3 : url;
    const char *path = memchr(authority, '/', (size_t)(url + head - authority));
    if ((path && url[head - 1] != '/') || url[head] == '?')
        return xalloc_string(url);
    str_add(&t, span_of(url, head));
    if (!path)
        str_add_char(&t, '/');
    for (const char *c = filename_last(file); *c; c++) {
        /* What would end the path or break the request line. */
        if ((unsigned char)*c <= ' ' || *c == 0x7f || strchr("?#%\"<>", *c))
            str_printf(&t, "%%%02X", (unsigned char)*c);
        else
            str_add_char(&t, *c);
    }
    str_add_text(&t, url + head);
    return str_take(&t);
}

static bool is_stdin(const char *file)
{
    return strcmp(file, "-") == 0 || strcmp(file, ".") == 0;
}

char *request_url(const struct operation *op, const struct target *target,
                  const char *url)
{
    bool has_name = target->upload && !is_stdin(target->upload);
    char *named = has_name ? with_file_name(url, target->upload) : NULL;
    char *u = with_query(named ? named : url, &op->how.query);
    if (op->get && op->data.is_any) {
        char *longer = with_query(u, &op->data.bytes);
        free(u);
        u = longer;
    }
    free(named);
    return u;
}

/* ---- header fields ---- */

/* Does the user speak about this field, if only to take it away? */
static bool has_header(const struct operation *op, const char *name)
{
    for (size_t i = 0; i < op->how.headers.len; i++) {
        if (header_line_is_named(op->how.headers.at[i], span_str(name)))
            return true;
    }
    return false;
}

/* Ours, unless the user has one of that name. */
static void add_header(struct request *r, const struct operation *op,
                       const char *name, const char *prefix, const char *value)
{
    struct str t = {0};
    if (!value || has_header(op, name))
        return;
    str_printf(&t, "%s: %s%s", name, prefix, value);
    strings_add(&r->headers, strings_own(&r->owned, str_take(&t)));
}

static bool is_content_type(const char *header)
{
    return header_line_is_named(header, SPAN_LIT("Content-Type"));
}

/* The Content-Type of a form is sent with its boundary: request_set_form(). */
static void add_given(struct request *r, const struct operation *op,
                      size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (!op->form || !is_content_type(op->how.headers.at[i]))
            strings_add(&r->headers, op->how.headers.at[i]);
    }
}

/* What is meant for the origin alone comes first (struct qv_request). */
static void set_headers(struct request *r, const struct operation *op)
{
    add_given(r, op, 0, op->how.norigin_headers);
    r->engine.norigin_headers = r->headers.len;
    r->engine.is_origin_user = op->how.is_origin_user;
    conditions_add_time(r, op);
    add_given(r, op, op->how.norigin_headers, op->how.headers.len);
    if (op->data.is_json) {
        add_header(r, op, "Content-Type", "", "application/json");
        add_header(r, op, "Accept", "", "application/json");
    }
    conditions_add_etag(r, op);
    r->engine.headers = r->headers.at;
    r->engine.nheaders = r->headers.len;
}

/* ---- the body ---- */

static bool set_file_body(struct request *r, const char *file,
                          struct request_failure *f)
{
    struct qv_body *body = &r->engine.body;
    struct stat st;
    off_t at = 0;
    int fd = STDIN_FILENO;
    if (!is_stdin(file)) {
        r->fd = fd = open(file, O_RDONLY | O_NOCTTY | O_CLOEXEC);
        if (fd < 0)
            return fail_file(f, file);
    }
    if (fstat(fd, &st) < 0)
        return fail_file(f, file);
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return fail_file(f, file);
    }
    *body = (struct qv_body){.kind = QV_BODY_FD, .fd = fd, .fd_len = -1};
    if (S_ISREG(st.st_mode)) {
        if (fd == STDIN_FILENO) /* the shell may have read a part of it */
            at = lseek(fd, 0, SEEK_CUR);
        if (at >= 0)
            body->fd_len = st.st_size > at ? st.st_size - at : 0;
    }
    return true;
}

/* The user's own type gets the boundary; one that is taken away is not sent. */
void request_set_form(struct request *r, const struct operation *op)
{
    struct multipart_how how = {.is_escaped = op->form_escape};
    bool is_removed = false;
    for (size_t i = 0; i < op->how.headers.len; i++) {
        struct header_line line;
        if (!is_content_type(op->how.headers.at[i]) ||
            !header_line_split(op->how.headers.at[i], &line))
            continue;
        is_removed = line.value.len == 0;
        how.type = strings_own(
            &r->owned,
            xalloc_copy(line.value.len ? (const void *)line.value.base : "",
                        line.value.len));
    }
    if (is_removed)
        how.type = NULL;
    multipart_init(&r->form, form_parts(op->form), &how);
    r->parts = xalloc_zeroed(r->form.npieces, sizeof *r->parts);
    multipart_parts(&r->form, str_text(&r->form.text), r->parts);
    r->engine.body = (struct qv_body){
        .kind = QV_BODY_PARTS, .parts = r->parts, .nparts = r->form.npieces};
    if (!is_removed)
        r->engine.content_type = str_text(&r->form.content_type);
}

static bool set_body(struct request *r, const struct operation *op,
                     const struct target *target, struct request_failure *f)
{
    const struct post_data *d = &op->data;
    if (target->upload) {
        r->engine.method = "PUT";
        return set_file_body(r, target->upload, f);
    }
    if (!op->form && (!d->is_any || op->get))
        return true;
    r->engine.method = "POST";
    if (op->form) {
        request_set_form(r, op);
        return true;
    }
    if (!d->is_json)
        r->engine.content_type = "application/x-www-form-urlencoded";
    if (d->file)
        return set_file_body(r, d->file, f);
    r->engine.body = (struct qv_body){
        .kind = QV_BODY_BYTES,
        .bytes = d->bytes.base ? d->bytes.base : "",
        .len = d->bytes.len,
    };
    return true;
}

bool request_init(struct request *r, const struct operation *op,
                  const struct target *target, const char *url,
                  struct request_failure *failure)
{
    *r = (struct request){
        .engine = {.default_scheme = op->proto_default,
                   .head = op->head,
                   .request_target = op->request_target,
                   .priority = op->how.priority,
                   .trailers = op->how.trailers.at,
                   .ntrailers = op->how.trailers.len,
                   .user_agent = op->how.user_agent,
                   .referer = op->how.referer,
                   .range = op->range,
                   .keep_sent = op->record_request,
                   .cookies = op->how.cookies.base,
                   .are_origin_cookies = op->how.are_origin_cookies,
                   .options = &r->options},
        .options = op->how.engine,
        .fd = -1,
    };
    r->options.proxy_agent = op->how.user_agent;
    if (op->write_out)
        r->options.keep_certs |= strstr(op->write_out, "%{certs}") ||
                                 strstr(op->write_out, "%{json}");
    r->engine.url = strings_own(&r->owned, request_url(op, target, url));
    set_headers(r, op);
    bool ok = set_body(r, op, target, failure) &&
              (!target->upload || conditions_continue_upload(r, op, failure));
    if (op->method)
        r->engine.custom_method = op->method;
    return ok;
}

void request_fini(struct request *r)
{
    if (r->fd >= 0)
        close(r->fd);
    multipart_fini(&r->form);
    free(r->parts);
    strings_fini(&r->headers);
    strings_disown(&r->owned);
}

void request_put_first(struct request *r, const struct strings *lines)
{
    struct strings all = {0};
    for (size_t i = 0; i < lines->len; i++)
        strings_add(&all, lines->at[i]);
    for (size_t i = 0; i < r->headers.len; i++)
        strings_add(&all, r->headers.at[i]);
    strings_fini(&r->headers);
    r->headers = all;
    r->engine.headers = all.at;
    r->engine.nheaders = all.len;
    r->engine.norigin_headers += lines->len;
}
