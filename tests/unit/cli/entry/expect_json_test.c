#include "entry/expect_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>
#undef expect_check /* cmocka has one, too */

#define SUM "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const struct qv_field fields[] = {
    {"ETag", "\"abc\""},
    {"Vary", "a"},
    {"vary", "b"},
};

static const struct qv_result good = {
    .response_code = 204,
    .time_total = 0.25,
    .fields = fields,
    .nfields = 3,
};

struct loaded {
    yyjson_doc *doc;
    struct expect *expect;
    char message[200];
};

static void load(struct loaded *l, const char *json)
{
    l->doc = yyjson_read(json, strlen(json), 0);
    assert_non_null(l->doc);
    l->message[0] = '\0';
    l->expect =
        expect_json(yyjson_doc_get_root(l->doc), l->message, sizeof l->message);
}

static void unload(struct loaded *l)
{
    expect_free(l->expect);
    yyjson_doc_free(l->doc);
}

/* Whoever hears that something is not as expected hears what. */
static bool judge(const struct expect *e, const char *sha256,
                  struct str *failed)
{
    struct str told = {0};
    bool is_good = expect_check(e, &good, sha256, failed, &told);
    assert_int_equal(told.len == 0, is_good);
    str_fini(&told);
    return is_good;
}

static void test_each_wish_against_one_answer(void **state)
{
    static const struct {
        const char *json;
        const char *failed; /* "": all is as expected */
    } cases[] = {
        {"{}", ""},
        {"{\"status\":204}", ""},
        {"{\"status\":\"200-299,304\"}", ""},
        {"{\"status\":[200,\"204\"]}", ""},
        {"{\"status\":200}", "\"status\""},
        {"{\"header\":\"etag\"}", ""},
        {"{\"header\":[\"etag\",\"age\"]}", "\"header.age\""},
        {"{\"header\":{\"ETAG\":\"\\\"abc\\\"\"}}", ""},
        {"{\"header\":{\"etag\":\"abc\"}}", "\"header.etag\""},
        {"{\"header\":{\"vary\":\"b\"}}", ""},
        {"{\"header\":{\"vary\":\"a, b\"}}", ""},
        {"{\"header\":{\"vary\":\"a,b ,\"}}", ""},
        {"{\"header\":{\"vary\":\"b, a\"}}", "\"header.vary\""},
        {"{\"header\":{\"vary\":\"a, b, c\"}}", "\"header.vary\""},
        {"{\"header\":{\"vary\":\"\"}}", "\"header.vary\""},
        {"{\"header\":{\"age\":\"\"}}", "\"header.age\""},
        {"{\"header\":{\"etag\":true,\"age\":false}}", ""},
        {"{\"header\":{\"etag\":false,\"age\":true}}",
         "\"header.etag\",\"header.age\""},
        {"{\"max_time\":0.25}", ""},
        {"{\"max_time\":0.2}", "\"max_time\""},
        {"{\"sha256\":\"" SUM "\"}", ""},
        {"{\"sha256\":\"00" SUM "\"}", NULL},
        {"{\"body_contains\":\"needle\"}", ""},
        {"{\"body_contains\":[\"hay\",\"needle\"]}", ""},
        {"{\"body_contains\":[\"hay\",\"wool\"]}", "\"body_contains\""},
        {"{\"status\":200,\"max_time\":0}", "\"status\",\"max_time\""},
        {"{\"x-note\":1}", ""},
        /* none at all */
        {"[]", NULL},
        {"{\"status\":\"ok\"}", NULL},
        {"{\"status\":99}", NULL},
        {"{\"status\":[]}", NULL},
        {"{\"header\":1}", NULL},
        {"{\"header\":{\"a\":1}}", NULL},
        {"{\"max_time\":\"1\"}", NULL},
        {"{\"max_time\":-1}", NULL},
        {"{\"body_contains\":\"\"}", NULL},
        {"{\"body_contains\":7}", NULL},
        {"{\"sha256\":\"xyz\"}", NULL},
        {"{\"colour\":1}", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loaded l;
        struct str failed = {0};
        load(&l, cases[i].json);
        if (!cases[i].failed) {
            assert_null(l.expect);
            assert_non_null(strstr(l.message, "expect: "));
        } else {
            assert_non_null(l.expect);
            expect_body(l.expect, "hayneedlehay", 12);
            assert_int_equal(judge(l.expect, SUM, &failed), !*cases[i].failed);
            assert_string_equal(failed.base ? failed.base : "",
                                cases[i].failed);
        }
        str_fini(&failed);
        unload(&l);
    }
}

static void test_text_is_found_across_every_border(void **state)
{
    static const char body[] = "ababcababd";
    const size_t len = sizeof body - 1;
    (void)state;
    for (size_t step = 1; step <= len; step++) {
        struct loaded l;
        struct str failed = {0};
        load(&l, "{\"body_contains\":[\"abcab\",\"ababd\",\"a\",\"babc\"]}");
        for (size_t at = 0; at < len; at += step)
            expect_body(l.expect, body + at, len - at < step ? len - at : step);
        assert_true(judge(l.expect, NULL, &failed));
        unload(&l);
        load(&l, "{\"body_contains\":[\"abab\",\"abd\",\"bcb\"]}");
        for (size_t at = 0; at < len; at += step)
            expect_body(l.expect, body + at, len - at < step ? len - at : step);
        assert_false(judge(l.expect, NULL, &failed));
        str_fini(&failed);
        unload(&l);
    }
}

static void test_another_try_is_searched_anew(void **state)
{
    struct loaded l;
    struct str failed = {0};
    (void)state;
    load(&l, "{\"body_contains\":\"needle\"}");
    expect_body(l.expect, "need", 4);
    expect_restart(l.expect);
    expect_body(l.expect, "le", 2);
    assert_false(judge(l.expect, NULL, &failed));
    str_clear(&failed);
    expect_body(l.expect, "needle", 6);
    expect_restart(l.expect);
    assert_false(judge(l.expect, NULL, &failed));
    str_fini(&failed);
    unload(&l);
}

static void test_the_rest_is_searched_anew_behind_its_beginning(void **state)
{
    struct loaded l;
    struct str failed = {0};
    (void)state;
    load(&l, "{\"body_contains\":[\"needle\",\"early\"]}");
    expect_body(l.expect, "early nee", 9);
    expect_mark(l.expect);
    expect_body(l.expect, "xx", 2);
    expect_back(l.expect);
    assert_false(judge(l.expect, NULL, &failed));
    expect_body(l.expect, "dle", 3);
    assert_true(judge(l.expect, NULL, &failed));
    expect_back(l.expect);
    str_clear(&failed);
    assert_false(judge(l.expect, NULL, &failed));
    expect_body(l.expect, "dle", 3);
    assert_true(judge(l.expect, NULL, &failed));
    str_fini(&failed);
    unload(&l);
}

static void test_a_digest_beside_the_object(void **state)
{
    struct expect *e = expect_new();
    struct str failed = {0};
    (void)state;
    assert_false(expect_wants_sha256(NULL));
    assert_false(expect_set_sha256(e, "short"));
    assert_false(expect_wants_sha256(e));
    /* Upper case is the same digest. */
    assert_true(expect_set_sha256(e, "BA7816BF8F01CFEA414140DE5DAE2223"
                                     "B00361A396177A9CB410FF61F20015AD"));
    assert_true(expect_wants_sha256(e));
    assert_true(judge(e, SUM, &failed));
    assert_false(judge(e, NULL, &failed));
    assert_string_equal(failed.base, "\"sha256\"");
    str_fini(&failed);
    expect_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_wish_against_one_answer),
        cmocka_unit_test(test_text_is_found_across_every_border),
        cmocka_unit_test(test_another_try_is_searched_anew),
        cmocka_unit_test(test_the_rest_is_searched_anew_behind_its_beginning),
        cmocka_unit_test(test_a_digest_beside_the_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
