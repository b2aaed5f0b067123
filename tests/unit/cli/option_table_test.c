/* Rules that every row of every option table keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "args/curl_unsupported.h"
#include "args/options_general.h"
#include "args/other_tools.h"
#include "args/parser.h"
#include "commands.h"
#include "config/options_config.h"
#include "request/cmdline.h"
#include "serve/serve_config.h"

enum {
    BRIEF_MAX = 45,
    LINE_MAX_COLUMNS = 79,
    BRIEF_COLUMN = 35
};

/* Does the parser itself write what is given? */
static bool stores(const struct option *o)
{
    return o->kind != OPTION_CALL && o->kind < OPTION_NOTHING;
}

static void check_row(const struct option *o)
{
    size_t brief = strlen(o->brief);
    assert_non_null(o->text);
    assert_non_null(o->example);
    assert_non_null(o->since);
    assert_true(brief > 0 && brief <= BRIEF_MAX);
    assert_true(o->brief[brief - 1] != '.');
    assert_true(o->text[strlen(o->text) - 1] == '.' ||
                o->text[strlen(o->text) - 1] == ')');
    if (o->argument) {
        assert_int_equal(o->argument[0], '<');
        assert_int_equal(o->argument[strlen(o->argument) - 1], '>');
    }
    if (o->kind == OPTION_CALL)
        assert_non_null(o->call);
    if (stores(o))
        assert_true(o->has_at);
    if (o->has_at)
        assert_int_not_equal(o->scope, SCOPE_NONE);
    if (o->kind == OPTION_FLAG || o->kind == OPTION_CHOICE)
        assert_null(o->argument);
    /* The example uses the option. */
    if (!strstr(o->example, o->name)) {
        char letter[3] = {'-', o->letter, '\0'};
        assert_true(o->letter != '\0');
        assert_non_null(strstr(o->example, letter));
    }
}

static void test_rows_are_complete(void **state)
{
    (void)state;
    for (const struct command *c = commands; c->name; c++) {
        size_t n;
        const struct option **all = option_sorted(c->groups, &n);
        for (size_t i = 0; i < n; i++)
            check_row(all[i]);
        free(all);
    }
}

static bool is_own(const struct command *c, const struct option *o)
{
    const struct option_group *own = c->groups[0];
    return o >= own->options && o < own->options + own->len;
}

/* A command's own table may take a letter from those that it shares. */
static void check_letters(const struct command *c, const struct option *a,
                          const struct option *b)
{
    if (a->letter && a->letter == b->letter && is_own(c, a) == is_own(c, b))
        fail_msg("%s: -%c is --%s and --%s", c->name, a->letter, a->name,
                 b->name);
}

static void test_names_and_letters_are_unique(void **state)
{
    (void)state;
    for (const struct command *c = commands; c->name; c++) {
        size_t n;
        const struct option **all = option_sorted(c->groups, &n);
        for (size_t i = 0; i < n; i++) {
            for (size_t k = i + 1; k < n; k++) {
                assert_string_not_equal(all[i]->name, all[k]->name);
                check_letters(c, all[i], all[k]);
            }
        }
        free(all);
    }
}

static void test_no_row_is_also_foreign(void **state)
{
    size_t n;
    const struct option **all = option_sorted(options_fetch, &n);
    const char *name;
    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(
            curl_unsupported_find(all[i]->name, strlen(all[i]->name)),
            UNSUPPORTED_UNKNOWN);
        if (all[i]->letter)
            assert_int_equal(
                curl_unsupported_find_letter(all[i]->letter, &name),
                UNSUPPORTED_UNKNOWN);
    }
    free(all);
}

static const struct option of_serve = {
    .name = "stray",
    .kind = OPTION_FLAG,
    OPTION_AT(SERVE, silent),
};
static const struct option_group stray_group = {&of_serve, 1};

static void test_a_row_of_another_command_is_found(void **state)
{
    const struct option_group *const groups[] = {&options_general, &stray_group,
                                                 NULL};
    struct cmdline *s = cmdline_new();
    struct serve_config config = {0};
    struct parser p = {
        .groups = options_fetch,
        .scope = {[SCOPE_SESSION] = s},
    };
    (void)state;
    cmdline_aim(&p, s->first);
    assert_null(parser_stray(&p));
    p.scope[SCOPE_REQUEST] = NULL;
    assert_int_equal(parser_stray(&p)->scope, SCOPE_REQUEST);
    cmdline_aim(&p, s->first);
    p.groups = groups;
    assert_ptr_equal(parser_stray(&p), &of_serve);
    p.scope[SCOPE_SERVE] = &config;
    assert_null(parser_stray(&p));
    cmdline_free(s);
}

static bool has(const struct command *c, const char *name)
{
    return option_find(c->groups, name, strlen(name)) != NULL;
}

/* What other programs call otherwise is there, and no command has both. */
static void test_other_tools_options_have_one_of_ours(void **state)
{
    const struct other_tools_option *o = other_tools_options;
    (void)state;
    for (; o->name; o++) {
        unsigned nours = 0;
        for (const struct command *c = commands; c->name; c++) {
            bool has_ours = has(c, o->ours);
            nours += has_ours;
            if (has_ours && has(c, o->name))
                fail_msg("%s has --%s and --%s", c->name, o->name, o->ours);
        }
        if (nours == 0)
            fail_msg("nobody has --%s", o->ours);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_complete),
        cmocka_unit_test(test_names_and_letters_are_unique),
        cmocka_unit_test(test_no_row_is_also_foreign),
        cmocka_unit_test(test_other_tools_options_have_one_of_ours),
        cmocka_unit_test(test_a_row_of_another_command_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
