/* curl's configurations as requests of a batch. */
#include "input/input_curl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/input/input_rig.h"
#include "entry/entry_memory.h"
#include "request/cmdline.h"

/* Each entry as "LINE METHOD URL>OUTPUT HEADERS;", or "LINE!MESSAGE;". */
static void show(const struct entry *e, char *out, size_t size)
{
    size_t n = strlen(out);
    n += (size_t)snprintf(out + n, size - n, "%d", (int)e->line);
    if (e->status) {
        (void)snprintf(out + n, size - n, "!%s;", e->message);
        return;
    }
    n += (size_t)snprintf(out + n, size - n, " %s %s>%s",
                          e->request.custom_method ? e->request.custom_method
                          : e->request.method      ? e->request.method
                                                   : "-",
                          e->request.url, e->output ? e->output : "");
    for (size_t i = 0; i < e->request.nheaders; i++)
        n +=
            (size_t)snprintf(out + n, size - n, " [%s]", e->request.headers[i]);
    (void)snprintf(out + n, size - n, ";");
}

static const struct {
    const char *config;
    const char *entries;
} configs[] = {
    {"", ""},
    {"next\nnext\n# nothing\n", ""},
    {"url = \"http://a/?1\"\noutput = \"/dev/null\"\n"
     "url = \"http://a/?2\"\noutput = \"/dev/null\"\n",
     "1 - http://a/?1>/dev/null;3 - http://a/?2>/dev/null;"},
    {"url=http://a/\r\n-H \"X: 1\"\r\n", "1 - http://a/> [X: 1];"},
    {"header = \"X: 1\"\nurl: a\nnext\nurl b\nnext\n--url c\n-X PUT",
     "2 - a> [X: 1];4 - b>;6 PUT c>;"},
    /* Options count for URLs before them. */
    {"url=a\nurl=b\nuser-agent = \"\"\nreferer = r\nX=x\nrequest = Q\n",
     "1!line 1: its options, line 5: option --X is unknown;"
     "2!line 2: its options, line 5: option --X is unknown;"},
    {"url=a\ndata = x\ndata = \"y\\tz\"\n",
     "1 - a> [Content-Type: application/x-www-form-urlencoded];"},
    {"url=a\nget\ndata = \"x=y\"\n", "1 - a?x=y>;"},
    {"url=a\njson = {}\n", "1 - a> [Content-Type: application/json] "
                           "[Accept: application/json];"},
    {"url=a\nhead\nsilent\nparallel\nfail-early\nshow-error\n", "1 - a>;"},
    {"url = \"a/[1-2]{x,y}\"\noutput = \"o#1#2\"\n",
     "1 - a/1x>o1x;1 - a/1y>o1y;1 - a/2x>o2x;1 - a/2y>o2y;"},
    {"globoff\nurl = \"a/[1-2]\"\n", "2 - a/[1-2]>;"},
    {"url = \"a/[2\"\nurl=b\n", NULL},
    {"remote-name\nurl = http://a/b/c?d\n", "2 - http://a/b/c?d>c;"},
    {"remote-name\nurl = http://a/\n", "2 - http://a/>curl_response;"},
    {"out-null\nurl = a\n", "2 - a>/dev/null;"},
    {"url = a\noutput = -\n", "1 - a>;"},
    {"upload-file = dir/f.x\nurl = a/\n", "2 PUT a/f.x>;"},
    {"upload-file = f\nurl = a/\nrequest = POST\n", "2 POST a/f>;"},
    {"upload-file = -\nurl = a\n",
     "2!line 2: -T cannot read standard input in a batch;"},
    /* mistakes */
    {"header = \"X: 1\"\nnext\nurl=a\n",
     "1!line 1: no URL for the options from here on;3 - a>;"},
    {"url=a\nftp-pasv\n",
     "1!line 1: its options, line 2: option --ftp-pasv is not an HTTP option; "
     "quiver does not support it;"},
    {"url=a\nmax-time = x\nnext\nurl=b\n",
     "1!line 1: its options, line 2: option --max-time: 'x' is not a proper "
     "number: seconds, as 30 or 0.5;4 - b>;"},
    {"url=a\nhead\ndata=x\n",
     "1!line 1: -I (HEAD) and -d (POST) do not go together;"},
    {"url=a\nstderr = /tmp/x\n",
     "1!line 1: its options, line 2: option stderr has no place here;"},
    {"url=a\n-K x\n",
     "1!line 1: its options, line 2: option -K has no place here;"},
    {"url=a\nhelp\n",
     "1!line 1: its options, line 2: option help has no place here;"},
    {"variable = \"h=http://a/\"\nexpand-url = \"{{h}}?b\"\nurl=c\n",
     "2 - http://a/?b>;3 - c>;"},
    {"url=a\nitems\n",
     "1!line 1: its options, line 2: option items has no place here;"},
    {"url\n", "1!line 1: option --url requires <url/@file>;"},
};

static void groups_become_entries(void **state)
{
    struct input_options o = {.format = INPUT_CURL};
    (void)state;
    for (size_t i = 0; i < sizeof configs / sizeof *configs; i++) {
        struct input_rig r;
        struct entry *e;
        char shown[1000] = "";
        input_rig_open(&r, configs[i].config, strlen(configs[i].config), &o);
        while ((e = input_rig_next(&r))) {
            show(e, shown, sizeof shown);
            entry_free(e);
        }
        if (configs[i].entries)
            assert_string_equal(shown, configs[i].entries);
        input_rig_close(&r);
    }
}

static void a_bad_glob_fails_its_url_alone(void **state)
{
    static const char config[] = "url = \"a/[2\"\nurl=b\n";
    struct input_options o = {.format = INPUT_CURL};
    struct input_rig r;
    (void)state;
    input_rig_open(&r, config, strlen(config), &o);
    struct entry *e = input_rig_next(&r);
    assert_int_equal(e->status, QV_EXIT_URL);
    entry_free(e);
    e = input_rig_next(&r);
    assert_int_equal(e->status, 0);
    entry_free(e);
    input_rig_close(&r);
}

static void a_nul_or_a_long_line_spoils_its_group(void **state)
{
    static const char config[] = "url=a\nhe\0ad\nnext\nurl=b\n"
                                 "user-agent = 0123456789012345678901234567\n";
    struct input_options o = {.format = INPUT_CURL, .line_max = 30};
    struct input_rig r;
    (void)state;
    input_rig_open(&r, config, sizeof config - 1, &o);
    struct entry *e = input_rig_next(&r);
    assert_string_equal(e->message, "line 1: its options, line 2: a NUL in it");
    entry_free(e);
    e = input_rig_next(&r);
    assert_string_equal(e->message,
                        "line 4: its options, line 5: the line is too long");
    entry_free(e);
    input_rig_close(&r);
}

/* ---- what stands under a group ---- */

static unsigned ngone;

static void on_gone(void *user, const struct operation *op)
{
    (void)user;
    (void)op;
    ngone++;
}

static void each_group_begins_with_the_options(void **state)
{
    static const char config[] = "url=a\nheader = \"X: a\"\nmax-time = 1\n"
                                 "next\nurl=b\ndata = b\n";
    struct cmdline *s = cmdline_new();
    struct input_options o = {.format = INPUT_CURL,
                              .defaults = s->first,
                              .defaults_json = "{\"timeout\":7}",
                              .on_gone = on_gone};
    struct input_rig r;
    struct entry *a;
    struct entry *b;
    (void)state;
    ngone = 0;
    strings_add(&s->first->how.headers, "Y: all");
    s->first->how.engine.max_time = 9;
    input_rig_open(&r, config, strlen(config), &o);
    a = input_rig_next(&r);
    b = input_rig_next(&r);
    assert_int_equal(a->request.options->max_time, 1000000000);
    assert_int_equal(a->request.nheaders, 2);
    assert_string_equal(input_rig_header(a, "x"), "X: a");
    assert_string_equal(input_rig_header(b, "y"), "Y: all");
    assert_null(input_rig_header(b, "x"));
    assert_int_equal(b->request.options->max_time, 9);
    assert_memory_equal(b->request.body.bytes, "b", 1);
    assert_ptr_not_equal(a->op, b->op);
    assert_int_equal(s->first->how.headers.len, 1);
    entry_free(a);
    assert_int_equal(ngone, 1);
    assert_null(input_rig_next(&r));
    assert_int_equal(ngone, 1);
    entry_free(b);
    assert_int_equal(ngone, 2);
    input_rig_close(&r);
    cmdline_free(s);
}

static void a_large_group_takes_linear_time(void **state)
{
    enum {
        URLS = 100000
    };
    struct input_options o = {.format = INPUT_CURL};
    char *config = malloc((size_t)URLS * 64);
    size_t len = 0;
    struct input_rig r;
    struct entry *e;
    unsigned n = 0;
    (void)state;
    for (int i = 0; i < URLS; i++)
        len += (size_t)sprintf(
            config + len, "url = \"http://a/%d\"\noutput = \"o%d\"\n", i, i);
    input_rig_open(&r, config, len, &o);
    while ((e = input_rig_next(&r))) {
        n++;
        assert_int_equal(e->status, 0);
        entry_free(e);
    }
    assert_int_equal(n, URLS);
    input_rig_close(&r);
    free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_become_entries),
        cmocka_unit_test(a_bad_glob_fails_its_url_alone),
        cmocka_unit_test(a_nul_or_a_long_line_spoils_its_group),
        cmocka_unit_test(each_group_begins_with_the_options),
        cmocka_unit_test(a_large_group_takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
