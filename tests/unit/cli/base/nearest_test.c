#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const words[] = {"retry",    "retry-delay", "retry-max-time",
                                    "max-time", "max-redirs",  "location",
                                    "insecure", "http2",       "http3",
                                    "header",   "get",         "url",
                                    NULL};

static const struct {
    const char *typed;
    const char *meant; /* all of them, as they are told; "": nothing is near */
} cases[] = {
    {"retyr", "; did you mean --retry?"},       /* exchanged */
    {"rety", "; did you mean --retry?"},        /* left out */
    {"rettry", "; did you mean --retry?"},      /* put in */
    {"retri", "; did you mean --retry?"},       /* another one */
    {"maxtime", "; did you mean --max-time?"},  /* half an edit */
    {"max_time", "; did you mean --max-time?"}, /* the same */
    {"Location", "; did you mean --location?"},
    {"loc", "; did you mean --location?"}, /* a beginning */
    {"http4", "; did you mean --http2 or --http3?"},
    {"retry-", "; did you mean --retry?"},
    {"retry-m", "; did you mean --retry-max-time?"},
    {"max-redirects", "; did you mean --max-redirs?"},
    {"max", "; did you mean --max-time or --max-redirs?"},
    {"URL", "; did you mean --url?"},
    {"ge", ""},
    {"xyz", ""},
    {"", ""},
    {"wholly-else", ""},
    {"hdr", ""},
};

static void what_was_meant_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nearest n;
        struct str text = {0};
        nearest_begin(&n, cases[i].typed, strlen(cases[i].typed));
        nearest_try_all(&n, words);
        nearest_add(&n, "--", &text);
        if (strcmp(str_text(&text), cases[i].meant) != 0)
            fail_msg("%s%s", cases[i].typed, str_text(&text));
        str_fini(&text);
    }
}

static void no_more_than_three_are_told(void **state)
{
    static const char *const many[] = {"aaaa1", "aaaa2", "aaaa2",
                                       "aaaa3", "aaaa4", NULL};
    struct nearest n;
    struct str text = {0};
    (void)state;
    nearest_begin(&n, "aaaax", 5);
    nearest_try_all(&n, many);
    nearest_add(&n, "", &text);
    assert_string_equal(str_text(&text),
                        "; did you mean aaaa1, aaaa2 or aaaa3?");
    str_fini(&text);
}

/* The typed text is not ours: any length, and no end. */
static void long_words_are_near_to_nothing(void **state)
{
    char typed[4096];
    struct nearest n;
    (void)state;
    memset(typed, 'r', sizeof typed);
    nearest_begin(&n, typed, sizeof typed);
    nearest_try_all(&n, words);
    assert_null(nearest_word(&n));
    nearest_begin(&n, "retryXXXX", 5);
    nearest_try(&n, "retry");
    assert_string_equal(nearest_word(&n), "retry");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_meant_is_found),
        cmocka_unit_test(no_more_than_three_are_told),
        cmocka_unit_test(long_words_are_near_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
