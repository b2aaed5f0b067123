#include "args/variables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "args/option.h"
#include "args/parser.h"
#include "args/variables_functions.h"
#include "cli/args/line_rig.h"

static const struct option row = {.name = "variable"};

static bool set(struct parser *p, const char *arg)
{
    return variables_set(p, &row, arg);
}

static void expands_to(struct parser *p, const char *text, const char *expected)
{
    const char *made = variables_expand(p, text);
    assert_non_null(made);
    assert_string_equal(made, expected);
}

static void test_text_stands_in_braces(void **state)
{
    struct strings_owned owned = {0};
    struct parser p = {.owned = &owned};
    (void)state;
    assert_true(set(&p, "a=one"));
    assert_true(set(&p, "b_2=two=2@"));
    assert_true(set(&p, "empty="));
    expands_to(&p, "", "");
    expands_to(&p, "no variable", "no variable");
    expands_to(&p, "{{a}}", "one");
    expands_to(&p, "<{{a}}{{b_2}}{{empty}}{{unknown}}>", "<onetwo=2@>");
    assert_true(set(&p, "a=again"));
    expands_to(&p, "{{a}}", "again");
    strings_disown(&owned);
    variables_clear();
}

static void test_what_is_no_variable_stays(void **state)
{
    static const char *const texts[] = {
        "{{", "{{a", "{{ a }}", "{{}}", "{{a-b}}", "{a}", "}}", "{{a }}",
    };
    struct strings_owned owned = {0};
    struct parser p = {.owned = &owned};
    (void)state;
    assert_true(set(&p, "a=x"));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        expands_to(&p, texts[i], texts[i]);
    expands_to(&p, "{{{{a}}}}", "{{x}}");
    expands_to(&p, "\\{{a}} {{a}} \\\\{{a}}", "{{a}} x \\{{a}}");
    strings_disown(&owned);
    variables_clear();
}

static void test_a_part_is_cut_out(void **state)
{
    static const struct {
        const char *set;
        const char *expected;
    } cases[] = {
        {"v[0-0]=abcdef", "a"},       {"v[2-3]=abcdef", "cd"},
        {"v[2-]=abcdef", "cdef"},     {"v[5-99]=abcdef", "f"},
        {"v[6-]=abcdef", ""},         {"v[18446744073709551615-]=a", ""},
        {"%V_TEST[1-2]=other", "nv"},
    };
    struct strings_owned owned = {0};
    struct parser p = {.owned = &owned};
    (void)state;
    setenv("V_TEST", "env", 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(set(&p, cases[i].set));
        expands_to(&p, cases[i].set[0] == '%' ? "{{V_TEST}}" : "{{v}}",
                   cases[i].expected);
    }
    strings_disown(&owned);
    variables_clear();
}

static void test_bad_assignments_are_refused(void **state)
{
    static const char *const texts[] = {
        "",         "=x",       "a",          "a b=x",
        "a-b=c",    "a[=x",     "a[]=x",      "a[1]=x",
        "a[2-1]=x", "a[-2]=x",  "a[1-2]",     "a[1-2",
        "%",        "%=x",      "a[1-2]x=y",  "a[0-1x]=y",
        "%NOT_SET", "a[1-x]=y", "a@/nowhere", "a[99999999999999999999-]=x",
    };
    struct strings_owned owned = {0};
    struct parser p = {.owned = &owned};
    (void)state;
    unsetenv("NOT_SET");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        p.error[0] = '\0';
        if (set(&p, texts[i]))
            fail_msg("'%s' was taken", texts[i]);
        assert_true(p.error[0]);
    }
    char name[200];
    memset(name, 'n', sizeof name);
    memcpy(name + sizeof name - 3, "=x", 3);
    assert_false(set(&p, name));
    strings_disown(&owned);
    variables_clear();
}

static void test_the_environment_goes_before_what_is_given(void **state)
{
    struct strings_owned owned = {0};
    struct parser p = {.owned = &owned};
    (void)state;
    setenv("V_TEST", "", 1);
    unsetenv("NOT_SET");
    assert_true(set(&p, "%V_TEST=other"));
    assert_true(set(&p, "%NOT_SET=other"));
    expands_to(&p, "<{{V_TEST}}|{{NOT_SET}}>", "<|other>");
    setenv("V_TEST", "there", 1);
    assert_true(set(&p, "%V_TEST"));
    expands_to(&p, "{{V_TEST}}", "there");
    strings_disown(&owned);
    variables_clear();
}

static void test_files_are_read_by_parts(void **state)
{
    char path[] = "/tmp/variables_XXXXXX";
    char arg[64];
    int fd = mkstemp(path);
    struct strings_owned owned = {0};
    struct parser p = {.owned = &owned};
    char *large = malloc(200001);
    (void)state;
    assert_true(fd >= 0);
    for (int i = 0; i < 200000; i++)
        large[i] = (char)('a' + i % 26);
    large[200000] = '\0';
    assert_int_equal(write(fd, large, 200000), 200000);
    (void)snprintf(arg, sizeof arg, "v@%s", path);
    assert_true(set(&p, arg));
    expands_to(&p, "{{v}}", large);
    (void)snprintf(arg, sizeof arg, "v[70000-150009]@%s", path);
    assert_true(set(&p, arg));
    large[150010] = '\0';
    expands_to(&p, "{{v}}", large + 70000);
    (void)snprintf(arg, sizeof arg, "v[3-3]@%s", path);
    assert_true(set(&p, arg));
    expands_to(&p, "{{v}}", "d");
    (void)snprintf(arg, sizeof arg, "v[200000-]@%s", path);
    assert_true(set(&p, arg));
    expands_to(&p, "{{v}}", "");
    free(large);
    close(fd);
    unlink(path);
    strings_disown(&owned);
    variables_clear();
}

/* It cannot be skipped through. */
static void test_a_pipe_is_read_by_parts(void **state)
{
    int ends[2];
    char arg[64];
    struct strings_owned owned = {0};
    struct parser p = {.owned = &owned};
    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "0123456789", 10), 10);
    close(ends[1]);
    (void)snprintf(arg, sizeof arg, "v[3-5]@/dev/fd/%d", ends[0]);
    assert_true(set(&p, arg));
    expands_to(&p, "{{v}}", "345");
    close(ends[0]);
    strings_disown(&owned);
    variables_clear();
}

static void test_functions_work_from_left_to_right(void **state)
{
    static const struct {
        const char *value;
        const char *functions;
        const char *expected;
    } cases[] = {
        {" \t a b\r\n", ":trim", "a b"},
        {" \t ", ":trim", ""},
        {"\"q\\\b\f\n\r\t\x01\x1f/\xc3\xa4", ":json",
         "\\\"q\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/\xc3\xa4"},
        {"a-._~ /?\xc3\xa4", ":url", "a-._~%20%2F%3F%C3%A4"},
        {"hello", ":b64", "aGVsbG8="},
        {"aGVsbG8=", ":64dec", "hello"},
        {"not base64!", ":64dec", "[64dec-fail]"},
        {" a b ", ":trim:url", "a%20b"},
        {" a b ", ":url:trim", "%20a%20b%20"},
        {"x", ":b64:64dec:b64", "eA=="},
        {"", ":b64", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str value = {0};
        struct span bad;
        str_add_text(&value, cases[i].value);
        assert_true(
            variables_apply(&value, span_str(cases[i].functions), &bad));
        assert_string_equal(str_text(&value), cases[i].expected);
        str_fini(&value);
    }
}

static void test_unknown_functions_and_nuls_are_refused(void **state)
{
    static const char *const texts[] = {
        "{{a:}}",         "{{a:trim:}}", "{{a:Trim}}",
        "{{a:trim,url}}", "{{a::url}}",  "{{nul:64dec}}",
    };
    struct strings_owned owned = {0};
    struct parser p = {.owned = &owned};
    (void)state;
    assert_true(set(&p, "a=x"));
    assert_true(set(&p, "nul=YQBi"));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_null(variables_expand(&p, texts[i]));
    expands_to(&p, "{{nul:64dec:url}}", "a%00b");
    strings_disown(&owned);
    variables_clear();
}

static struct line_rig *parse(struct line_rig *l, const char *text)
{
    line_rig_init(l, text, NULL);
    l->ok = parser_run(&l->parser, l->n, l->words);
    return l;
}

static void test_any_option_with_an_argument_is_expanded(void **state)
{
    struct line_rig l;
    (void)state;
    parse(&l, "--variable a=x --expand-output {{a}}.txt "
              "--expand-url=http://{{a}}/ --expand-max-time {{n}}5");
    assert_true(l.ok);
    assert_string_equal(l.cmdline->first->targets[0].output, "x.txt");
    assert_string_equal(l.cmdline->first->targets[0].url, "http://x/");
    assert_int_equal(l.cmdline->first->how.engine.max_time, 5000000000);
    line_rig_fini(&l);
    static const char *const wrong[] = {
        "--expand-silent http://a/", "--expand-url",
        "--expand-nonsense x",       "--expand- x",
        "--expand-ftp-port x",       "--variable",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        parse(&l, wrong[i]);
        assert_false(l.ok);
        assert_true(l.parser.error[0]);
        line_rig_fini(&l);
    }
    variables_clear();
}

static void test_the_template_of_a_secret_is_wiped(void **state)
{
    struct line_rig l;
    (void)state;
    parse(&l, "--variable pw=geheim --expand-user me:my{{pw}} http://a/");
    assert_true(l.ok);
    assert_string_equal(l.cmdline->first->how.engine.user, "me:mygeheim");
    assert_string_equal(l.words[2], "         ");
    assert_string_equal(l.words[4], "           ");
    line_rig_fini(&l);
    variables_clear();
}

static void test_the_first_operand_is_found_behind_them(void **state)
{
    char line[][20] = {"quiver",         "--expand-header", "x",
                       "--expand-url=y", "--variable",      "a=b",
                       "batch"};
    char *words[7];
    struct line_rig l;
    (void)state;
    for (size_t i = 0; i < 7; i++)
        words[i] = line[i];
    line_rig_init(&l, "", NULL);
    assert_int_equal(parser_first_operand(l.parser.groups, 7, words), 6);
    line_rig_fini(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_stands_in_braces),
        cmocka_unit_test(test_what_is_no_variable_stays),
        cmocka_unit_test(test_a_part_is_cut_out),
        cmocka_unit_test(test_bad_assignments_are_refused),
        cmocka_unit_test(test_the_environment_goes_before_what_is_given),
        cmocka_unit_test(test_files_are_read_by_parts),
        cmocka_unit_test(test_a_pipe_is_read_by_parts),
        cmocka_unit_test(test_functions_work_from_left_to_right),
        cmocka_unit_test(test_unknown_functions_and_nuls_are_refused),
        cmocka_unit_test(test_any_option_with_an_argument_is_expanded),
        cmocka_unit_test(test_the_template_of_a_secret_is_wiped),
        cmocka_unit_test(test_the_first_operand_is_found_behind_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
