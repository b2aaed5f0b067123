#include "files/continuation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files/validator.h"

#define OLD "Sun, 06 Nov 1994 08:49:37 GMT"

static const struct {
    int status;
    const char *etag;
    const char *changed;
    const char *date;
    const char *ranges;
    const char *validator; /* NULL: none */
} answers[] = {
    {200, "\"a\"", NULL, NULL, NULL, "\"a\""},
    {206, "\"a\"", OLD, NULL, "bytes", "\"a\""},
    {200, "W/\"a\"", NULL, NULL, NULL, NULL},
    /* a weak tag says that the date is none either */
    {200, "W/\"a\"", OLD, "Sun, 06 Nov 1994 09:49:37 GMT", NULL, NULL},
    {200, NULL, OLD, "Sun, 06 Nov 1994 08:50:37 GMT", NULL, OLD},
    {200, NULL, OLD, "Sun, 06 Nov 1994 08:50:36 GMT", NULL, NULL},
    {200, NULL, OLD, OLD, NULL, NULL},
    {200, NULL, OLD, NULL, NULL, NULL},
    {200, NULL, OLD, "yesterday", NULL, NULL},
    {200, NULL, NULL, NULL, NULL, NULL},
    {200, "\"a\"", NULL, NULL, "none", NULL},
    {404, "\"a\"", NULL, NULL, NULL, NULL},
    {200, "a", NULL, NULL, NULL, NULL},
};

static size_t fields_of(size_t i, struct qv_field *fields)
{
    const struct qv_field all[] = {
        {"ETag", answers[i].etag},
        {"last-modified", answers[i].changed},
        {"Date", answers[i].date},
        {"accept-ranges", answers[i].ranges},
    };
    size_t n = 0;
    for (size_t at = 0; at < 4; at++) {
        if (all[at].value)
            fields[n++] = all[at];
    }
    return n;
}

static void strong_validators(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct qv_field fields[4];
        struct qv_head head = {.status = answers[i].status,
                               .fields = fields,
                               .nfields = fields_of(i, fields)};
        char *is = validator_of(&head);
        const char *expected = answers[i].validator;
        if (!is != !expected || (is && strcmp(is, expected) != 0))
            fail_msg("answer %zu: %s", i, is ? is : "none");
        free(is);
    }
}

static const struct qv_field tag = {"etag", "\"a\""};
static const struct qv_field coded[] = {{"etag", "\"a\""},
                                        {"content-encoding", "gzip"}};

/* A transfer that has ended: what it is told is lost. */
static struct qv_transfer none;

static void what_came_is_kept_while_the_rest_follows(void **state)
{
    (void)state;
    struct continuation c = {.came = 0};
    struct qv_head head = {.status = 200, .fields = &tag, .nfields = 1};
    assert_false(continuation_ask(&c, &none)); /* nothing came */
    assert_true(continuation_head(&c, &head, false));
    continuation_add(&c, 10);
    assert_true(continuation_ask(&c, &none));
    head = (struct qv_head){
        .status = 206, .fields = &tag, .nfields = 1, .is_rest = true};
    assert_true(continuation_head(&c, &head, false));
    assert_int_equal(c.came, 10);
    continuation_add(&c, 5);
    assert_true(continuation_ask(&c, &none));
    head = (struct qv_head){.status = 200, .fields = &tag, .nfields = 1};
    assert_false(continuation_head(&c, &head, false)); /* all of it, anew */
    assert_int_equal(c.came, 0);
    continuation_fini(&c);
}

static void a_complete_one_stays(void **state)
{
    (void)state;
    struct continuation c = {.came = 0};
    struct qv_head head = {.status = 416, .is_complete = true};
    continuation_reset(&c, 10); /* -C */
    assert_true(continuation_head(&c, &head, false));
    assert_int_equal(c.came, 10);
    continuation_fini(&c);
}

static void what_cannot_be_continued(void **state)
{
    (void)state;
    struct continuation c = {.came = 0};
    struct qv_head head = {.status = 200, .fields = coded, .nfields = 2};
    assert_true(continuation_head(&c, &head, true)); /* decoded */
    continuation_add(&c, 10);
    assert_false(continuation_ask(&c, &none));
    assert_true(continuation_head(&c, &head, false)); /* as it comes */
    assert_true(continuation_ask(&c, &none));
    continuation_reset(&c, 0);
    head.status = 206; /* a range of the user's */
    assert_true(continuation_head(&c, &head, false));
    continuation_add(&c, 10);
    assert_false(continuation_ask(&c, &none));
    head.status = 200;
    continuation_reset(&c, 0);
    assert_true(continuation_head(&c, &head, false));
    continuation_add(&c, 10);
    c.is_forbidden = true;
    assert_false(continuation_ask(&c, &none));
    continuation_fini(&c);
}

static void plain_get_alone(void **state)
{
    (void)state;
    struct qv_request r = {.method = NULL};
    assert_true(continuation_is_for(&r));
    r.method = "GET";
    assert_true(continuation_is_for(&r));
    r.method = "POST";
    assert_false(continuation_is_for(&r));
    r = (struct qv_request){.custom_method = "GET"};
    assert_false(continuation_is_for(&r));
    r = (struct qv_request){.head = true};
    assert_false(continuation_is_for(&r));
    r = (struct qv_request){.body.kind = QV_BODY_BYTES};
    assert_false(continuation_is_for(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strong_validators),
        cmocka_unit_test(what_came_is_kept_while_the_rest_follows),
        cmocka_unit_test(a_complete_one_stays),
        cmocka_unit_test(what_cannot_be_continued),
        cmocka_unit_test(plain_get_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
