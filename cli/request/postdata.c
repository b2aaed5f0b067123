#include "request/postdata.h"

#include <string.h>

#include "args/parser.h"
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

static bool add_file(struct parser *p, struct text *to, const char *path)
{
    if (text_add_file(to, path))
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
    if (d->is_any && !is_json)
        text_putc(&d->bytes, '&');
    d->is_any = true;
    d->is_json = d->is_json || is_json;
    return true;
}

static void drop_line_ends(struct text *t, size_t from)
{
    size_t to = from;
    for (size_t i = from; i < t->len; i++) {
        char c = t->at[i];
        if (c != '\r' && c != '\n' && c != '\0')
            t->at[to++] = c;
    }
    t->len = to;
    if (t->at)
        t->at[to] = '\0';
}

bool postdata_ascii(struct parser *p, const struct option *o, const char *arg)
{
    struct text *bytes = &operation(p)->data.bytes;
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
    text_puts(&operation(p)->data.bytes, arg);
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

void postdata_encode(struct text *to, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (is_unreserved(c))
            text_putc(to, (char)c);
        else if (c == ' ')
            text_putc(to, '+');
        else
            text_addf(to, "%%%02X", c);
    }
}

/* "content", "=content", "name=content", "@file", "name@file". */
static bool add_encoded(struct parser *p, struct text *to, const char *arg)
{
    size_t name = strcspn(arg, "=@");
    const char *content = arg + name;
    struct text file = {0};
    bool ok = true;
    if (!*content) {
        postdata_encode(to, arg, name);
        return true;
    }
    if (name) {
        text_add(to, arg, name);
        text_putc(to, '=');
    }
    if (*content == '=') {
        postdata_encode(to, content + 1, strlen(content + 1));
    } else {
        ok = add_file(p, &file, content + 1);
        if (ok)
            postdata_encode(to, file.at ? file.at : "", file.len);
        text_fini(&file);
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
    struct text *bytes = &operation(p)->data.bytes;
    (void)o;
    if (!begin_piece(p, true))
        return false;
    if (arg[0] == '@')
        return add_file(p, bytes, arg + 1);
    text_puts(bytes, arg);
    return true;
}

/* Nothing is read twice when the option is applied for another origin. */
static void record_encoded(struct parser *p, const struct option *o,
                           struct text *added)
{
    struct text arg = {0};
    text_putc(&arg, '+');
    if (added->len)
        text_add(&arg, added->at, added->len);
    parser_record(p, o, strings_own(p->owned, text_take(&arg)));
    text_fini(added);
}

bool postdata_url_query(struct parser *p, const struct option *o,
                        const char *arg)
{
    struct request_options *to = p->scope[SCOPE_REQUEST];
    struct text *query = &to->query;
    struct text added = {0};
    if (arg[0] == '+') { /* as it is */
        text_puts(&added, arg + 1);
    } else if (!add_encoded(p, &added, arg)) {
        text_fini(&added);
        return false;
    }
    if (query->len)
        text_putc(query, '&');
    if (added.len)
        text_add(query, added.at, added.len);
    record_encoded(p, o, &added);
    return true;
}
