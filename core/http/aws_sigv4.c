/*
 * What is signed is a text that both sides make from the request:
 *
 *     method \n path \n query \n "name:value\n"... \n names \n hash of the body
 *
 * The query is sorted and encoded anew.  Of the path "//", "." and ".." are
 * resolved, and it is encoded once more than it is in the URL, for all services
 * but S3's: so does who checks it, and signed otherwise such a request is
 * refused.  "+" in a query stands for a blank, as in curl; "%2B" stays.
 */
#include "http/aws_sigv4.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "http/percent.h"

/* options.h comes before everything else of wolfSSL's. */
/* clang-format off */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/hmac.h>
/* clang-format on */

/* A part of what --aws-sigv4 says (curl's limit). */
#define PART_MAX ((size_t)64)

#define HASH_LEN ((size_t)WC_SHA256_DIGEST_SIZE)

/* ---- what is signed for ---- */

static bool refuse(struct fault *fault, enum err code, const char *what)
{
    fault_set(fault, code, 0, "aws-sigv4: %s", what);
    return false;
}

static bool is_part(struct span s)
{
    return s.len > 0 && s.len <= PART_MAX;
}

/* The next label of a host; false: it is the last one. */
static bool take_label(struct span *host, struct span *label)
{
    if (!memchr(host->base ? host->base : (const uint8_t *)"", '.', host->len))
        return false;
    return span_next(host, '.', label) && is_part(*label);
}

bool aws_sigv4_read(struct aws_sigv4 *a, struct span text, struct span host,
                    struct fault *fault)
{
    *a = (struct aws_sigv4){.region = {NULL, 0}};
    if (text.len == 0)
        text = SPAN_LIT("aws:amz");
    if (!span_next(&text, ':', &a->provider) || !is_part(a->provider))
        return refuse(fault, ERR_USAGE, "the first provider is missing");
    if (!span_next(&text, ':', &a->field_provider) ||
        !is_part(a->field_provider))
        a->field_provider = a->provider;
    else if (span_next(&text, ':', &a->region))
        (void)span_next(&text, ':', &a->service);
    if (a->region.len > PART_MAX || a->service.len > PART_MAX)
        return refuse(fault, ERR_USAGE, "a part of it is too long");
    if (a->service.len > 0)
        return true;
    if (!take_label(&host, &a->service))
        return refuse(fault, ERR_BAD_URL,
                      "the service is named neither by the option nor by the "
                      "host");
    if (a->region.len == 0 && !take_label(&host, &a->region))
        return refuse(fault, ERR_BAD_URL,
                      "the region is named neither by the option nor by the "
                      "host");
    return true;
}

bool aws_sigv4_is_s3(const struct aws_sigv4 *a)
{
    return span_equal_nocase(a->provider, SPAN_LIT("aws")) &&
           span_equal_nocase(a->service, SPAN_LIT("s3"));
}

static void add_lower(struct str *to, struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        str_add_char(to, (char)tolower(s.base[i]));
}

static void add_upper(struct str *to, struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        str_add_char(to, (char)toupper(s.base[i]));
}

static struct span keep(struct str *text, struct arena *arena)
{
    struct span kept = arena_copy(arena, str_span(text));
    str_fini(text);
    return kept;
}

struct span aws_sigv4_date_name(const struct aws_sigv4 *a, struct arena *arena)
{
    struct str name;
    struct span rest = a->field_provider;
    str_init(&name);
    str_add_text(&name, "X-");
    str_add_char(&name, (char)toupper(rest.base[0]));
    add_lower(&name, span_of(rest.base + 1, rest.len - 1));
    str_add_text(&name, "-Date");
    return keep(&name, arena);
}

struct span aws_sigv4_hash_name(const struct aws_sigv4 *a, struct arena *arena)
{
    struct str name;
    str_init(&name);
    str_printf(&name, "x-%.*s-content-sha256", SPAN_ARG(a->field_provider));
    return keep(&name, arena);
}

/* ---- hashes: wolfCrypt fails for bad arguments alone ---- */

static void to_hex(const uint8_t *bytes, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < HASH_LEN; i++) {
        *hex++ = digits[bytes[i] >> 4];
        *hex++ = digits[bytes[i] & 15];
    }
    *hex = '\0';
}

void aws_sigv4_hash(struct span bytes, char hex[65])
{
    uint8_t sum[HASH_LEN];
    const uint8_t *at = bytes.base ? bytes.base : (const uint8_t *)"";
    int error = wc_Sha256Hash(at, (word32)bytes.len, sum);
    assert(error == 0);
    (void)error;
    to_hex(sum, hex);
}

/* The sum may be the key. */
static void hmac(struct span key, struct span text, uint8_t sum[HASH_LEN])
{
    Hmac h;
    const uint8_t *at = text.base ? text.base : (const uint8_t *)"";
    int error = wc_HmacInit(&h, NULL, INVALID_DEVID);
    assert(error == 0);
    error = wc_HmacSetKey(&h, WC_SHA256, key.base, (word32)key.len);
    assert(error == 0);
    error = wc_HmacUpdate(&h, at, (word32)text.len);
    assert(error == 0);
    error = wc_HmacFinal(&h, sum);
    assert(error == 0);
    (void)error;
    wc_HmacFree(&h);
}

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
        add_lower(&lines[i].name, f->items[i].name);
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

static void add_canonical(struct str *to, const struct aws_sigv4 *a,
                          const struct aws_sigv4_request *r, struct str *names)
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

void aws_sigv4_canonical(const struct aws_sigv4 *a,
                         const struct aws_sigv4_request *r, struct str *text)
{
    struct str names;
    str_init(&names);
    add_canonical(text, a, r, &names);
    str_fini(&names);
}

/* ---- the signature ---- */

/* "20150830/us-east-1/service/aws4_request" */
static void add_scope(struct str *to, const struct aws_sigv4 *a,
                      struct span time)
{
    str_printf(to, "%.8s/", (const char *)time.base);
    str_add(to, a->region);
    str_add_char(to, '/');
    str_add(to, a->service);
    str_add_char(to, '/');
    add_lower(to, a->provider);
    str_add_text(to, "4_request");
}

static void derive_key(const struct aws_sigv4 *a,
                       const struct aws_sigv4_request *r, uint8_t key[HASH_LEN])
{
    struct str first;
    struct str last;
    str_init(&first);
    str_init(&last);
    add_upper(&first, a->provider);
    str_add_char(&first, '4');
    str_add(&first, r->password);
    add_lower(&last, a->provider);
    str_add_text(&last, "4_request");
    hmac(str_span(&first), span_of(r->time.base, 8), key);
    hmac(span_of(key, HASH_LEN), a->region, key);
    hmac(span_of(key, HASH_LEN), a->service, key);
    hmac(span_of(key, HASH_LEN), str_span(&last), key);
    str_fini(&first);
    str_fini(&last);
}

void aws_sigv4_sign(const struct aws_sigv4 *a,
                    const struct aws_sigv4_request *r, struct str *value)
{
    struct str canonical = {NULL, 0, 0};
    struct str names = {NULL, 0, 0};
    struct str scope = {NULL, 0, 0};
    struct str text = {NULL, 0, 0};
    char hex[65];
    uint8_t sum[HASH_LEN];
    add_canonical(&canonical, a, r, &names);
    add_scope(&scope, a, r->time);
    aws_sigv4_hash(str_span(&canonical), hex);
    add_upper(&text, a->provider);
    str_printf(&text, "4-HMAC-SHA256\n%.*s\n%s\n%s", SPAN_ARG(r->time),
               str_text(&scope), hex);
    derive_key(a, r, sum);
    hmac(span_of(sum, HASH_LEN), str_span(&text), sum);
    to_hex(sum, hex);
    add_upper(value, a->provider);
    str_add_text(value, "4-HMAC-SHA256 Credential=");
    percent_encode(value, r->user);
    str_printf(value, "/%s, SignedHeaders=%s, Signature=%s", str_text(&scope),
               str_text(&names), hex);
    str_fini(&canonical);
    str_fini(&names);
    str_fini(&scope);
    str_fini(&text);
}
