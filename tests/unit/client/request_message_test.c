/* How requests travel: trailers, targets, priorities, lengths and codings. */
#include "client/request_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/request_build.h"

#define LEN(array) (sizeof(array) / sizeof *(array))

struct built {
    struct arena arena;
    struct url url;
    struct request request;
    struct fault fault;
    bool is_good;
};

static const struct qv_body body = {
    .kind = QV_BODY_BYTES, .bytes = "hello", .len = 5};

static void build(struct built *c, const struct qv_request *ask,
                  int64_t body_len)
{
    *c = (struct built){.is_good = false};
    arena_init(&c->arena);
    assert_true(url_parse(&c->url, SPAN_LIT("http://h.test/p?q"), NULL,
                          &c->arena, &c->fault));
    struct request_build_state state = {
        .method = SPAN_LIT("POST"),
        .url = &c->url,
        .has_body = body_len != BODY_LEN_NONE,
        .body_len = body_len,
    };
    c->is_good = request_build(&c->request, ask, &state, &c->arena, &c->fault);
}

static const char *field(const struct built *c, const char *name)
{
    static char text[100];
    struct span v = fields_value(&c->request.fields, name);
    assert_true(v.len < sizeof text);
    if (!v.base)
        return "none";
    memcpy(text, v.base, v.len);
    text[v.len] = '\0';
    return text;
}

static void trailers_go_with_their_body(void **state)
{
    const char *const trailers[] = {"X-Sum:  42 ", "X-Empty;"};
    const char *const headers[] = {"Trailer: mine"};
    struct qv_request ask = {
        .body = body, .trailers = trailers, .ntrailers = LEN(trailers)};
    struct built c;
    (void)state;
    build(&c, &ask, 5);
    assert_true(c.is_good);
    assert_int_equal(c.request.trailers->len, 2);
    assert_true(span_equal(c.request.trailers->items[0].value, SPAN_LIT("42")));
    assert_int_equal(c.request.trailers->items[1].value.len, 0);
    assert_string_equal(field(&c, "trailer"), "X-Sum, X-Empty");
    arena_fini(&c.arena);
    /* A redirect has left the body behind. */
    build(&c, &ask, BODY_LEN_NONE);
    assert_true(c.is_good);
    assert_null(c.request.trailers);
    assert_string_equal(field(&c, "trailer"), "none");
    arena_fini(&c.arena);
    ask.headers = headers;
    ask.nheaders = 1;
    build(&c, &ask, 5);
    assert_string_equal(field(&c, "trailer"), "mine");
    arena_fini(&c.arena);
}

static void bad_trailers_are_usage_errors(void **state)
{
    static const char *const bad[] = {
        "no colon", "Gone:",   "Content-Length: 5",          "Authorization: x",
        "a b: c",   "X: a\nb", "Transfer-Encoding: chunked", "Host: h",
    };
    (void)state;
    for (size_t i = 0; i < LEN(bad); i++) {
        struct qv_request ask = {
            .body = body, .trailers = &bad[i], .ntrailers = 1};
        struct built c;
        build(&c, &ask, 5);
        if (c.is_good)
            fail_msg("%s", bad[i]);
        assert_int_equal(c.fault.code, ERR_USAGE);
        arena_fini(&c.arena);
    }
    const char *const good[] = {"X: y"};
    struct qv_request ask = {.trailers = good, .ntrailers = 1};
    struct built c;
    build(&c, &ask, BODY_LEN_NONE);
    assert_false(c.is_good);
    assert_string_equal(c.fault.detail, "trailers need a body");
    arena_fini(&c.arena);
}

static void a_type_belongs_to_the_body(void **state)
{
    const char *const headers[] = {"content-type: own/type"};
    struct qv_request ask = {.body = body, .content_type = "a/b"};
    struct built c;
    (void)state;
    build(&c, &ask, 5);
    assert_true(span_equal(c.request.content_type, SPAN_LIT("a/b")));
    arena_fini(&c.arena);
    build(&c, &ask, BODY_LEN_NONE);
    assert_null(c.request.content_type.base);
    arena_fini(&c.arena);
    ask.headers = headers;
    ask.nheaders = 1;
    build(&c, &ask, 5);
    assert_null(c.request.content_type.base);
    assert_string_equal(field(&c, "content-type"), "own/type");
    arena_fini(&c.arena);
    ask.nheaders = 0;
    ask.content_type = "a/b\r\nX: y";
    build(&c, &ask, 5);
    assert_false(c.is_good);
    arena_fini(&c.arena);
}

static void targets_and_priorities_are_what_is_asked(void **state)
{
    struct qv_request ask = {.request_target = "*", .priority = "u=1"};
    struct built c;
    (void)state;
    build(&c, &ask, BODY_LEN_NONE);
    assert_true(c.is_good);
    assert_true(span_equal(c.request.target, SPAN_LIT("*")));
    assert_true(span_equal(c.request.priority, SPAN_LIT("u=1")));
    assert_string_equal(field(&c, "priority"), "u=1");
    arena_fini(&c.arena);
    ask.request_target = "/a b";
    build(&c, &ask, BODY_LEN_NONE);
    assert_false(c.is_good);
    assert_int_equal(c.fault.code, ERR_BAD_URL);
    arena_fini(&c.arena);
    ask.request_target = NULL;
    ask.priority = "u=1\nX: y";
    build(&c, &ask, BODY_LEN_NONE);
    assert_false(c.is_good);
    arena_fini(&c.arena);
}

static void the_user_s_length_of_an_unknown_body_counts(void **state)
{
    static const struct {
        const char *headers[2];
        int64_t len;
        int64_t expected; /* 0: refused */
    } rows[] = {
        {{"Content-Length: 7"}, BODY_LEN_UNKNOWN, 7},
        {{"X: y"}, BODY_LEN_UNKNOWN, BODY_LEN_UNKNOWN},
        {{"Content-Length: 5"}, 5, 5},
        {{"Content-Length: 7"}, 5, 0},
        {{"Content-Length: x"}, BODY_LEN_UNKNOWN, 0},
        {{"Content-Length: 99999999999999999999"}, BODY_LEN_UNKNOWN, 0},
        {{"Content-Length: 7", "Content-Length: 8"}, BODY_LEN_UNKNOWN, 0},
        {{"Content-Length: 7", "Transfer-Encoding: chunked"},
         BODY_LEN_UNKNOWN,
         0},
        {{"Content-Length: 7"}, BODY_LEN_NONE, 0},
    };
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct qv_request ask = {.headers = rows[i].headers,
                                 .nheaders = rows[i].headers[1] ? 2 : 1};
        struct built c;
        build(&c, &ask, rows[i].len);
        if (c.is_good != (rows[i].expected != 0) ||
            (c.is_good && c.request.body_len != rows[i].expected))
            fail_msg("%zu: %s", i, c.fault.detail);
        arena_fini(&c.arena);
    }
}

static void te_is_told_to_the_connection(void **state)
{
    static const struct {
        const char *header;
        const char *te;
        const char *connection;
    } rows[] = {
        {"X: y", "gzip", "TE"},
        {"Connection: close", "gzip", "close, TE"},
        {"Connection: te", "gzip", "te"},
        {"TE: trailers", "trailers", "TE"},
        {"TE:", "none", "none"},
    };
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct qv_options options = {.tr_encoding = true};
        struct qv_request ask = {
            .headers = &rows[i].header, .nheaders = 1, .options = &options};
        struct built c;
        build(&c, &ask, BODY_LEN_NONE);
        assert_true(c.is_good);
        assert_true(c.request.takes_coding);
        assert_string_equal(field(&c, "te"), rows[i].te);
        assert_string_equal(field(&c, "connection"), rows[i].connection);
        arena_fini(&c.arena);
    }
}

static void expect_is_the_user_s_word(void **state)
{
    static const struct {
        const char *header;
        int64_t len;
        bool waits;
        const char *field;
    } rows[] = {
        {"X: y", 5, false, "none"},
        {"X: y", 2 << 20, true, "none"}, /* the codec says it */
        {"Expect:", 2 << 20, false, "none"},
        {"Expect: 100-Continue", 5, true, "100-Continue"},
        {"Expect: more", 2 << 20, false, "more"},
        {"Expect: 100-continue", BODY_LEN_NONE, false, "100-continue"},
    };
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct qv_request ask = {.headers = &rows[i].header, .nheaders = 1};
        struct built c;
        build(&c, &ask, rows[i].len);
        assert_true(c.is_good);
        if (c.request.expect_continue != rows[i].waits)
            fail_msg("%zu", i);
        assert_string_equal(field(&c, "expect"), rows[i].field);
        arena_fini(&c.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trailers_go_with_their_body),
        cmocka_unit_test(bad_trailers_are_usage_errors),
        cmocka_unit_test(a_type_belongs_to_the_body),
        cmocka_unit_test(targets_and_priorities_are_what_is_asked),
        cmocka_unit_test(the_user_s_length_of_an_unknown_body_counts),
        cmocka_unit_test(te_is_told_to_the_connection),
        cmocka_unit_test(expect_is_the_user_s_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
