#include "files/sums.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/xalloc.h"

static const struct algorithm {
    const char *name;
    enum qv_digest_kind kind;
} algorithms[] = {
    {"md5", QV_DIGEST_MD5},
    {"sha1", QV_DIGEST_SHA1},
    {"sha256", QV_DIGEST_SHA256},
    {"sha512", QV_DIGEST_SHA512},
};

enum {
    NALGORITHMS = sizeof algorithms / sizeof *algorithms
};

/* Of the name before the colon; NULL: there is none. */
static const struct algorithm *find(const char *text)
{
    size_t len = strcspn(text, ":");
    for (size_t i = 0; i < NALGORITHMS; i++) {
        const struct algorithm *a = &algorithms[i];
        if (strlen(a->name) == len && strncasecmp(a->name, text, len) == 0)
            return a;
    }
    return NULL;
}

static const char *hex_of(const char *text)
{
    return strchr(text, ':') + 1;
}

bool sums_is_good(const char *text)
{
    const struct algorithm *a = find(text);
    size_t n = 0;
    if (!a || !strchr(text, ':'))
        return false;
    for (const char *c = hex_of(text); *c; c++, n++) {
        if (!isxdigit((unsigned char)*c))
            return false;
    }
    return n == 2 * qv_digest_len(a->kind);
}

void sums_begin(struct sums *s, const struct strings *wanted)
{
    s->wanted = wanted;
    if (wanted->len == 0)
        return;
    if (!s->each)
        s->each = xalloc_array(NULL, wanted->len, sizeof *s->each);
    for (size_t i = 0; i < wanted->len; i++)
        qv_digest_init(&s->each[i], find(wanted->at[i])->kind);
}

void sums_add(struct sums *s, const void *data, size_t len)
{
    for (size_t i = 0; s->each && i < s->wanted->len; i++)
        qv_digest_add(&s->each[i], data, len);
}

/* They hold no memory of their own. */
static void copy(const struct sums *s, struct qv_digest *to,
                 const struct qv_digest *from)
{
    memcpy(to, from, s->wanted->len * sizeof *to);
}

void sums_mark(struct sums *s)
{
    if (!s->each)
        return;
    if (!s->marked)
        s->marked = xalloc_array(NULL, s->wanted->len, sizeof *s->marked);
    copy(s, s->marked, s->each);
}

void sums_back(struct sums *s)
{
    if (s->each && s->marked)
        copy(s, s->each, s->marked);
}

static void write_hex(const uint8_t *sum, size_t len, char *hex)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        *hex++ = digits[sum[i] >> 4];
        *hex++ = digits[sum[i] & 15];
    }
    *hex = '\0';
}

/* NULL, or the first that is wrong, with what it is in place of it in `is`. */
static const char *find_wrong(struct sums *s, char is[2 * QV_DIGEST_MAX + 1])
{
    const char *wrong = NULL;
    for (size_t i = 0; s->each && i < s->wanted->len; i++) {
        uint8_t sum[QV_DIGEST_MAX];
        size_t len = qv_digest_len(s->each[i].kind);
        qv_digest_end(&s->each[i], sum);
        if (wrong)
            continue;
        write_hex(sum, len, is);
        if (strcasecmp(is, hex_of(s->wanted->at[i])) != 0)
            wrong = s->wanted->at[i];
    }
    return wrong;
}

/* So many hexadecimal digits of one tell it from another. */
#define SHOWN 64

bool sums_check(struct sums *s, struct str *message)
{
    char is[2 * QV_DIGEST_MAX + 1];
    const char *wanted = find_wrong(s, is);
    if (!wanted)
        return true;
    int name = (int)strcspn(wanted, ":");
    const char *more = strlen(is) > SHOWN ? "..." : "";
    str_printf(message, "the checksum is %.*s:%.*s%s instead of %.*s:%.*s%s",
               name, wanted, SHOWN, is, more, name, wanted, SHOWN,
               hex_of(wanted), more);
    return false;
}

void sums_fini(struct sums *s)
{
    free(s->each);
    free(s->marked);
    *s = (struct sums){0};
}
