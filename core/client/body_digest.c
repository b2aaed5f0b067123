#include "client/body_digest.h"

#include <stdlib.h>

#include "base/base64.h"
#include "base/fault.h"
#include "base/xalloc.h"
#include "client/checksum.h"

static const struct algorithm {
    const char *name;
    enum qv_digest_kind kind;
} algorithms[] = {
    {"sha-512", QV_DIGEST_SHA512}, /* the better one first */
    {"sha-256", QV_DIGEST_SHA256},
};

/* A byte sequence of structured fields, ":BASE64:" and perhaps parameters; false
 * if it is none of `len` bytes. */
static bool parse_bytes(struct span value, uint8_t *to, size_t len)
{
    struct span text = {0};
    uint8_t bytes[256];
    size_t n = 0;
    (void)span_next(&value, ';', &text);
    text = span_trim(text);
    if (text.len < 2 || text.base[0] != ':' || text.base[text.len - 1] != ':')
        return false;
    text = span_of(text.base + 1, text.len - 2);
    if (base64_room(text.len) > sizeof bytes ||
        !base64_decode(bytes, &n, (const char *)text.base, text.len) ||
        n != len)
        return false;
    memcpy(to, bytes, len);
    return true;
}

/* The last member of that name counts (RFC 9651 4.2.2). */
static bool find(const struct fields *head, const char *field,
                 const struct algorithm *a, uint8_t *expected)
{
    struct fields_list list = fields_list_of(head, field);
    struct span member;
    bool is_there = false;
    while (fields_list_next(&list, &member)) {
        struct span name = {0};
        (void)span_next(&member, '=', &name);
        if (span_equal(name, span_str(a->name)))
            is_there = parse_bytes(member, expected, checksum_len(a->kind));
    }
    return is_there;
}

struct body_digest *body_digest_new(const struct fields *head,
                                    const char *field)
{
    uint8_t expected[QV_DIGEST_MAX];
    if (fields_value(head, field).base == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        if (!find(head, field, &algorithms[i], expected))
            continue;
        struct body_digest *d = XALLOC_NEW(struct body_digest);
        d->field = field;
        d->added = 0;
        memcpy(d->expected, expected, sizeof expected);
        checksum_init(&d->is, algorithms[i].kind);
        return d;
    }
    return NULL;
}

void body_digest_add(struct body_digest *d, struct span bytes)
{
    checksum_add(&d->is, bytes.base, bytes.len);
    d->added += bytes.len;
}

bool body_digest_is_right(struct body_digest *d, struct fault *fault)
{
    uint8_t sum[QV_DIGEST_MAX];
    checksum_end(&d->is, sum);
    if (memcmp(sum, d->expected, checksum_len(d->is.kind)) == 0)
        return true;
    fault_set(fault, ERR_DIGEST, 0, "the body is not what %s says", d->field);
    return false;
}

void body_digest_free(struct body_digest *d)
{
    free(d);
}
