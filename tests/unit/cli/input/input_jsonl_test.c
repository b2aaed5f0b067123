/* Lines of JSON as requests: each field, and each mistake. */
#include "input/input_jsonl.h"

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
#include "input/input_table.h"
#include "request/cmdline.h"

static const struct input_options jsonl = {.format = INPUT_JSONL};

/* The one entry of a line. */
static struct entry *open_line(struct input_rig *r, const char *line)
{
    input_rig_open(r, line, strlen(line), &jsonl);
    assert_non_null(r->input);
    struct entry *e = input_rig_next(r);
    assert_non_null(e);
    assert_null(input_rig_next(r));
    return e;
}

static void close_line(struct input_rig *r, struct entry *e)
{
    entry_free(e);
    input_rig_close(r);
}

/* ---- mistakes ---- */

static const struct {
    const char *line;
    const char *message; /* behind "line 1: " */
    int status;          /* 0: 2 */
} mistakes[] = {
    {"[]", "expected a JSON object", 0},
    {"17", "expected a JSON object", 0},
    {"{}", "url: is missing", 0},
    {"{\"url\":1}", "url: expected a string", 0},
    {"{\"url\":\"\"}", "url: expected a URL", 0},
    {"{\"url\":\"http://a/\\u0000\"}", "url: a NUL cannot stand here", 0},
    {"{\"url\":\"a\",\"url\":\"b\"}", "field \"url\" is there twice", 0},
    {"{\"url\":\"a\",\"timeout\":1,\"timeout\":1}",
     "field \"timeout\" is there twice", 0},
    {"{\"url\":\"a\",\"tmeout\":1}",
     "unknown field \"tmeout\"; did you mean timeout?", 0},
    {"{\"url\":\"a\",\"header\":1}",
     "unknown field \"header\"; did you mean headers?", 0},
    {"{\"url\":\"a\",\"URL\":1}", "unknown field \"URL\"; did you mean url?",
     0},
    {"{\"url\":\"a\",\"connectTimeout\":1}",
     "unknown field \"connectTimeout\"; did you mean connect_timeout?", 0},
    {"{\"url\":\"a\",\"a_name_much_longer_than_those_of_the_table\":1}",
     "unknown field \"a_name_much_longer_than_those_of_the_table\"", 0},
    {"{\"url\":\"a\",\"\":1}", "unknown field \"\"", 0},
    {"{\"url\":\"a\",\"wherever\":1}", "unknown field \"wherever\"", 0},
    {"{\"url\":\"a\",\"capture\":{\"t\":\"/a\",\"t\":\"/b\"}}",
     "capture: \"t\" is there twice", 0},
    {"{\"url\":\"a\",\"id\":null}", "id: expected a string or a number", 0},
    {"{\"url\":\"a\",\"id\":[1]}", "id: expected a string or a number", 0},
    {"{\"url\":\"a\",\"id\":\"\\u0000\"}", "id: a NUL cannot stand here", 0},
    {"{\"url\":\"a\",\"method\":\"\"}", "method: \"\" is no method", 0},
    {"{\"url\":\"a\",\"method\":\"GET /\"}", "method: \"GET /\" is no method",
     0},
    {"{\"url\":\"a\",\"method\":null}", "method: expected a string", 0},
    /* headers */
    {"{\"url\":\"a\",\"headers\":\"x: y\"}",
     "headers: expected an object or an array of pairs", 0},
    {"{\"url\":\"a\",\"headers\":{\"x\":1}}", "headers: x: expected a string",
     0},
    {"{\"url\":\"a\",\"headers\":{\"x\":[\"1\",null]}}",
     "headers: x: expected strings", 0},
    {"{\"url\":\"a\",\"headers\":{\"x y\":\"1\"}}",
     "headers: \"x y\" is no header name", 0},
    {"{\"url\":\"a\",\"headers\":{\"\":\"1\"}}",
     "headers: \"\" is no header name", 0},
    {"{\"url\":\"a\",\"headers\":{\"x\\u0000\":\"1\"}}",
     "headers: \"x\" is no header name", 0},
    {"{\"url\":\"a\",\"headers\":{\"x:\":\"1\"}}",
     "headers: \"x:\" is no header name", 0},
    {"{\"url\":\"a\",\"headers\":{\"x\":\"1\\r\\nHost: b\"}}",
     "headers: x: its value has a control byte", 0},
    {"{\"url\":\"a\",\"headers\":{\"x\":\"1\\n\"}}",
     "headers: x: its value has a control byte", 0},
    {"{\"url\":\"a\",\"headers\":{\"x\":\"\\u0000\"}}",
     "headers: x: its value has a control byte", 0},
    {"{\"url\":\"a\",\"headers\":{\"x\":\"1\",\"x\":\"2\"}}",
     "headers: \"x\" is there twice; an array gives a name several values", 0},
    {"{\"url\":\"a\",\"headers\":[[\"x\"]]}",
     "headers: expected pairs of name and value", 0},
    {"{\"url\":\"a\",\"headers\":[\"x: y\"]}",
     "headers: expected pairs of name and value", 0},
    {"{\"url\":\"a\",\"headers\":[[1,\"x\"]]}",
     "headers: \"\" is no header name", 0},
    /* bodies */
    {"{\"url\":\"a\",\"body\":1}", "body: expected a string", 0},
    {"{\"url\":\"a\",\"body\":\"x\",\"json\":1}",
     "json: body is there as well; a request has one body", 0},
    {"{\"url\":\"a\",\"form\":{},\"multipart\":[]}",
     "multipart: form is there as well; a request has one body", 0},
    {"{\"url\":\"a\",\"body_base64\":1}", "body_base64: expected a string", 0},
    {"{\"url\":\"a\",\"body_base64\":\"a\"}", "body_base64: not base64", 0},
    {"{\"url\":\"a\",\"body_base64\":\"YWI=YWI=\"}", "body_base64: not base64",
     0},
    {"{\"url\":\"a\",\"body_base64\":\"YW-_\"}", "body_base64: not base64", 0},
    {"{\"url\":\"a\",\"body_base64\":\"YWJ=\"}", "body_base64: not base64", 0},
    {"{\"url\":\"a\",\"body_base64\":\"YW=\"}", "body_base64: not base64", 0},
    {"{\"url\":\"a\",\"body_base64\":\"YW\\u0000i\"}",
     "body_base64: not base64", 0},
    {"{\"url\":\"a\",\"body_file\":\"\"}",
     "body_file: expected the name of a file", 0},
    {"{\"url\":\"a\",\"body_file\":\"a\\u0000b\"}",
     "body_file: a NUL cannot stand here", 0},
    {"{\"url\":\"a\",\"form\":[]}", "form: expected an object", 0},
    {"{\"url\":\"a\",\"form\":{\"a\":null}}",
     "form: a: expected a string, a number or a truth value", 0},
    {"{\"url\":\"a\",\"form\":{\"a\":{}}}",
     "form: a: expected a string, a number or a truth value", 0},
    {"{\"url\":\"a\",\"form\":{\"a\":\"1\",\"a\":\"2\"}}",
     "form: \"a\" is there twice; an array gives a name several values", 0},
    {"{\"url\":\"a\",\"multipart\":{}}",
     "multipart: expected an array of objects", 0},
    {"{\"url\":\"a\",\"multipart\":[]}",
     "multipart: expected an array of objects", 0},
    {"{\"url\":\"a\",\"multipart\":[1]}",
     "multipart: expected an array of objects", 0},
    {"{\"url\":\"a\",\"multipart\":[{\"value\":\"x\"}]}",
     "multipart: a part has no name", 0},
    {"{\"url\":\"a\",\"multipart\":[{\"name\":\"x\"}]}",
     "multipart: part \"x\" needs either a value or a file", 0},
    {"{\"url\":\"a\",\"multipart\":[{\"name\":\"x\",\"value\":\"\","
     "\"file\":\"f\"}]}",
     "multipart: part \"x\" needs either a value or a file", 0},
    {"{\"url\":\"a\",\"multipart\":[{\"name\":\"x\",\"data\":\"\"}]}",
     "multipart: a part has no \"data\"", 0},
    {"{\"url\":\"a\",\"multipart\":[{\"name\":\"x\",\"name\":\"y\"}]}",
     "multipart: \"name\" is there twice", 0},
    {"{\"url\":\"a\",\"multipart\":[{\"name\":\"x\",\"value\":\"\","
     "\"type\":\"a/b\\r\\nx: y\"}]}",
     "multipart: type: \"a/b??x: y\" is no media type", 0},
    {"{\"url\":\"a\",\"multipart\":[{\"name\":1}]}",
     "multipart: name: expected a string", 0},
    {"{\"url\":\"a\",\"multipart\":[{\"name\":\"x\",\"file\":\"a\\u0000\"}]}",
     "multipart: file: a NUL cannot stand here", 0},
    /* where the answer goes */
    {"{\"url\":\"a\",\"output\":1}", "output: expected a string", 0},
    {"{\"url\":\"a\",\"output\":\"/etc/x\"}",
     "output: \"/etc/x\" is not relative", 0},
    {"{\"url\":\"a\",\"output\":\"..\"}",
     "output: \"..\" leads out of its folder", 0},
    {"{\"url\":\"a\",\"output\":\"a//../b\"}",
     "output: \"a//../b\" leads out of its folder", 0},
    {"{\"url\":\"a\",\"output\":\"../b\"}",
     "output: \"../b\" leads out of its folder", 0},
    {"{\"url\":\"a\",\"output\":\"\"}", "output: \"\" names no file", 0},
    {"{\"url\":\"a\",\"output\":\"a/\"}", "output: \"a/\" names no file", 0},
    {"{\"url\":\"a\",\"output\":\"a/.\"}", "output: \"a/.\" names no file", 0},
    {"{\"url\":\"a\",\"output\":\"a\\u0000\"}",
     "output: a NUL cannot stand here", 0},
    /* numbers and switches */
    {"{\"url\":\"a\",\"timeout\":\"5\"}",
     "timeout: expected a number of seconds", 0},
    {"{\"url\":\"a\",\"timeout\":true}",
     "timeout: expected a number of seconds", 0},
    {"{\"url\":\"a\",\"timeout\":1e999}",
     "timeout: expected a number of seconds", 0},
    {"{\"url\":\"a\",\"timeout\":-1}",
     "timeout: expected seconds from 0 to 1000000000", 0},
    {"{\"url\":\"a\",\"timeout\":1e10}",
     "timeout: expected seconds from 0 to 1000000000", 0},
    {"{\"url\":\"a\",\"connect_timeout\":null}",
     "connect_timeout: expected a number of seconds", 0},
    {"{\"url\":\"a\",\"retry_delay\":[]}",
     "retry_delay: expected a number of seconds", 0},
    {"{\"url\":\"a\",\"retry\":1.5}",
     "retry: expected a whole number from 0 to 2147483647", 0},
    {"{\"url\":\"a\",\"retry\":-1}",
     "retry: expected a whole number from 0 to 2147483647", 0},
    {"{\"url\":\"a\",\"retry\":18446744073709551615}",
     "retry: expected a whole number from 0 to 2147483647", 0},
    {"{\"url\":\"a\",\"retry\":99999999999999999999}",
     "retry: expected a whole number from 0 to 2147483647", 0},
    {"{\"url\":\"a\",\"max_redirs\":-2}",
     "max_redirs: expected a whole number from -1 to 2147483647", 0},
    {"{\"url\":\"a\",\"follow\":1}", "follow: expected true or false", 0},
    {"{\"url\":\"a\",\"insecure\":\"no\"}", "insecure: expected true or false",
     0},
    {"{\"url\":\"a\",\"http\":2}",
     "http: expected one of \"auto\", \"1.1\", \"2\", \"2-only\", \"3\", "
     "\"3-only\"",
     0},
    {"{\"url\":\"a\",\"http\":\"4\"}",
     "http: expected one of \"auto\", \"1.1\", \"2\", \"2-only\", \"3\", "
     "\"3-only\"",
     0},
    {"{\"url\":\"a\",\"resolve\":{}}",
     "resolve: expected a string or an array of strings", 0},
    {"{\"url\":\"a\",\"connect_to\":[1]}",
     "connect_to: expected a string or an array of strings", 0},
    {"{\"url\":\"a\",\"cert\":\"\"}", "cert: expected the name of a file", 0},
    {"{\"url\":\"a\",\"cert\":1}", "cert: expected a string", 0},
    {"{\"url\":\"a\",\"key\":1}", "key: expected a string", 0},
    {"{\"url\":\"a\",\"priority\":1}", "priority: expected a string", 0},
    {"{\"url\":\"a\",\"priority\":\"\"}",
     "priority: expected something like \"u=3, i\"", 0},
    {"{\"url\":\"a\",\"priority\":\"u=1\\r\\nx: y\"}",
     "priority: expected something like \"u=3, i\"", 0},
    {"{\"url\":\"a\",\"priority\":\"u=8\"}", "priority: u is from 0 to 7", 0},
    {"{\"url\":\"a\",\"priority\":\"i\",\"headers\":{\"Priority\":\"i\"}}",
     "priority: headers has one as well", 0},
    {"{\"url\":\"a\",\"tags\":1}", "tags: expected an object", 0},
    {"{\"url\":\"a\",\"sha256\":1}", "sha256: expected 64 hexadecimal digits",
     0},
    {"{\"url\":\"a\",\"sha256\":\"12\"}",
     "sha256: expected 64 hexadecimal digits", 0},
    {"{\"url\":\"a\",\"expect\":5}", "expect: must be an object", 0},
    {"{\"url\":\"a\",\"expect\":{\"max_time\":\"1\"}}",
     "expect: max_time must be seconds", 0},
    {"{\"url\":\"a\",\"expect\":{\"max_time\":1e999}}",
     "expect: a number is out of range", 0},
    {"{\"url\":\"a\",\"trailers\":{\"a b\":\"c\"}}",
     "trailers: \"a b\" is no header name", 0},
    {"{\"url\":\"a\",\"trailers\":{\"a\":null}}",
     "trailers: \"a\" needs a value", 0},
    {"{\"url\":\"a\",\"trailers\":5}",
     "trailers: expected an object or an array of pairs", 0},
    {"{\"url\":\"a\",\"priority\":\"i=no\"}",
     "priority: i is there, or it is not", 0},
};

static void every_mistake_has_its_message(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct input_rig r;
        struct entry *e = open_line(&r, mistakes[i].line);
        char expected[300];
        (void)snprintf(expected, sizeof expected, "line 1: %s",
                       mistakes[i].message);
        assert_string_equal(e->message, expected);
        assert_int_equal(e->status,
                         mistakes[i].status ? mistakes[i].status : 2);
        assert_non_null(e->id);
        close_line(&r, e);
    }
}

/* What is no JSON at all: refused, whatever the words. */
static const char *const broken[] = {
    "{",
    "{\"url\":\"a\"",
    "{\"url\":\"a\",}",
    "{'url':'a'}",
    "{\"url\":\"a\"} {}",
    "{\"url\":\"a\"} // what",
    "{\"url\":\"\\ud800\"}",
    "{\"url\":\"\\udc00\\ud800\"}",
    "{\"url\":\"\xff\"}",
    "{\"url\":\"\xc0\x80\"}",
    "{\"url\":\"\xed\xa0\x80\"}",
    "{\"url\":\"a\tb\"}",
    "{\"url\":\"\\x\"}",
    "{\"url\":nul}",
    "{\"url\":\"a\",\"timeout\":01}",
    "{\"url\":\"a\",\"timeout\":.5}",
    "{\"url\":\"a\",\"timeout\":NaN}",
    "{\"url\":\"a\",\"timeout\":1e}",
    "http://example.com/",
};

static void broken_json_is_a_bad_entry(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct input_rig r;
        struct entry *e = open_line(&r, broken[i]);
        assert_int_equal(e->status, 2);
        assert_non_null(strstr(e->message, "line 1: not JSON at byte "));
        close_line(&r, e);
    }
}

static void deep_nesting_is_survived(void **state)
{
    enum {
        DEPTH = 500000
    };
    static const char start[] = "{\"url\":\"http://a/\",\"json\":";
    char *line = malloc(sizeof start + 2 * (size_t)DEPTH + 2);
    size_t len = sizeof start - 1;
    struct input_rig r;
    (void)state;
    memcpy(line, start, len);
    memset(line + len, '[', DEPTH);
    memset(line + len + DEPTH, ']', DEPTH);
    len += 2 * (size_t)DEPTH;
    line[len++] = '}';
    input_rig_open(&r, line, len, &jsonl);
    struct entry *e = input_rig_next(&r);
    assert_int_equal(e->status, 0);
    assert_int_equal(e->request.body.len, 2 * (size_t)DEPTH);
    close_line(&r, e);
    /* ... and without its end. */
    input_rig_open(&r, line, len - DEPTH, &jsonl);
    e = input_rig_next(&r);
    assert_int_equal(e->status, 2);
    close_line(&r, e);
    free(line);
}

static void many_keys_are_no_burden(void **state)
{
    enum {
        KEYS = 200000
    };
    char *line = malloc(64 + (size_t)KEYS * 24);
    size_t len = (size_t)sprintf(line, "{\"url\":\"a\",\"form\":{");
    struct input_rig r;
    (void)state;
    for (int i = 0; i < KEYS; i++)
        len += (size_t)sprintf(line + len, "\"k%d\":%d,", i, i);
    len += (size_t)sprintf(line + len, "\"k77\":0}}");
    input_rig_open(&r, line, len, &jsonl);
    struct entry *e = input_rig_next(&r);
    assert_string_equal(e->message,
                        "line 1: form: \"k77\" is there twice; an array gives "
                        "a name several values");
    close_line(&r, e);
    free(line);
}

/* ---- ids ---- */

static const struct {
    const char *line;
    const char *id;
} ids[] = {
    {"{\"url\":\"a\"}", "1"},
    {"{\"id\":\"u42\",\"url\":\"a\"}", "\"u42\""},
    {"{\"url\":\"a\",\"id\":\"\"}", "\"\""},
    {"{\"url\":\"a\",\"id\":7}", "7"},
    {"{\"url\":\"a\",\"id\":-1.50}", "-1.50"},
    {"{\"url\":\"a\",\"id\":123456789012345678901234567890}",
     "123456789012345678901234567890"},
    {"{\"url\":\"a\",\"id\":\"\\u0041\"}", "\"A\""},
    {"{\"url\":\"a\",\"id\":\"a\\\"b\\\\c\\nd\"}", "\"a\\\"b\\\\c\\nd\""},
    {"{\"url\":\"a\",\"id\":\"\xc3\xa9\"}", "\"\xc3\xa9\""},
    /* of bad lines */
    {"{\"id\":\"u42\",\"what\":1}", "\"u42\""},
    {"{\"what\":1,\"id\":\"u42\"}", "\"u42\""},
    {"{\"id\":\"u42\",\"url\":", "\"u42\""},
    {" { \"id\" : 17 , oops", "17"},
    {"{\"id\":\"a\\\"b\",oops", "\"a\\\"b\""},
    {"{\"id\":\"unended", "1"},
    {"{\"id\":[],oops", "1"},
    {"{\"id\":1-2,oops", "1"},
    {"{\"id\"", "1"},
    {"{\"id\":", "1"},
    {"{\"id\":1", "1"},
    {"nothing", "1"},
};

static void the_id_is_given_back_as_it_came(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct input_rig r;
        struct entry *e = open_line(&r, ids[i].line);
        assert_string_equal(e->id, ids[i].id);
        close_line(&r, e);
    }
}

/* ---- what a line makes ---- */

static void only_a_url_is_needed(void **state)
{
    struct input_rig r;
    struct entry *e = open_line(&r, "{\"url\":\"http://a/\\u00e9 x\"}");
    (void)state;
    assert_int_equal(e->status, 0);
    assert_string_equal(e->request.url, "http://a/\xc3\xa9 x");
    assert_null(e->request.method);
    assert_int_equal(e->request.nheaders, 0);
    assert_int_equal(e->request.body.kind, QV_BODY_NONE);
    assert_int_equal(e->request.options->max_redirs, MAX_REDIRS_DEFAULT);
    assert_null(e->output);
    assert_null(e->tags);
    assert_null(e->expect);
    assert_int_equal(e->seq, 0);
    assert_int_equal(e->line, 1);
    assert_string_equal(e->file, r.path);
    close_line(&r, e);
}

static void options_of_a_line_reach_the_request(void **state)
{
    struct input_rig r;
    struct entry *e = open_line(
        &r, "{\"url\":\"a\",\"method\":\"purge\",\"http\":\"3-only\","
            "\"timeout\":1.5,\"connect_timeout\":2,\"retry\":3,"
            "\"retry_delay\":1e-3,\"max_redirs\":-1,\"follow\":true,"
            "\"insecure\":true,\"resolve\":\"h:1:127.0.0.1\","
            "\"connect_to\":[\"a:1:b:2\",\"c:3:d:4\"],"
            "\"cert\":\"x\\\\:y:secret\",\"key\":\"k\",\"output\":\"d/f.x\","
            "\"tags\":{\"a\":[1.10,null]},\"x-mine\":{\"any\":1}}");
    const struct qv_options *o = e->request.options;
    (void)state;
    assert_string_equal(e->message, "");
    assert_int_equal(e->status, 0);
    assert_string_equal(e->request.method, "purge");
    assert_int_equal(o->http, QV_HTTP_3_ONLY);
    assert_int_equal(o->max_time, 1500000000);
    assert_int_equal(o->connect_timeout, 2000000000);
    assert_int_equal(o->retry.max, 3);
    assert_int_equal(o->retry.delay, 1000000);
    assert_int_equal(o->max_redirs, -1);
    assert_true(o->follow);
    assert_true(o->insecure);
    assert_string_equal(o->resolve[0], "h:1:127.0.0.1");
    assert_null(o->resolve[1]);
    assert_string_equal(o->connect_to[1], "c:3:d:4");
    assert_null(o->connect_to[2]);
    assert_string_equal(o->cert_file, "x:y");
    assert_string_equal(o->key_pass, "secret");
    assert_string_equal(o->key_file, "k");
    assert_string_equal(e->output, "d/f.x");
    assert_string_equal(e->tags, "{\"a\":[1.10,null]}");
    close_line(&r, e);
}

static void versions_have_their_names(void **state)
{
    static const struct {
        const char *name;
        enum qv_http http;
    } cases[] = {{"auto", QV_HTTP_AUTO}, {"1.1", QV_HTTP_1_1},
                 {"2", QV_HTTP_2},       {"2-only", QV_HTTP_2_PRIOR},
                 {"3", QV_HTTP_3},       {"3-only", QV_HTTP_3_ONLY}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct input_rig r;
        struct entry *e;
        char line[64];
        (void)snprintf(line, sizeof line, "{\"url\":\"a\",\"http\":\"%s\"}",
                       cases[i].name);
        e = open_line(&r, line);
        assert_int_equal(e->request.options->http, cases[i].http);
        close_line(&r, e);
    }
}

/* Headers as the request has them, joined by '|'. */
static const struct {
    const char *headers;
    const char *made;
} headers[] = {
    {"{}", ""},
    {"[]", ""},
    {"{\"x-a\":\"1\",\"x-b\":[\"2\",\"3\"]}", "x-a: 1|x-b: 2|x-b: 3"},
    {"[[\"B\",\"2\"],[\"a\",\"1\"],[\"B\",\"3\"]]", "B: 2|a: 1|B: 3"},
    {"{\"x\":\"\"}", "x;"},
    {"{\"x\":\" \\t\"}", "x;"},
    {"{\"x\":\"  y z \"}", "x: y z"},
    {"{\"accept\":null}", "accept:"},
    {"{\"x\":[]}", ""},
    {"{\"x\":\"\\u00e9\\t;:\"}", "x: \xc3\xa9\t;:"},
};

static void join_headers(const struct entry *e, char *out, size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; i < e->request.nheaders; i++) {
        size_t len = strlen(out);
        (void)snprintf(out + len, size - len, "%s%s", i ? "|" : "",
                       e->request.headers[i]);
    }
}

static void headers_keep_order_and_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct input_rig r;
        struct entry *e;
        char line[200];
        char made[200];
        (void)snprintf(line, sizeof line, "{\"url\":\"a\",\"headers\":%s}",
                       headers[i].headers);
        e = open_line(&r, line);
        assert_string_equal(e->message, "");
        join_headers(e, made, sizeof made);
        assert_string_equal(made, headers[i].made);
        close_line(&r, e);
    }
}

static void too_many_headers_are_refused(void **state)
{
    char *line = malloc(100000);
    size_t len = (size_t)sprintf(line, "{\"url\":\"a\",\"headers\":{\"x\":[");
    struct input_rig r;
    (void)state;
    for (int i = 0; i < 5000; i++)
        len += (size_t)sprintf(line + len, "\"1\",");
    (void)sprintf(line + len - 1, "]}}");
    struct entry *e = open_line(&r, line);
    assert_string_equal(e->message, "line 1: headers: more than 4096");
    close_line(&r, e);
    free(line);
}

/* ---- bodies ---- */

static const struct {
    const char *field;
    const char *body;
    size_t len;
    const char *type; /* header; NULL: none */
} bodies[] = {
    {"\"body\":\"\"", "", 0, NULL},
    {"\"body\":\"a\\u0000b\"", "a\0b", 3, NULL},
    {"\"body_base64\":\"\"", "", 0, NULL},
    {"\"body_base64\":\"YQ==\"", "a", 1, NULL},
    {"\"body_base64\":\"YQ\"", "a", 1, NULL},
    {"\"body_base64\":\"YWI=\"", "ab", 2, NULL},
    {"\"body_base64\":\"YWJj/+8=\"", "abc\xff\xef", 5, NULL},
    {"\"json\":{ \"a\" : [1.10, 1e999, \"\\u00e9\\u0000\"], \"b\": null }",
     "{\"a\":[1.10,1e999,\"\xc3\xa9\\u0000\"],\"b\":null}", 38,
     "Content-Type: application/json"},
    {"\"json\":\"x\"", "\"x\"", 3, "Content-Type: application/json"},
    {"\"json\":null", "null", 4, "Content-Type: application/json"},
    {"\"json\":12345678901234567890123", "12345678901234567890123", 23,
     "Content-Type: application/json"},
    {"\"form\":{}", "", 0, "Content-Type: application/x-www-form-urlencoded"},
    {"\"form\":{\"a b\":\"c&d\",\"n\":1.50,\"t\":true,\"l\":[\"x\",2]}",
     "a+b=c%26d&n=1.50&t=true&l=x&l=2", 31,
     "Content-Type: application/x-www-form-urlencoded"},
    {"\"form\":{\"\":\"\\u0000\"}", "=%00", 4,
     "Content-Type: application/x-www-form-urlencoded"},
};

static void bodies_are_what_they_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        const struct qv_body *b;
        struct input_rig r;
        struct entry *e;
        char line[200];
        (void)snprintf(line, sizeof line, "{\"url\":\"a\",%s}",
                       bodies[i].field);
        e = open_line(&r, line);
        b = &e->request.body;
        assert_string_equal(e->message, "");
        assert_int_equal(b->kind, QV_BODY_BYTES);
        assert_int_equal(b->len, bodies[i].len);
        assert_memory_equal(b->bytes, bodies[i].body, b->len);
        if (bodies[i].type)
            assert_string_equal(input_rig_header(e, "content-type"),
                                bodies[i].type);
        else
            assert_null(input_rig_header(e, "content-type"));
        if (strncmp(bodies[i].field, "\"json", 5) == 0)
            assert_string_equal(input_rig_header(e, "accept"),
                                "Accept: application/json");
        close_line(&r, e);
    }
}

static void a_header_of_the_line_wins_over_that_of_its_body(void **state)
{
    struct input_rig r;
    struct entry *e = open_line(&r, "{\"url\":\"a\",\"json\":1,"
                                    "\"headers\":{\"CONTENT-type\":\"a/b\"}}");
    char made[200];
    (void)state;
    join_headers(e, made, sizeof made);
    assert_string_equal(made, "CONTENT-type: a/b|Accept: application/json");
    close_line(&r, e);
}

static void a_file_is_named_and_not_opened(void **state)
{
    struct input_rig r;
    struct entry *e =
        open_line(&r, "{\"url\":\"a\",\"body_file\":\"no/such/file\"}");
    (void)state;
    assert_int_equal(e->status, 0);
    assert_int_equal(e->request.body.kind, QV_BODY_PARTS);
    assert_int_equal(e->request.body.nparts, 1);
    assert_string_equal(e->request.body.parts[0].path, "no/such/file");
    close_line(&r, e);
}

/* The parts as one text, a file as "<path>", the boundary as "B". */
static void show_parts(const struct entry *e, char *out)
{
    const char *type = input_rig_header(e, "content-type");
    const char *boundary = strstr(type, "boundary=") + strlen("boundary=");
    const struct qv_body *b = &e->request.body;
    size_t blen = strlen(boundary);
    size_t n = 0;
    assert_true(blen >= 40);
    for (size_t i = 0; i < b->nparts; i++) {
        const struct qv_body_part *p = &b->parts[i];
        const char *at = p->bytes;
        if (p->path) {
            n += (size_t)sprintf(out + n, "<%s>", p->path);
            continue;
        }
        for (size_t k = 0; k < p->len; k++) {
            if (p->len - k >= blen && memcmp(at + k, boundary, blen) == 0) {
                out[n++] = 'B';
                k += blen - 1;
            } else if (at[k] != '\r') {
                out[n++] = at[k];
            }
        }
    }
    out[n] = '\0';
}

static void multipart_is_bytes_and_files(void **state)
{
    struct input_rig r;
    struct entry *e = open_line(
        &r, "{\"url\":\"a\",\"headers\":{\"Content-Type\":\"text/plain\"},"
            "\"multipart\":["
            "{\"name\":\"a\\\"\\r\\n\",\"value\":\"1\"},"
            "{\"name\":\"f\",\"file\":\"dir/x.png\",\"type\":\"image/png\"},"
            "{\"name\":\"g\",\"file\":\"y\",\"filename\":\"z\\\"\"},"
            "{\"name\":\"v\",\"value\":\"\",\"filename\":\"e\"}]}");
    char shown[1000];
    (void)state;
    assert_string_equal(e->message, "");
    assert_int_equal(e->request.nheaders, 1);
    show_parts(e, shown);
    assert_string_equal(
        shown,
        "--B\nContent-Disposition: form-data; name=\"a%22%0D%0A\"\n\n1\n"
        "--B\nContent-Disposition: form-data; name=\"f\"; filename=\"x.png\"\n"
        "Content-Type: image/png\n\n<dir/x.png>\n"
        "--B\nContent-Disposition: form-data; name=\"g\"; filename=\"z%22\"\n"
        "Content-Type: application/octet-stream\n\n<y>\n"
        "--B\nContent-Disposition: form-data; name=\"v\"; filename=\"e\"\n\n\n"
        "--B--\n");
    close_line(&r, e);
}

static void priority_and_trailers_are_the_request_s(void **state)
{
    struct input_rig r;
    struct entry *e =
        open_line(&r, "{\"url\":\"a\",\"body\":\"b\",\"priority\":\"u=5, i\","
                      "\"headers\":{\"X\":\"1\"},"
                      "\"trailers\":{\"A\":\"b\",\"C\":[\"d\",\"e\"]}}");
    (void)state;
    assert_string_equal(e->request.priority, "u=5, i");
    assert_string_equal(input_rig_header(e, "x"), "X: 1");
    assert_null(input_rig_header(e, "a"));
    assert_int_equal(e->request.ntrailers, 3);
    assert_string_equal(e->request.trailers[0], "A: b");
    assert_string_equal(e->request.trailers[1], "C: d");
    assert_string_equal(e->request.trailers[2], "C: e");
    close_line(&r, e);
}

/* ---- layers ---- */

static void lines_are_over_defaults_and_defaults_over_options(void **state)
{
    struct cmdline *s = cmdline_new();
    struct operation *op = s->first;
    struct input_options o = {.format = INPUT_JSONL, .defaults = op};
    static const char lines[] =
        "{\"url\":\"a\"}\n"
        "{\"url\":\"b\",\"method\":\"PUT\",\"timeout\":3,"
        "\"headers\":{\"x-D\":\"line\",\"x-l\":\"line\"},\"body\":\"mine\","
        "\"tags\":{\"l\":1},\"output\":null}\n";
    struct input_rig r;
    char made[200];
    (void)state;
    strings_add(&op->how.headers, "X-O: option");
    strings_add(&op->how.headers, "X-D: option");
    op->how.engine.max_time = 1;
    op->how.engine.retry.max = 9;
    op->how.engine.bearer = "token";
    op->method = "PATCH";
    op->data.is_any = true;
    str_add_text(&op->data.bytes, "a=b");
    o.defaults_json = "{\"headers\":{\"x-d\":\"default\"},\"timeout\":2,"
                      "\"json\":[],\"tags\":{\"d\":1},\"output\":\"f\"}";
    input_rig_open(&r, lines, strlen(lines), &o);
    assert_non_null(r.input);
    struct entry *e = input_rig_next(&r);
    join_headers(e, made, sizeof made);
    assert_string_equal(made, "X-O: option|x-d: default|"
                              "Content-Type: application/json|"
                              "Accept: application/json");
    assert_string_equal(e->request.options->bearer, "token");
    assert_int_equal(e->request.options->max_time, 2000000000);
    assert_int_equal(e->request.options->retry.max, 9);
    assert_string_equal(e->request.custom_method, "PATCH");
    assert_memory_equal(e->request.body.bytes, "[]", 3);
    assert_string_equal(e->tags, "{\"d\":1}");
    assert_string_equal(e->output, "f");
    entry_free(e);
    e = input_rig_next(&r);
    join_headers(e, made, sizeof made);
    assert_string_equal(made, "X-O: option|x-D: line|x-l: line");
    assert_int_equal(e->request.options->max_time, 3000000000);
    assert_memory_equal(e->request.body.bytes, "mine", 5);
    assert_string_equal(e->request.method, "PUT");
    assert_null(e->request.custom_method);
    assert_string_equal(e->tags, "{\"l\":1}");
    assert_null(e->output);
    /* ... and under other options. */
    op = cmdline_next(s);
    op->how.engine.retry.max = 1;
    entry_apply(e, op);
    join_headers(e, made, sizeof made);
    assert_string_equal(made, "x-D: line|x-l: line");
    assert_null(e->request.options->bearer);
    assert_int_equal(e->request.options->retry.max, 1);
    assert_int_equal(e->request.options->max_time, 3000000000);
    entry_free(e);
    input_rig_close(&r);
    cmdline_free(s);
}

static const struct {
    const char *json;
    const char *message;
} bad_defaults[] = {
    {"", "--defaults: not JSON at byte 1: "},
    {"[]", "--defaults: expected a JSON object"},
    {"{\"url\":\"a\"}", "--defaults: url: has no default"},
    {"{\"id\":1}", "--defaults: id: has no default"},
    {"{\"timeout\":\"x\"}",
     "--defaults: timeout: expected a number of seconds"},
    {"{\"what\":1}", "--defaults: unknown field \"what\""},
};

static void expectations_are_those_of_the_line_or_the_default(void **state)
{
    static const char lines[] =
        "{\"url\":\"a\"}\n"
        "{\"url\":\"b\",\"expect\":{\"status\":404,\"max_time\":0.5}}\n";
    struct input_options o = {
        .format = INPUT_JSONL,
        .defaults_json = "{\"expect\":{\"status\":\"200-299\"},"
                         "\"sha256\":\"00000000000000000000000000000000"
                         "00000000000000000000000000000000\"}"};
    struct input_rig r;
    struct entry *e;
    (void)state;
    input_rig_open(&r, lines, strlen(lines), &o);
    assert_non_null(r.input);
    for (int status = 200; status <= 404; status += 204) {
        struct qv_result result = {.response_code = status, .time_total = 1};
        struct str failed = {0};
        struct str told = {0};
        e = input_rig_next(&r);
        assert_string_equal(e->message, "");
        assert_true(expect_wants_sha256(e->expect));
        assert_false((expect_check)(e->expect, &result, NULL, &failed, &told));
        assert_string_equal(failed.base, status == 200
                                             ? "\"sha256\""
                                             : "\"sha256\",\"max_time\"");
        str_fini(&failed);
        str_fini(&told);
        entry_free(e);
    }
    input_rig_close(&r);
}

static void bad_defaults_are_found_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_defaults / sizeof *bad_defaults; i++) {
        struct input_options o = {.defaults_json = bad_defaults[i].json};
        struct input_rig r;
        input_rig_open(&r, "", 0, &o);
        assert_null(r.input);
        assert_int_equal(r.error.status, 2);
        assert_memory_equal(r.error.text, bad_defaults[i].message,
                            strlen(bad_defaults[i].message));
        input_rig_close(&r);
    }
}

static void a_bad_line_does_not_end_the_input(void **state)
{
    static const char lines[] = "{\"url\":\"a\"}\nwhat\n\n{\"url\":\"b\"}";
    struct input_rig r;
    struct entry *e[3];
    (void)state;
    input_rig_open(&r, lines, strlen(lines), &jsonl);
    for (size_t i = 0; i < 3; i++) {
        e[i] = input_rig_next(&r);
        assert_int_equal(e[i]->seq, i);
    }
    assert_int_equal(e[0]->status, 0);
    assert_int_equal(e[1]->status, 2);
    assert_int_equal(e[2]->status, 0);
    assert_int_equal(e[2]->line, 4);
    assert_string_equal(e[2]->request.url, "b");
    assert_int_equal(input_count(r.input), 3);
    input_free(r.input); /* entries may live longer */
    r.input = NULL;
    assert_string_equal(e[0]->request.url, "a");
    for (size_t i = 0; i < 3; i++)
        entry_free(e[i]);
    input_rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_has_its_message),
        cmocka_unit_test(broken_json_is_a_bad_entry),
        cmocka_unit_test(deep_nesting_is_survived),
        cmocka_unit_test(many_keys_are_no_burden),
        cmocka_unit_test(the_id_is_given_back_as_it_came),
        cmocka_unit_test(only_a_url_is_needed),
        cmocka_unit_test(options_of_a_line_reach_the_request),
        cmocka_unit_test(versions_have_their_names),
        cmocka_unit_test(headers_keep_order_and_case),
        cmocka_unit_test(too_many_headers_are_refused),
        cmocka_unit_test(bodies_are_what_they_say),
        cmocka_unit_test(a_header_of_the_line_wins_over_that_of_its_body),
        cmocka_unit_test(a_file_is_named_and_not_opened),
        cmocka_unit_test(multipart_is_bytes_and_files),
        cmocka_unit_test(priority_and_trailers_are_the_request_s),
        cmocka_unit_test(lines_are_over_defaults_and_defaults_over_options),
        cmocka_unit_test(expectations_are_those_of_the_line_or_the_default),
        cmocka_unit_test(bad_defaults_are_found_at_once),
        cmocka_unit_test(a_bad_line_does_not_end_the_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
