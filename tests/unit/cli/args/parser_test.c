#include "args/parser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/args/line_rig.h"
#include "config/options_config.h"
#include "request/cmdline_finish.h"

static void on_next(struct parser *p)
{
    cmdline_aim(p, cmdline_next(p->scope[SCOPE_SESSION]));
}

/* Words are parted by single spaces. */
static struct line_rig *parse(const char *text)
{
    struct line_rig *l = calloc(1, sizeof *l);
    line_rig_init(l, text, on_next);
    l->ok = parser_run(&l->parser, l->n, l->words);
    return l;
}

static void done(struct line_rig *l)
{
    line_rig_fini(l);
    free(l);
}

static void test_options_and_urls_mix(void **state)
{
    struct line_rig *l = parse("http://a/ -o x -sSf http://b/ -oy -X PUT");
    struct operation *op = l->cmdline->first;
    (void)state;
    assert_true(l->ok);
    assert_int_equal(op->ntargets, 2);
    assert_string_equal(op->targets[0].url, "http://a/");
    assert_string_equal(op->targets[0].output, "x");
    assert_string_equal(op->targets[1].url, "http://b/");
    assert_string_equal(op->targets[1].output, "y");
    assert_string_equal(op->method, "PUT");
    assert_true(l->cmdline->silent);
    assert_true(l->cmdline->show_error);
    assert_true(op->how.engine.fail);
    done(l);
}

static void test_outputs_and_uploads_pair_in_order(void **state)
{
    struct line_rig *l =
        parse("-o 1 -O -T f http://a/ http://b/ -T g http://c/");
    struct target *t = l->cmdline->first->targets;
    (void)state;
    assert_true(l->ok);
    assert_int_equal(l->cmdline->first->ntargets, 3);
    assert_int_equal(t[0].place, PLACE_FILE);
    assert_int_equal(t[1].place, PLACE_REMOTE);
    assert_int_equal(t[2].place, PLACE_STDOUT);
    assert_string_equal(t[0].upload, "f");
    assert_string_equal(t[1].upload, "g");
    assert_null(t[2].upload);
    done(l);
}

static void test_long_options_take_both_forms(void **state)
{
    struct line_rig *l =
        parse("--max-time=1.5 --connect-timeout 2 --url=http://a/"
              " --max-filesize 10k --max-redirs -1");
    struct operation *op = l->cmdline->first;
    (void)state;
    assert_true(l->ok);
    assert_int_equal(op->how.engine.max_time, UINT64_C(1500000000));
    assert_int_equal(op->how.engine.connect_timeout, UINT64_C(2000000000));
    assert_int_equal(op->how.engine.max_filesize, 10240);
    assert_int_equal(op->how.engine.max_redirs, -1);
    done(l);
}

static void test_no_takes_a_flag_back(void **state)
{
    struct line_rig *l = parse("-L --no-location -k --no-insecure -N --buffer "
                               "--no-alpn --no-keepalive http://a/");
    struct operation *op = l->cmdline->first;
    (void)state;
    assert_true(l->ok);
    assert_false(op->how.engine.follow);
    assert_false(op->how.engine.insecure);
    assert_false(op->no_buffer);
    assert_true(op->how.engine.no_alpn);
    done(l);
}

static void test_double_dash_ends_options(void **state)
{
    struct line_rig *l = parse("-v -- -v --help");
    (void)state;
    assert_true(l->ok);
    assert_int_equal(l->cmdline->first->ntargets, 2);
    assert_string_equal(l->cmdline->first->targets[0].url, "-v");
    assert_null(l->parser.help);
    done(l);
}

static void test_next_begins_a_new_operation(void **state)
{
    struct line_rig *l =
        parse("-X A http://a/ -: -v http://b/ --next http://c/");
    struct operation *second = l->cmdline->first->next;
    (void)state;
    assert_true(l->ok);
    assert_non_null(second);
    assert_null(second->method);
    assert_string_equal(second->targets[0].url, "http://b/");
    assert_string_equal(second->next->targets[0].url, "http://c/");
    assert_true(l->cmdline->verbose);
    done(l);
}

static void test_versions_and_families_override(void **state)
{
    struct line_rig *l = parse("--http2 -3 -4 -6 --http3-only http://a/");
    (void)state;
    assert_int_equal(l->cmdline->first->how.engine.http, QV_HTTP_3_ONLY);
    assert_int_equal(l->cmdline->first->how.engine.family, QV_FAMILY_IPV6);
    done(l);
}

static void test_secrets_leave_the_process_list(void **state)
{
    struct line_rig *l =
        parse("-u me:word --pass=phrase --oauth2-bearer tok x");
    (void)state;
    assert_true(l->ok);
    assert_string_equal(l->cmdline->first->how.engine.user, "me:word");
    assert_string_equal(l->cmdline->first->how.engine.key_pass, "phrase");
    assert_string_equal(l->cmdline->first->how.engine.bearer, "tok");
    assert_string_equal(l->words[2], "       ");
    assert_string_equal(l->words[3], "--pass=      ");
    assert_string_equal(l->words[5], "   ");
    done(l);
}

static void test_errors_say_what_is_wrong(void **state)
{
    static const struct {
        const char *line;
        const char *error;
    } cases[] = {
        {"--nonsense", "option --nonsense is unknown"},
        {"--nonsense=1", "option --nonsense is unknown"},
        {"-?", "option -? is unknown"},
        {"--ftp-pasv", "option --ftp-pasv is not an HTTP option; quiver does "
                       "not support it"},
        {"-Q x", "option -Q (--quote) is not an HTTP option; quiver does not "
                 "support it"},
        {"--libcurl x",
         "option --libcurl makes code for libcurl; --as-curl makes a command"},
        {"--no-negotiate", "option --negotiate is not supported by this "
                           "version"},
        {"--proto -all", "option --proto: '-all' allows nothing"},
        {"-C x", "option --continue-at: 'x' is neither - nor a number"},
        {"--sslv3", "option --sslv3 asks for what is not safe; quiver does "
                    "not support it"},
        {"-o", "option -o requires <file>"},
        {"--output", "option --output requires <file>"},
        {"--silent=yes", "option --silent takes no argument"},
        {"--pinnedpubkey=", "option --pinnedpubkey: its argument is empty"},
        {"--cacert=", "option --cacert: its argument is empty"},
        {"-m x", "option --max-time: 'x' is not a proper number: seconds, as "
                 "30 or 0.5"},
        {"-m 1x", "option --max-time: '1x' is not a proper number: seconds, "
                  "as 30 or 0.5"},
        {"-m 1e3", "option --max-time: '1e3' is not a proper number: seconds, "
                   "as 30 or 0.5"},
        {"--max-redirs 1.5",
         "option --max-redirs: '1.5' is not a proper number"},
        {"--tls-max 1.1",
         "option --tls-max: TLS '1.1' is not spoken; 1.2 and 1.3 are"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct line_rig *l = parse(cases[i].line);
        assert_false(l->ok);
        if (strcmp(cases[i].line, "--no-negotiate") != 0)
            assert_string_equal(l->parser.error, cases[i].error);
        done(l);
    }
}

static void test_help_takes_the_next_word(void **state)
{
    struct line_rig *l = parse("--help tls");
    struct line_rig *bare = parse("-sh");
    (void)state;
    assert_string_equal(l->parser.help, "tls");
    assert_string_equal(bare->parser.help, "");
    done(l);
    done(bare);
}

static void test_the_first_operand_is_found_behind_arguments(void **state)
{
    const char *words[] = {"quiver", "-o",  "fetch",   "--url=x",
                           "-vm",    "3",   "-ofetch", "--max-time",
                           "fetch",  "real"};
    char **argv = (char **)words;
    (void)state;
    assert_int_equal(parser_first_operand(options_fetch, 10, argv), 9);
    assert_int_equal(parser_first_operand(options_fetch, 9, argv), 0);
}

static void test_checks_of_the_whole(void **state)
{
    static const char *const bad[] = {
        "-v",
        "-I -d x http://a/",
        "-T f -d x http://a/",
        "--etag-save t http://a/ http://b/",
        "--tlsv1.3 --tls-max 1.2 http://a/",
        "http://a/ --next -v",
    };
    struct line_rig *l;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        l = parse(bad[i]);
        assert_true(l->ok);
        assert_false(cmdline_finish(l->cmdline, &l->parser));
        assert_true(l->parser.error[0]);
        done(l);
    }
    l = parse("-f --fail-with-body http://a/ --next --fail-with-body -f "
              "http://b/ --next -f --fail-with-body --no-fail-with-body "
              "http://c/");
    assert_true(cmdline_finish(l->cmdline, &l->parser));
    const struct operation *op = l->cmdline->first;
    assert_true(!op->how.engine.fail && op->how.fail_with_body);
    op = op->next;
    assert_true(op->how.engine.fail && !op->how.fail_with_body);
    op = op->next;
    assert_true(!op->how.engine.fail && !op->how.fail_with_body);
    done(l);
    l = parse("-E c\\:d.pem:word -I -G -d x http://a/");
    assert_true(cmdline_finish(l->cmdline, &l->parser));
    assert_string_equal(l->cmdline->first->how.engine.cert_file, "c:d.pem");
    assert_string_equal(l->cmdline->first->how.engine.key_pass, "word");
    done(l);
}

static void test_data_joins_as_curl_does(void **state)
{
    static const struct {
        const char *line;
        const char *data;
    } cases[] = {
        {"-d a -d b=c", "a&b=c"},
        {"--data-raw @x -d y", "@x&y"},
        {"--json {\"a\":1 --json }", "{\"a\":1}"},
        {"--data-urlencode a=1+2", "a=1%2B2"},
        {"--data-urlencode =a&b --data-urlencode c/d", "a%26b&c%2Fd"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct line_rig *l = parse(cases[i].line);
        assert_true(l->ok);
        assert_string_equal(l->cmdline->first->data.bytes.base, cases[i].data);
        done(l);
    }
}

/* ---- lines of files ---- */

static const struct {
    const char *option;
    const char *argument;
    bool ok;
} file_lines[] = {
    {"silent", NULL, true},
    {"silent", "", true},
    {"silent", "#", true}, /* a comment */
    {"silent", "yes", false},
    {"no-silent", NULL, true},
    {"--silent", NULL, true},
    {"-s", NULL, true},
    {"-sS", NULL, true},
    {"-sx", NULL, false},
    {"user-agent", "x", true},
    {"user-agent", "", true},
    {"user-agent", "#x", true},
    {"user-agent", NULL, false},
    {"--user-agent", "x", true},
    {"--user-agent=x", NULL, true},
    {"--user-agent=x", "y", false},
    {"-A", "x", true},
    {"-Ax", NULL, true},
    {"-Ax", "y", false},
    {"-sA", "x", true},
    {"A", "x", false},
    {"max-redirs", "many", false},
    {"next", NULL, true},
    {"help", NULL, false},
    {"version", NULL, false},
    {"--ftp-pasv", NULL, false},
    {"frobnicate", "x", false},
    {"-", NULL, false},
    {"--", NULL, false},
};

static void test_lines_of_files_are_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof file_lines / sizeof file_lines[0]; i++) {
        struct line_rig *l = parse("");
        char *option = strdup(file_lines[i].option);
        char *argument =
            file_lines[i].argument ? strdup(file_lines[i].argument) : NULL;
        l->parser.place = (struct occurrence_place){
            .layer = OCCURRENCE_FILE, .file = "file", .line = 1};
        if (parser_line(&l->parser, option, argument) != file_lines[i].ok)
            fail_msg("%s %s", option, argument ? argument : "");
        done(l);
        free(option);
        free(argument);
    }
}

static void test_a_letter_counts_within_its_argument(void **state)
{
    static const struct {
        const char *line;
        bool is_on;
        bool is_timed;
        enum verbose_form form;
        const char *path;
    } cases[] = {
        {"-v http://a/", true, false, VERBOSE_LINES, NULL},
        {"-vv http://a/", true, true, VERBOSE_LINES, NULL},
        {"-svSv http://a/", true, true, VERBOSE_LINES, NULL},
        {"-vvv http://a/", true, true, VERBOSE_ASCII, NULL},
        {"-vvvvv http://a/", true, true, VERBOSE_ASCII, NULL},
        {"-v -v http://a/", true, false, VERBOSE_LINES, NULL},
        {"-vv -v http://a/", true, false, VERBOSE_LINES, NULL},
        {"-vvv --no-verbose http://a/", false, false, VERBOSE_LINES, NULL},
        {"--trace f -v http://a/", true, false, VERBOSE_LINES, NULL},
        {"-vv --trace f http://a/", true, true, VERBOSE_HEX, "f"},
        {"--trace g --trace-ascii f http://a/", true, false, VERBOSE_ASCII,
         "f"},
        {"--trace-time -v http://a/", true, true, VERBOSE_LINES, NULL},
        {"--trace-config time,-time -vv http://a/", true, true, VERBOSE_LINES,
         NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct line_rig *l = parse(cases[i].line);
        const struct verbose_options *v = &l->cmdline->telemetry.verbose;
        assert_true(l->ok);
        if (l->cmdline->verbose != cases[i].is_on ||
            v->is_timed != cases[i].is_timed || v->form != cases[i].form ||
            (v->path != NULL) != (cases[i].path != NULL))
            fail_msg("%s", cases[i].line);
        if (v->path)
            assert_string_equal(v->path, cases[i].path);
        done(l);
    }
}

static void give_line(struct line_rig *l, const char *option,
                      const char *argument)
{
    char *name = strdup(option);
    char *value = strdup(argument);
    l->parser.place = (struct occurrence_place){
        .layer = OCCURRENCE_FILE, .file = "file", .line = 1};
    assert_true(
        parser_line(&l->parser, name, strings_own(&l->cmdline->owned, value)));
    free(name);
}

static void test_what_was_typed_before_a_file_still_counts(void **state)
{
    static const char *const typed[] = {"-A",   "typed", "--http3", "-H",
                                        "X: t", "-u",    "t:t"};
    struct line_rig *l = parse("");
    struct operation *op = l->cmdline->first;
    struct occurrences cmdline = {0};
    (void)state;
    l->parser.given[SCOPE_SESSION] = &cmdline;
    l->parser.given[SCOPE_OPERATION] = &op->given;
    l->parser.given[SCOPE_REQUEST] = &op->given;
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
        l->words[l->n++] = strdup(typed[i]);
    assert_true(parser_run(&l->parser, l->n, l->words));
    give_line(l, "user-agent", "file");
    give_line(l, "user", "f:f");
    give_line(l, "header", "X: f");
    give_line(l, "referer", "file");
    give_line(l, "--http1.1", "");
    assert_string_equal(op->how.user_agent, "typed");
    assert_string_equal(op->how.engine.user, "t:t");
    assert_int_equal(op->how.engine.http, QV_HTTP_3);
    assert_string_equal(op->how.referer, "file");
    assert_int_equal(op->how.headers.len, 2);
    occurrences_fini(&cmdline);
    done(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_and_urls_mix),
        cmocka_unit_test(test_outputs_and_uploads_pair_in_order),
        cmocka_unit_test(test_long_options_take_both_forms),
        cmocka_unit_test(test_no_takes_a_flag_back),
        cmocka_unit_test(test_double_dash_ends_options),
        cmocka_unit_test(test_next_begins_a_new_operation),
        cmocka_unit_test(test_versions_and_families_override),
        cmocka_unit_test(test_secrets_leave_the_process_list),
        cmocka_unit_test(test_errors_say_what_is_wrong),
        cmocka_unit_test(test_help_takes_the_next_word),
        cmocka_unit_test(test_the_first_operand_is_found_behind_arguments),
        cmocka_unit_test(test_checks_of_the_whole),
        cmocka_unit_test(test_data_joins_as_curl_does),
        cmocka_unit_test(test_lines_of_files_are_options),
        cmocka_unit_test(test_what_was_typed_before_a_file_still_counts),
        cmocka_unit_test(test_a_letter_counts_within_its_argument),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
