#include "http/aws_canonical.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "http/percent.h"

/* ---- the query ---- */

struct pair {
    struct str name;
    struct str value;
};

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (uint8_t)tolower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What is encoded in it is encoded in one way. */
static void add_normal(struct str *to, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.base[i];
        int high = i + 2 < s.len ? hex_value(s.base[i + 1]) : -1;
        int low = i + 2 < s.len ? hex_value(s.base[i + 2]) : -1;
        if (c == '%' && high >= 0 && low >= 0) {
            c = (uint8_t)(high << 4 | low);
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        percent_encode(to, span_of(&c, 1));
    }
}

static int compare_texts(const struct str *a, const struct str *b)
{
    return strcmp(str_text(a), str_text(b));
}

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *one = a;
    const struct pair *other = b;
    int order = compare_texts(&one->name, &other->name);
    return order ? order : compare_texts(&one->value, &other->value);
}

static size_t split_query(struct span query, struct pair **pairs)
{
    struct span part;
    size_t n = 0;
    size_t cap = 0;
    *pairs = NULL;
    while (span_next(&query, '&', &part)) {
        struct span name;
        if (part.len == 0)
            continue;
        *pairs = xalloc_room(*pairs, n, &cap, sizeof **pairs);
        struct pair *p = &(*pairs)[n++];
        *p = (struct pair){.name = {NULL, 0, 0}};
        (void)span_next(&part, '=', &name);
        add_normal(&p->name, name);
        add_normal(&p->value, part);
    }
    return n;
}

static void add_query(struct str *to, struct span query)
{
    struct pair *pairs;
    size_t n = split_query(query, &pairs);
    if (n > 1)
        qsort(pairs, n, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < n; i++) {
        str_printf(to, "%s%s=%s", i > 0 ? "&" : "", str_text(&pairs[i].name),
                   str_text(&pairs[i].value));
        str_fini(&pairs[i].name);
        str_fini(&pairs[i].value);
    }
    free(pairs);
}

/* ---- path and fields ---- */

static bool is_path_as_it_is(const struct aws_sigv4 *a)
{
    static const char *const services[] = {"s3", "s3-express", "s3-outposts"};
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++)
        if (span_equal(a->service, span_str(services[i])))
            return true;
    return false;
}

static void encode_segment(struct str *to, struct span segment)
{
    for (size_t i = 0; i < segment.len; i++)
        percent_encode(to, span_of(segment.base + i, 1));
}

/* "/a/b/" becomes "/a/", and "/" stays. */
static void drop_segment(struct str *to, size_t begin)
{
    size_t len = to->len - 1;
    while (len > begin && to->base[len - 1] != '/')
        len--;
    str_commit_to(to, to->base + (len > begin ? len : begin + 1));
}

/* Services look at the path without "//", "." and "..", however it was sent. */
static void add_plain_path(struct str *to, struct span path)
{
    size_t begin = to->len;
    struct span segment;
    str_add_char(to, '/');
    while (span_next(&path, '/', &segment)) {
        bool is_last = path.base == NULL;
        if (segment.len == 0 || span_equal(segment, SPAN_LIT(".")))
            continue;
        if (span_equal(segment, SPAN_LIT(".."))) {
            drop_segment(to, begin);
            continue;
        }
        encode_segment(to, segment);
        if (!is_last)
            str_add_char(to, '/');
    }
}

static void add_path(struct str *to, const struct aws_sigv4 *a,
                     struct span path)
{
    if (path.len > 0 && is_path_as_it_is(a))
        str_add(to, path);
    else
        add_plain_path(to, path);
}

/* A field as it is signed. */
struct line {
    struct str name;
    struct span value;
    size_t place; /* those of one name stay in their order */
};

static int compare_lines(const void *a, const void *b)
{
    const struct line *one = a;
    const struct line *other = b;
    int order = compare_texts(&one->name, &other->name);
    if (order)
        return order;
    return one->place < other->place ? -1 : 1;
}

static struct line *sort_fields(const struct fields *f)
{
    struct line *lines = xalloc_zeroed(f->len + 1, sizeof *lines);
    for (size_t i = 0; i < f->len; i++) {
        str_add_lower(&lines[i].name, f->items[i].name);
        lines[i].value = f->items[i].value;
        lines[i].place = i;
    }
    qsort(lines, f->len, sizeof *lines, compare_lines);
    return lines;
}

/* Without blanks around it, and one where there are several. */
static void add_value(struct str *to, struct span value)
{
    value = span_trim(value);
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.base[i];
        bool is_blank = c == ' ' || c == '\t';
        if (is_blank && (value.base[i - 1] == ' ' || value.base[i - 1] == '\t'))
            continue;
        str_add_char(to, is_blank ? ' ' : (char)c);
    }
}

static void add_fields(const struct fields *f, struct str *canonical,
                       struct str *names)
{
    struct line *lines = sort_fields(f);
    for (size_t i = 0; i < f->len; i++) {
        bool is_same =
            i > 0 && compare_texts(&lines[i].name, &lines[i - 1].name) == 0;
        if (is_same) {
            str_add_char(canonical, ',');
        } else {
            str_printf(canonical, "%s%s:", i > 0 ? "\n" : "",
                       str_text(&lines[i].name));
            str_printf(names, "%s%s", i > 0 ? ";" : "",
                       str_text(&lines[i].name));
        }
        add_value(canonical, lines[i].value);
    }
    for (size_t i = 0; i < f->len; i++)
        str_fini(&lines[i].name);
    free(lines);
}

void aws_canonical_add(const struct aws_sigv4 *a,
                       const struct aws_sigv4_request *r, struct str *to,
                       struct str *names)
{
    str_add(to, r->method);
    str_add_char(to, '\n');
    add_path(to, a, r->path);
    str_add_char(to, '\n');
    add_query(to, r->query);
    str_add_char(to, '\n');
    add_fields(r->fields, to, names);
    str_add_text(to, "\n\n");
    str_add(to, str_span(names));
    str_add_char(to, '\n');
    str_add(to, r->body);
}
