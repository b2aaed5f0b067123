#include "request/postdata.h"

#include <string.h>

#include "args/parser.h"
#include "base/whole_file.h"
#include "request/cmdline.h"

/*
 * curl's rules.  Pieces join with '&', but those of --json with nothing.  -d
 * and --data-urlencode read @file; -d drops its CR, LF and NUL, the others
 * keep every byte.
 *
 * One --data-binary @file alone is not read at all: the transfer streams it,
 * so a large file needs no memory.  When another piece follows, it is read
 * after all.
 */

static struct operation *operation(struct parser *p)
{
    return p->scope[SCOPE_OPERATION];
}

static bool add_file(struct parser *p, struct str *to, const char *path)
{
    if (whole_file_read(to, path))
        return true;
    return parser_fail_read(p, path);
}

/* Readies the data for one more piece. */
static bool begin_piece(struct parser *p, bool is_json)
{
    struct post_data *d = &operation(p)->data;
    const char *file = d->file;
    d->file = NULL;
    if (file && !add_file(p, &d->bytes, file))
        return false;
    if (d->bytes.len && !is_json)
        str_add_char(&d->bytes, '&');
    d->is_any = true;
    d->is_json = d->is_json || is_json;
    return true;
}

static void drop_line_ends(struct str *t, size_t from)
{
    size_t to = from;
    for (size_t i = from; i < t->len; i++) {
        char c = t->base[i];
        if (c != '\r' && c != '\n' && c != '\0')
            t->base[to++] = c;
    }
    t->len = to;
    if (t->base)
        t->base[to] = '\0';
}

bool postdata_ascii(struct parser *p, const struct option *o, const char *arg)
{
    struct str *bytes = &operation(p)->data.bytes;
    if (arg[0] != '@')
        return postdata_raw(p, o, arg);
    if (!begin_piece(p, false))
        return false;
    size_t before = bytes->len;
    if (!add_file(p, bytes, arg + 1))
        return false;
    drop_line_ends(bytes, before);
    return true;
}

bool postdata_raw(struct parser *p, const struct option *o, const char *arg)
{
    (void)o;
    if (!begin_piece(p, false))
        return false;
    str_add_text(&operation(p)->data.bytes, arg);
    return true;
}

bool postdata_binary(struct parser *p, const struct option *o, const char *arg)
{
    struct post_data *d = &operation(p)->data;
    bool is_first = !d->is_any;
    if (arg[0] != '@')
        return postdata_raw(p, o, arg);
    if (!begin_piece(p, false))
        return false;
    if (!is_first || strcmp(arg, "@-") == 0)
        return add_file(p, &d->bytes, arg + 1);
    d->file = arg + 1;
    return true;
}

static bool is_unreserved(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

void postdata_encode(struct str *to, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (is_unreserved(c))
            str_add_char(to, (char)c);
        else if (c == ' ')
            str_add_char(to, '+');
        else
            str_printf(to, "%%%02X", c);
    }
}

/* "content", "=content", "name=content", "@file", "name@file"; a file only where
 * there is no '='. */
static bool add_encoded(struct parser *p, struct str *to, const char *arg)
{
    size_t name = strcspn(arg, strchr(arg, '=') ? "=" : "@");
    const char *content = arg + name;
    struct str file = {0};
    bool ok = true;
    if (!*content) {
        postdata_encode(to, arg, name);
        return true;
    }
    if (name) {
        str_add(to, span_of(arg, name));
        str_add_char(to, '=');
    }
    if (*content == '=') {
        postdata_encode(to, content + 1, strlen(content + 1));
    } else {
        ok = add_file(p, &file, content + 1);
        if (ok)
            postdata_encode(to, file.base ? file.base : "", file.len);
        str_fini(&file);
    }
    return ok;
}

bool postdata_urlencode(struct parser *p, const struct option *o,
                        const char *arg)
{
    (void)o;
    return begin_piece(p, false) &&
           add_encoded(p, &operation(p)->data.bytes, arg);
}

bool postdata_json(struct parser *p, const struct option *o, const char *arg)
{
    struct str *bytes = &operation(p)->data.bytes;
    (void)o;
    if (!begin_piece(p, true))
        return false;
    if (arg[0] == '@')
        return add_file(p, bytes, arg + 1);
    str_add_text(bytes, arg);
    return true;
}

/* Nothing is read twice when the option is applied for another origin. */
static void record_encoded(struct parser *p, const struct option *o,
                           struct str *added)
{
    struct str arg = {0};
    str_add_char(&arg, '+');
    if (added->len)
        str_add(&arg, span_of(added->base, added->len));
    parser_record(p, o, strings_own(p->owned, str_take(&arg)));
    str_fini(added);
}

bool postdata_url_query(struct parser *p, const struct option *o,
                        const char *arg)
{
    struct request_options *to = p->scope[SCOPE_REQUEST];
    struct str *query = &to->query;
    struct str added = {0};
    if (arg[0] == '+') { /* as it is */
        str_add_text(&added, arg + 1);
    } else if (!add_encoded(p, &added, arg)) {
        str_fini(&added);
        return false;
    }
    if (query->len)
        str_add_char(query, '&');
    if (added.len)
        str_add(query, span_of(added.base, added.len));
    record_encoded(p, o, &added);
    return true;
}
