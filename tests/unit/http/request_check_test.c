#include "http/request_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct case_ {
    const char *what;
    struct span method;
    struct span target;
    struct span authority;
    struct span name;
    struct span value;
    int64_t body_len;
    enum err code; /* ERR_NONE: accepted */
};

#define GET  SPAN_LIT("GET")
#define ROOT SPAN_LIT("/")
#define HOST SPAN_LIT("h.example")

static const struct case_ table[] = {
    {"plain", GET, ROOT, HOST, SPAN_LIT("X-A"), SPAN_LIT("b"), BODY_LEN_NONE,
     ERR_NONE},
    {"tab and high bytes", GET, ROOT, HOST, SPAN_LIT("X-A"),
     SPAN_LIT("b\tc\xe9"), BODY_LEN_NONE, ERR_NONE},
    {"empty value", GET, ROOT, HOST, SPAN_LIT("X-A"), SPAN_LIT(""),
     BODY_LEN_NONE, ERR_NONE},
    {"own method", SPAN_LIT("M-SEARCH"), SPAN_LIT("*"), SPAN_LIT("[::1]:80"),
     SPAN_LIT("Host"), SPAN_LIT("other.example:80"), BODY_LEN_NONE, ERR_NONE},
    {"chunked", GET, ROOT, HOST, SPAN_LIT("transfer-encoding"),
     SPAN_LIT("Chunked"), BODY_LEN_UNKNOWN, ERR_NONE},
    {"its length", GET, ROOT, HOST, SPAN_LIT("content-length"), SPAN_LIT("5"),
     5, ERR_NONE},
    {"no body, length 0", GET, ROOT, HOST, SPAN_LIT("content-length"),
     SPAN_LIT("0"), BODY_LEN_NONE, ERR_NONE},

    {"empty method", SPAN_LIT(""), ROOT, HOST, SPAN_LIT("X"), SPAN_LIT("b"),
     BODY_LEN_NONE, ERR_USAGE},
    {"CRLF in method", SPAN_LIT("GET / HTTP/1.1\r\nX: y\r\n\r\nGET"), ROOT,
     HOST, SPAN_LIT("X"), SPAN_LIT("b"), BODY_LEN_NONE, ERR_USAGE},
    {"space in method", SPAN_LIT("GE T"), ROOT, HOST, SPAN_LIT("X"),
     SPAN_LIT("b"), BODY_LEN_NONE, ERR_USAGE},
    {"empty target", GET, SPAN_LIT(""), HOST, SPAN_LIT("X"), SPAN_LIT("b"),
     BODY_LEN_NONE, ERR_BAD_URL},
    {"space in target", GET, SPAN_LIT("/a HTTP/1.1"), HOST, SPAN_LIT("X"),
     SPAN_LIT("b"), BODY_LEN_NONE, ERR_BAD_URL},
    {"CRLF in target", GET, SPAN_LIT("/a\r\nX: y"), HOST, SPAN_LIT("X"),
     SPAN_LIT("b"), BODY_LEN_NONE, ERR_BAD_URL},
    {"NUL in target", GET, SPAN_LIT("/a\0b"), HOST, SPAN_LIT("X"),
     SPAN_LIT("b"), BODY_LEN_NONE, ERR_BAD_URL},
    {"DEL in target", GET, SPAN_LIT("/\x7f"), HOST, SPAN_LIT("X"),
     SPAN_LIT("b"), BODY_LEN_NONE, ERR_BAD_URL},
    {"CRLF in host", GET, ROOT, SPAN_LIT("h\r\nX: y"), SPAN_LIT("X"),
     SPAN_LIT("b"), BODY_LEN_NONE, ERR_BAD_URL},
    {"no host", GET, ROOT, SPAN_LIT(""), SPAN_LIT("X"), SPAN_LIT("b"),
     BODY_LEN_NONE, ERR_BAD_URL},
    {"userinfo in host", GET, ROOT, SPAN_LIT("u@h"), SPAN_LIT("X"),
     SPAN_LIT("b"), BODY_LEN_NONE, ERR_BAD_URL},
    {"bad Host field", GET, ROOT, HOST, SPAN_LIT("host"), SPAN_LIT("a/b"),
     BODY_LEN_NONE, ERR_USAGE},
    {"empty name", GET, ROOT, HOST, SPAN_LIT(""), SPAN_LIT("b"), BODY_LEN_NONE,
     ERR_USAGE},
    {"space in name", GET, ROOT, HOST, SPAN_LIT("X A"), SPAN_LIT("b"),
     BODY_LEN_NONE, ERR_USAGE},
    {"space after name", GET, ROOT, HOST, SPAN_LIT("X "), SPAN_LIT("b"),
     BODY_LEN_NONE, ERR_USAGE},
    {"pseudo name", GET, ROOT, HOST, SPAN_LIT(":path"), SPAN_LIT("b"),
     BODY_LEN_NONE, ERR_USAGE},
    {"CRLF in name", GET, ROOT, HOST, SPAN_LIT("X\r\nY"), SPAN_LIT("b"),
     BODY_LEN_NONE, ERR_USAGE},
    {"CRLF in value", GET, ROOT, HOST, SPAN_LIT("X"), SPAN_LIT("b\r\nY: z"),
     BODY_LEN_NONE, ERR_USAGE},
    {"LF in value", GET, ROOT, HOST, SPAN_LIT("Cookie"), SPAN_LIT("a=b\nc"),
     BODY_LEN_NONE, ERR_USAGE},
    {"NUL in value", GET, ROOT, HOST, SPAN_LIT("X"), SPAN_LIT("b\0c"),
     BODY_LEN_NONE, ERR_USAGE},
    {"ESC in value", GET, ROOT, HOST, SPAN_LIT("X"), SPAN_LIT("b\x1b[0m"),
     BODY_LEN_NONE, ERR_USAGE},
    {"blank at the end", GET, ROOT, HOST, SPAN_LIT("X"), SPAN_LIT("b "),
     BODY_LEN_NONE, ERR_USAGE},
    {"wrong length", GET, ROOT, HOST, SPAN_LIT("Content-Length"), SPAN_LIT("4"),
     5, ERR_USAGE},
    {"length without a body", GET, ROOT, HOST, SPAN_LIT("Content-Length"),
     SPAN_LIT("4"), BODY_LEN_NONE, ERR_USAGE},
    {"length of unknown body", GET, ROOT, HOST, SPAN_LIT("Content-Length"),
     SPAN_LIT("4"), BODY_LEN_UNKNOWN, ERR_USAGE},
    {"odd length", GET, ROOT, HOST, SPAN_LIT("Content-Length"), SPAN_LIT("+5"),
     5, ERR_USAGE},
    {"other coding", GET, ROOT, HOST, SPAN_LIT("Transfer-Encoding"),
     SPAN_LIT("gzip, chunked"), BODY_LEN_UNKNOWN, ERR_USAGE},
    {"chunked nothing", GET, ROOT, HOST, SPAN_LIT("Transfer-Encoding"),
     SPAN_LIT("chunked"), BODY_LEN_NONE, ERR_USAGE},
};

static void test_one_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct case_ *c = &table[i];
        struct arena arena;
        struct fault fault = {.code = ERR_NONE};
        arena_init(&arena);
        struct request r = {
            .method = c->method,
            .scheme = SPAN_LIT("http"),
            .authority = c->authority,
            .target = c->target,
            .body_len = c->body_len,
        };
        fields_init(&r.fields, &arena);
        fields_add(&r.fields, c->name, c->value);
        bool ok = request_check_head(&r, &fault);
        if (ok != (c->code == ERR_NONE) || fault.code != c->code)
            fail_msg("%s: %s (%s)", c->what, err_name(fault.code),
                     fault.detail);
        arena_fini(&arena);
    }
}

/* Two of the same, or two ways to say how long the body is. */
static void test_pairs(void **state)
{
    (void)state;
    static const char *const pairs[][4] = {
        {"Host", "a", "host", "a"},
        {"Content-Length", "5", "content-length", "5"},
        {"Content-Length", "5", "Transfer-Encoding", "chunked"},
        {"Transfer-Encoding", "chunked", "Transfer-Encoding", "chunked"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct arena arena;
        struct fault fault = {.code = ERR_NONE};
        arena_init(&arena);
        struct request r = {.method = GET,
                            .scheme = SPAN_LIT("http"),
                            .authority = HOST,
                            .target = ROOT,
                            .body_len = 5};
        fields_init(&r.fields, &arena);
        fields_add(&r.fields, span_str(pairs[i][0]), span_str(pairs[i][1]));
        fields_add(&r.fields, span_str(pairs[i][2]), span_str(pairs[i][3]));
        assert_false(request_check_head(&r, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
        arena_fini(&arena);
    }
}

static void test_connection_fields(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *value;
        bool is_one;
    } fields[] = {
        {"Connection", "close", true},  {"KEEP-ALIVE", "5", true},
        {"proxy-connection", "", true}, {"Transfer-Encoding", "chunked", true},
        {"upgrade", "h2c", true},       {"HTTP2-Settings", "", true},
        {"TE", "gzip", true},           {"te", " Trailers ", false},
        {"cookie", "a=b", false},       {"trailer", "x", false},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct field f = {span_str(fields[i].name), span_str(fields[i].value)};
        assert_int_equal(request_check_is_connection_field(&f),
                         fields[i].is_one);
    }
}

static void test_protocols(void **state)
{
    (void)state;
    static const struct {
        struct span protocol;
        struct span upgrade_value;
        enum err code;
    } rows[] = {
        {SPAN_LIT("websocket"), SPAN_LIT("v"), ERR_NONE},
        {SPAN_LIT("foo/2.0"), SPAN_LIT("v"), ERR_NONE},
        {SPAN_LIT(""), SPAN_LIT("v"), ERR_USAGE},
        {SPAN_LIT("foo/"), SPAN_LIT("v"), ERR_USAGE},
        {SPAN_LIT("/2"), SPAN_LIT("v"), ERR_USAGE},
        {SPAN_LIT("a/b/c"), SPAN_LIT("v"), ERR_USAGE},
        {SPAN_LIT("a, b"), SPAN_LIT("v"), ERR_USAGE},
        {SPAN_LIT("a\r\nX: y"), SPAN_LIT("v"), ERR_USAGE},
        {SPAN_LIT("websocket"), SPAN_LIT("v\r\nX: y"), ERR_USAGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena;
        struct fault fault = {.code = ERR_NONE};
        struct fields upgrade;
        arena_init(&arena);
        struct request r = {
            .method = SPAN_LIT("CONNECT"),
            .target = ROOT,
            .authority = HOST,
            .protocol = rows[i].protocol,
            .upgrade_fields = &upgrade,
            .body_len = BODY_LEN_UNKNOWN,
        };
        fields_init(&r.fields, &arena);
        fields_init(&upgrade, &arena);
        fields_add(&upgrade, SPAN_LIT("Key"), rows[i].upgrade_value);
        bool is_ok = request_check_head(&r, &fault);
        assert_int_equal(is_ok ? ERR_NONE : fault.code, rows[i].code);
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_field),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_connection_fields),
        cmocka_unit_test(test_protocols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
