#include "fetch/body_checks.h"

#include <string.h>

#include "request/cmdline.h"
#include "request/expect_words.h"

void body_checks_begin(struct body_checks *c, const struct operation *op)
{
    sums_begin(&c->sums, &op->checksums);
    if (!c->expect)
        c->expect = expect_words_make(&op->expected);
    else
        expect_restart(c->expect);
    qv_digest_init(&c->sha256, QV_DIGEST_SHA256);
}

void body_checks_add(struct body_checks *c, const void *data, size_t len)
{
    sums_add(&c->sums, data, len);
    if (c->expect)
        expect_body(c->expect, data, len);
    if (expect_wants_sha256(c->expect))
        qv_digest_add(&c->sha256, data, len);
}

bool body_checks_look(const struct body_checks *c)
{
    return c->expect || c->sums.wanted->len;
}

void body_checks_mark(struct body_checks *c)
{
    sums_mark(&c->sums);
    if (c->expect)
        expect_mark(c->expect);
    c->marked = c->sha256;
}

void body_checks_back(struct body_checks *c)
{
    sums_back(&c->sums);
    if (c->expect)
        expect_back(c->expect);
    c->sha256 = c->marked;
}

bool body_checks_sums(struct body_checks *c, struct str *message)
{
    return sums_check(&c->sums, message);
}

bool body_checks_answer(struct body_checks *c, const struct qv_result *result,
                        struct str *message)
{
    uint8_t sum[QV_DIGEST_MAX];
    struct str hex = {0};
    struct str failed = {0};
    struct str told = {0};
    if (!c->expect)
        return true;
    qv_digest_end(&c->sha256, sum);
    for (size_t i = 0; i < qv_digest_len(QV_DIGEST_SHA256); i++)
        str_printf(&hex, "%02x", sum[i]);
    bool ok = expect_check(c->expect, result, hex.base, &failed, &told);
    if (!ok)
        str_printf(message, "not as expected: %s", told.base);
    str_fini(&told);
    str_fini(&failed);
    str_fini(&hex);
    return ok;
}

void body_checks_fini(struct body_checks *c)
{
    sums_fini(&c->sums);
    expect_free(c->expect);
    c->expect = NULL;
}
