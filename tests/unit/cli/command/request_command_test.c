/* A command line in the order of request_command.h: who ends it, and with what. */
#include "command/request_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "commands.h"
#include "ping/ping_options.h"
#include "request/cmdline_finish.h"

enum {
    WORDS_MAX = 8,
    STATUS_OF_RUN = 42
};

static struct {
    unsigned nfinished;
    unsigned nrun;
    bool may_run;
    bool has_url; /* of the first operation, when it ran */
} seen;

static bool finish(struct request_command *c)
{
    seen.nfinished++;
    if (!seen.may_run)
        return parser_fail(&c->parser, "they do not go together");
    return cmdline_finish(c->cmdline, &c->parser);
}

static int run(struct request_command *c)
{
    seen.nrun++;
    seen.has_url = strcmp(c->cmdline->first->targets[0].url, "http://a/") == 0;
    return STATUS_OF_RUN;
}

/* The line of a command; words are its own. */
static int main_of(const char *command, const struct request_command_ops *ops,
                   void *options, const char *const *words)
{
    char *argv[WORDS_MAX + 1] = {NULL};
    int argc = 0;
    for (; words[argc] && argc < WORDS_MAX; argc++)
        argv[argc] = strdup(words[argc]);
    const struct command_line line = {
        .command = command_find(commands, command),
        .table = commands,
        .argc = argc,
        .argv = argv,
    };
    seen.nfinished = seen.nrun = 0;
    int status = request_command_main(&line, ops, options);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    return status;
}

static const struct request_command_ops fetch_ops = {
    .scope = SCOPE_NONE,
    .on_operand = request_command_on_url,
    .finish = finish,
    .run = run,
};

static void test_who_ends_it(void **state)
{
    static const struct {
        const char *words[WORDS_MAX];
        bool may_run;
        int status;
        unsigned nfinished;
        unsigned nrun;
    } rows[] = {
        {{"quiver", "-q", "http://a/"}, true, STATUS_OF_RUN, 1, 1},
        {{"quiver", "-q", "--version", "--bad"}, true, QV_EXIT_OK, 0, 0},
        {{"quiver", "-q", "--help"}, true, QV_EXIT_OK, 0, 0},
        {{"quiver", "-q", "--bad", "http://a/"}, true, QV_EXIT_USAGE, 0, 0},
        {{"quiver", "-q", "http://a/"}, false, QV_EXIT_USAGE, 1, 0},
        {{"quiver", "-q"}, true, QV_EXIT_USAGE, 1, 0}, /* no URL */
        {{"quiver", "-q", "-K", "/nonexistent", "http://a/"},
         true,
         QV_EXIT_READ,
         0,
         0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        seen.may_run = rows[i].may_run;
        assert_int_equal(main_of("fetch", &fetch_ops, NULL, rows[i].words),
                         rows[i].status);
        assert_int_equal(seen.nfinished, rows[i].nfinished);
        assert_int_equal(seen.nrun, rows[i].nrun);
    }
}

static void test_urls_are_the_operations(void **state)
{
    const char *const words[] = {"quiver", "-q", "http://a/", NULL};
    (void)state;
    seen.may_run = true;
    assert_int_equal(main_of("fetch", &fetch_ops, NULL, words), STATUS_OF_RUN);
    assert_true(seen.has_url);
}

static void test_own_options_are_written_where_they_belong(void **state)
{
    static const struct request_command_ops ops = {
        .scope = SCOPE_PING,
        .on_operand = request_command_on_url,
        .finish = finish,
        .run = run,
    };
    const char *const words[] = {"quiver", "-q", "-n", "7", "http://a/", NULL};
    struct ping_options o = {.url = NULL};
    (void)state;
    seen.may_run = true;
    assert_int_equal(main_of("ping", &ops, &o, words), STATUS_OF_RUN);
    assert_int_equal(o.count, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_ends_it),
        cmocka_unit_test(test_urls_are_the_operations),
        cmocka_unit_test(test_own_options_are_written_where_they_belong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
