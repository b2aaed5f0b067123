/* What a configuration file makes of an operation, for each origin. */
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/args/line_rig.h"
#include "commands.h"
#include "config/options_config.h"

/* A command line, run with a configuration file. */
struct run {
    struct line_rig line;
    struct config *config;
    bool ok;
};

static void on_next(struct parser *p)
{
    config_begin(p, cmdline_next(p->scope[SCOPE_SESSION]));
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* file NULL: there is none.  Words are parted by single spaces. */
static struct run *begin(const char *file, const char *words)
{
    struct run *r = calloc(1, sizeof *r);
    char path[] = "/tmp/quiver-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    line_rig_init(&r->line, words, on_next);
    r->config = config_new(commands);
    write_file(path, file ? file : "");
    setenv("QUIVER_CONFIG", file ? path : "", 1);
    config_start(r->config, &r->line.parser, r->line.n, r->line.words);
    r->ok = parser_run(&r->line.parser, r->line.n, r->line.words);
    unlink(path);
    return r;
}

static void end(struct run *r)
{
    line_rig_fini(&r->line);
    config_free(r->config);
    free(r);
}

static const struct operation *at(struct run *r, const char *url)
{
    return config_for_url(r->config, r->line.cmdline->first, url);
}

/* ---- layers ---- */

static const char layers[] = "user-agent = global\n"
                             "connect-timeout = 1\n"
                             "[https://a.test]\n"
                             "user-agent = section\n"
                             "max-time = 2\n"
                             "[https://*.test]\n"
                             "user-agent = wildcard\n";

static const struct {
    const char *words;
    const char *url;
    const char *agent;
    uint64_t connect;
    uint64_t total;
} precedence[] = {
    {"", "https://b.example/", "global", 1, 0},
    {"", "http://a.test/", "global", 1, 0},
    {"", "https://a.test/", "section", 1, 2},
    {"", "https://A.test:443/x", "section", 1, 2},
    {"", "https://b.test/", "wildcard", 1, 0},
    {"-A typed", "https://a.test/", "typed", 1, 2},
    {"-A typed", "https://b.example/", "typed", 1, 0},
    {"--connect-timeout 3", "https://a.test/", "section", 3, 2},
    {"-m 4", "https://a.test/", "section", 1, 4},
    {"", "https://", "global", 1, 0},
};

static void test_the_nearest_layer_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof precedence / sizeof precedence[0]; i++) {
        struct run *r = begin(layers, precedence[i].words);
        const struct operation *op = at(r, precedence[i].url);
        assert_true(r->ok);
        assert_string_equal(op->how.user_agent, precedence[i].agent);
        assert_int_equal(op->how.engine.connect_timeout,
                         precedence[i].connect * 1000000000);
        assert_int_equal(op->how.engine.max_time,
                         precedence[i].total * 1000000000);
        assert_ptr_equal(op, at(r, precedence[i].url)); /* made once */
        end(r);
    }
}

static void test_without_a_file_nothing_is_made(void **state)
{
    struct run *r = begin(NULL, "-A typed --next -A other");
    (void)state;
    assert_true(r->ok);
    assert_ptr_equal(at(r, "https://a.test/"), r->line.cmdline->first);
    assert_int_equal(config_report(r->config, true), 0);
    end(r);
}

static void test_each_group_begins_with_the_global_part(void **state)
{
    struct run *r = begin("user-agent = global\noutput-dir = x\nsilent\n",
                          "-A typed --next -r 1-2");
    const struct operation *second = r->line.cmdline->first->next;
    (void)state;
    assert_true(r->ok);
    assert_true(r->line.cmdline->silent);
    assert_string_equal(r->line.cmdline->first->how.user_agent, "typed");
    assert_string_equal(second->how.user_agent, "global");
    assert_string_equal(second->output_dir, "x");
    end(r);
}

static void test_flags_are_taken_back(void **state)
{
    struct run *r = begin("location\n[https://a.test]\nno-location\n"
                          "[https://b.test]\ninsecure\n",
                          "--no-insecure");
    (void)state;
    assert_true(at(r, "https://c.test/")->how.engine.follow);
    assert_false(at(r, "https://a.test/")->how.engine.follow);
    assert_false(at(r, "https://b.test/")->how.engine.insecure);
    end(r);
}

/* ---- what adds up ---- */

static void assert_headers(const struct operation *op, size_t norigin,
                           const char *joined)
{
    char all[256] = "";
    for (size_t i = 0; i < op->how.headers.len; i++) {
        strcat(all, i ? "|" : "");
        strcat(all, op->how.headers.at[i]);
    }
    assert_string_equal(all, joined);
    assert_int_equal(op->how.norigin_headers, norigin);
}

static void test_headers_add_up_and_the_sections_come_first(void **state)
{
    struct run *r = begin("header = G:1\n[https://a.test]\nheader = S:1\n"
                          "header = S:2\nheader = A:\n",
                          "-H L:1");
    (void)state;
    assert_headers(at(r, "https://b.test/"), 0, "G:1|L:1");
    assert_headers(at(r, "https://a.test/"), 3, "S:1|S:2|A:|G:1|L:1");
    end(r);
}

static void test_of_single_fields_the_nearest_count(void **state)
{
    struct run *r = begin("header = Authorization:g\nheader = X:g\n"
                          "[https://a.test]\nheader = authorization:s\n"
                          "header = Content-Type:s\n",
                          "-H Content-Type:l -H X:");
    (void)state;
    assert_headers(at(r, "https://b.test/"), 0,
                   "Authorization:g|Content-Type:l|X:");
    assert_headers(at(r, "https://a.test/"), 1,
                   "authorization:s|Content-Type:l|X:");
    end(r);
}

static void test_of_credentials_the_nearest_count(void **state)
{
    static const char file[] = "oauth2-bearer = g\n[https://a.test]\n"
                               "user = s:s\ncookie = s=1\n";
    struct run *r = begin(file, "");
    const struct operation *op = at(r, "https://a.test/");
    (void)state;
    assert_string_equal(op->how.engine.user, "s:s");
    assert_null(op->how.engine.bearer);
    assert_true(op->how.is_origin_user);
    assert_true(op->how.are_origin_cookies);
    op = at(r, "https://b.test/");
    assert_null(op->how.engine.user);
    assert_string_equal(op->how.engine.bearer, "g");
    assert_false(op->how.is_origin_user);
    end(r);

    r = begin(file, "-u l:l -b l=1");
    op = at(r, "https://a.test/");
    assert_string_equal(op->how.engine.user, "l:l");
    assert_false(op->how.is_origin_user);
    assert_string_equal(op->how.cookies.base, "s=1; l=1");
    end(r);
}

/* ---- another origin on the way ---- */

static void adopt(struct config *c, const struct operation *base,
                  const struct operation *from, const char *host,
                  struct qv_options *o)
{
    const struct operation *to = config_operation(c, base, "https", host, 443);
    qv_options_adopt(o, &from->how.engine, &to->how.engine);
}

static void test_another_origin_has_its_own_connection(void **state)
{
    struct run *r = begin("[https://a.test]\ncacert = a.pem\nhttp3\n"
                          "user = a:a\n"
                          "[https://b.test]\ncacert = b.pem\ntlsv1.3\n"
                          "user = b:b\ncompressed\n",
                          "--connect-timeout 3");
    struct config *c = r->config;
    const struct operation *base = r->line.cmdline->first;
    const struct operation *from = at(r, "https://a.test/");
    struct qv_options o = from->how.engine;
    (void)state;
    adopt(c, base, from, "a.test", &o);
    assert_string_equal(o.ca_file, "a.pem");
    adopt(c, base, from, "b.test", &o);
    assert_string_equal(o.ca_file, "b.pem");
    assert_int_equal(o.tls_min, QV_TLS_1_3);
    assert_int_equal(o.http, QV_HTTP_AUTO);
    assert_int_equal(o.connect_timeout, 3000000000);
    /* The request itself stays as it was. */
    assert_string_equal(o.user, "a:a");
    assert_false(o.compressed);
    end(r);
}

static void test_what_a_request_alone_says_stays(void **state)
{
    struct run *r = begin("[https://a.test]\nhttp3\nconnect-timeout = 1\n"
                          "[https://b.test]\nhttp1.1\nconnect-timeout = 2\n",
                          "");
    const struct operation *from = at(r, "https://a.test/");
    struct qv_options o = from->how.engine;
    (void)state;
    o.http = QV_HTTP_2; /* a line of a batch */
    adopt(r->config, r->line.cmdline->first, from, "b.test", &o);
    assert_int_equal(o.http, QV_HTTP_2);
    assert_int_equal(o.connect_timeout, 2000000000);
    end(r);
}

/* ---- the tables ---- */

/* What a section says is made anew for each origin: nothing else is. */
static void test_options_of_operations_have_no_place_in_sections(void **state)
{
    size_t n;
    const struct option **all = option_sorted(options_fetch, &n);
    (void)state;
    for (size_t i = 0; i < n; i++) {
        if (all[i]->scope == SCOPE_OPERATION && all[i]->where == WHERE_ANY)
            fail_msg("--%s would be lost in a section", all[i]->name);
    }
    free(all);
}

/* The argument that the row's example has; it may be quoted for a shell. */
static void add_argument(char *file, const struct option *o)
{
    char name[64];
    (void)snprintf(name, sizeof name, "--%s ", o->name);
    const char *arg = strstr(o->example, name);
    if (!arg && o->letter) {
        (void)snprintf(name, sizeof name, "-%c ", o->letter);
        arg = strstr(o->example, name);
    }
    assert_non_null(arg);
    arg += strlen(name);
    bool is_quoted = *arg == '\'';
    arg += is_quoted;
    size_t len = strcspn(arg, is_quoted ? "'" : " ");
    strcat(file, " = \"");
    strncat(file, arg, len);
    strcat(file, "\"");
}

static void test_every_option_of_requests_may_stand_in_a_section(void **state)
{
    size_t n;
    const struct option **all = option_sorted(options_fetch, &n);
    (void)state;
    for (size_t i = 0; i < n; i++) {
        const struct option *o = all[i];
        char file[256] = "[https://a.test]\n";
        const struct operation *a;
        const struct operation *b;
        struct run *r;
        if (o->scope != SCOPE_REQUEST || o->where != WHERE_ANY)
            continue;
        /* What holds without it, too. */
        if ((o->kind == OPTION_CHOICE && o->value == 0) ||
            strcmp(o->name, "sessionid") == 0)
            continue;
        strcat(file, o->name);
        if (o->argument)
            add_argument(file, o);
        strcat(file, "\n");
        if (strcmp(o->name, "key") == 0)
            strcat(file, "cert = c.pem\n");
        if (strcmp(o->name, "proxy-key") == 0)
            strcat(file, "proxy-cert = c.pem\n");
        r = begin(file, "");
        a = at(r, "https://a.test/");
        b = at(r, "https://b.test/");
        if (config_report(r->config, false) || a == b ||
            memcmp(&a->how, &b->how, sizeof a->how) == 0)
            fail_msg("--%s does nothing in a section", o->name);
        end(r);
    }
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_nearest_layer_counts),
        cmocka_unit_test(test_without_a_file_nothing_is_made),
        cmocka_unit_test(test_each_group_begins_with_the_global_part),
        cmocka_unit_test(test_flags_are_taken_back),
        cmocka_unit_test(test_headers_add_up_and_the_sections_come_first),
        cmocka_unit_test(test_of_single_fields_the_nearest_count),
        cmocka_unit_test(test_of_credentials_the_nearest_count),
        cmocka_unit_test(test_another_origin_has_its_own_connection),
        cmocka_unit_test(test_what_a_request_alone_says_stays),
        cmocka_unit_test(test_options_of_operations_have_no_place_in_sections),
        cmocka_unit_test(test_every_option_of_requests_may_stand_in_a_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
