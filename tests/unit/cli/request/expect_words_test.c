#include "request/expect_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#undef expect_check /* cmocka has one, too */

#define SUM "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define ODD "0000000000000000000000000000000000000000000000000000000000000000"

static const struct qv_field fields[] = {
    {"ETag", "\"abc\""},
    {"Vary", "a"},
    {"vary", "b"},
};

static const struct qv_result result = {
    .response_code = 204,
    .time_total = 0.25,
    .fields = fields,
    .nfields = 3,
};

static void test_each_word_against_one_answer(void **state)
{
    static const struct {
        const char *word;
        const char *told; /* "": all is as expected */
    } cases[] = {
        {"status=204", ""},
        {"status=200-299,304", ""},
        {"status=200,404", "status is 204 instead of 200,404"},
        {"header.etag", ""},
        {"header.ETAG=\"abc\"", ""},
        {"header.etag=abc", "header.etag is '\"abc\"' instead of 'abc'"},
        {"header.vary=b", ""},
        {"header.vary=a,b", ""},
        {"header.vary=c", "header.vary is 'a, b' instead of 'c'"},
        {"header.age", "header.age is missing"},
        {"header.age=", "header.age is missing"},
        {"header.eta", "header.eta is missing"},
        {"no-header.age", ""},
        {"no_header.etag", "header.etag is '\"abc\"' instead of none"},
        {"sha256=" SUM, ""},
        {"sha256=" ODD, "sha256 is " SUM " instead of " ODD},
        {"max-time=0.25", ""},
        {"max_time=0.2", "max_time is 0.250 s instead of 0.200 s at most"},
        {"body-contains=needle", ""},
        {"body_contains=a=b", ""},
        {"body-contains=wool",
         "body_contains does not hold: 'wool' is not there"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct expect *e = expect_new();
        struct str message = {0};
        struct str failed = {0};
        struct str told = {0};
        assert_true(expect_words_add(e, cases[i].word, &message));
        expect_body(e, "hayneedlea=b", 12);
        assert_int_equal(expect_check(e, &result, SUM, &failed, &told),
                         !*cases[i].told);
        assert_string_equal(str_text(&told), cases[i].told);
        str_fini(&told);
        str_fini(&failed);
        str_fini(&message);
        expect_free(e);
    }
}

static void test_what_is_no_expectation(void **state)
{
    static const struct {
        const char *word;
        const char *message;
    } cases[] = {
        {"status", "'status' is not as status=200-299,304"},
        {"status=ok", "'status=ok' is not as status=200-299,304"},
        {"header.", "'header.' is not as header.NAME or header.NAME=VALUE"},
        {"no-header.a=b", "'no-header.a=b' is not as no-header.NAME"},
        {"sha256=12", "'sha256=12' is not as sha256= and 64 hexadecimal "
                      "digits"},
        {"max-time=-1", "'max-time=-1' is not as max-time=SECONDS"},
        {"max-time=fast", "'max-time=fast' is not as max-time=SECONDS"},
        {"body-contains=", "'body-contains=' is not as body-contains=TEXT"},
        {"statuses=200", "nothing is known as 'statuses'"},
        {"=1", "nothing is known as ''"},
        {"", "nothing is known as ''"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct expect *e = expect_new();
        struct str message = {0};
        assert_false(expect_words_add(e, cases[i].word, &message));
        assert_ptr_equal(strstr(str_text(&message), cases[i].message),
                         str_text(&message));
        str_fini(&message);
        expect_free(e);
    }
}

static void test_several_must_hold_and_one_of_the_statuses(void **state)
{
    struct expect *e = expect_new();
    struct str message = {0};
    struct str failed = {0};
    struct str told = {0};
    (void)state;
    assert_true(expect_words_add(e, "status=200", &message));
    assert_true(expect_words_add(e, "status=204", &message));
    assert_true(expect_check(e, &result, NULL, &failed, &told));
    assert_true(expect_words_add(e, "header.age", &message));
    assert_true(expect_words_add(e, "max-time=0", &message));
    assert_false(expect_check(e, &result, NULL, &failed, &told));
    assert_string_equal(failed.base, "\"header.age\",\"max_time\"");
    assert_string_equal(told.base,
                        "header.age is missing; "
                        "max_time is 0.250 s instead of 0.000 s at most");
    str_fini(&told);
    str_fini(&failed);
    str_fini(&message);
    expect_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_word_against_one_answer),
        cmocka_unit_test(test_what_is_no_expectation),
        cmocka_unit_test(test_several_must_hold_and_one_of_the_statuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
