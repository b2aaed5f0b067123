#include "http/aws_sigv4.h"

#include <assert.h>
#include <ctype.h>

#include "base/fault.h"
#include "http/aws_canonical.h"
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
    str_add_lower(&name, span_of(rest.base + 1, rest.len - 1));
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
    str_add_lower(to, a->provider);
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
    str_add_lower(&last, a->provider);
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
    aws_canonical_add(a, r, &canonical, &names);
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
