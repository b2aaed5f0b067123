#include "client/request_build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/redirect.h"

struct built {
    struct arena arena;
    struct url url;
    struct request request;
    struct fault fault;
    bool is_good;
};

static void build(struct built *c, const char *url,
                  const struct qv_request *ask, bool is_foreign)
{
    *c = (struct built){.is_good = false};
    arena_init(&c->arena);
    assert_true(url_parse(&c->url, span_str(url), NULL, &c->arena, &c->fault));
    struct request_build_state state = {
        .method = SPAN_LIT("GET"), .url = &c->url, .is_foreign = is_foreign};
    c->is_good = request_build(&c->request, ask, &state, &c->arena, &c->fault);
}

static void assert_field(const struct built *c, const char *name,
                         const char *value)
{
    const struct field *f = fields_find(&c->request.fields, span_str(name));
    if (value == NULL) {
        assert_null(f);
        return;
    }
    assert_non_null(f);
    assert_true(span_equal(f->value, span_str(value)));
}

static void defaults_are_those_of_curl(void **state)
{
    (void)state;
    struct qv_request ask = {.url = ""};
    struct built c;
    build(&c, "http://h.test/p?q", &ask, false);
    assert_true(c.is_good);
    assert_field(&c, "user-agent", "quiver/" QUIVER_VERSION);
    assert_field(&c, "accept", "*/*");
    assert_field(&c, "accept-encoding", NULL);
    assert_field(&c, "authorization", NULL);
    assert_int_equal(c.request.fields.len, 2);
    assert_true(span_equal(c.request.target, SPAN_LIT("/p?q")));
    assert_true(span_equal(c.request.authority, SPAN_LIT("h.test")));
    arena_fini(&c.arena);
}

static void users_headers_replace_remove_and_repeat(void **state)
{
    (void)state;
    const char *headers[] = {
        "User-Agent: mine", "accept:",  "X-Empty;",
        "X-Two: 1",         "X-Two: 2", "Host: other.test"};
    struct qv_request ask = {.headers = headers, .nheaders = 6};
    struct built c;
    build(&c, "http://h.test/", &ask, false);
    assert_true(c.is_good);
    assert_field(&c, "user-agent", "mine");
    assert_field(&c, "accept", NULL);
    assert_field(&c, "x-empty", "");
    assert_int_equal(c.request.fields.len, 4);
    assert_true(span_equal(c.request.authority, SPAN_LIT("other.test")));
    arena_fini(&c.arena);
}

static void a_lost_body_takes_its_fields_along(void **state)
{
    (void)state;
    const char *headers[] = {"Content-Type: text/x", "X-Mine: 1"};
    struct qv_request ask = {.headers = headers,
                             .nheaders = 2,
                             .body = {.kind = QV_BODY_BYTES, .bytes = ""}};
    struct built c;
    build(&c, "http://h.test/", &ask, false); /* a GET without a body */
    assert_true(c.is_good);
    assert_field(&c, "content-type", NULL);
    assert_field(&c, "x-mine", "1");
    arena_fini(&c.arena);
}

static void credentials_stay_with_their_origin(void **state)
{
    (void)state;
    const char *headers[] = {"Cookie: a=b", "X-Fine: yes", "Host: h.test"};
    const struct qv_options options = {.user = "me:secret:colon"};
    struct qv_request ask = {
        .headers = headers, .nheaders = 3, .options = &options};
    struct built c;
    build(&c, "http://h.test/", &ask, false);
    assert_field(&c, "authorization", "Basic bWU6c2VjcmV0OmNvbG9u");
    assert_field(&c, "cookie", "a=b");
    arena_fini(&c.arena);
    build(&c, "http://evil.test/", &ask, true);
    assert_field(&c, "authorization", NULL);
    assert_field(&c, "cookie", NULL);
    assert_field(&c, "x-fine", "yes");
    assert_true(span_equal(c.request.authority, SPAN_LIT("evil.test")));
    arena_fini(&c.arena);
}

static void
what_is_meant_for_one_origin_stays_there_trusted_or_not(void **state)
{
    (void)state;
    const char *headers[] = {"X-Key: secret", "User-Agent: theirs",
                             "X-Fine: yes"};
    const struct qv_options options = {.user = "me:word",
                                       .follow_trusted = true};
    struct qv_request ask = {.headers = headers,
                             .nheaders = 3,
                             .norigin_headers = 2,
                             .is_origin_user = true,
                             .options = &options};
    struct built c;
    build(&c, "http://h.test/", &ask, false);
    assert_field(&c, "x-key", "secret");
    assert_field(&c, "user-agent", "theirs");
    assert_field(&c, "authorization", "Basic bWU6d29yZA==");
    arena_fini(&c.arena);
    build(&c, "http://other.test/", &ask, true);
    assert_field(&c, "x-key", NULL);
    assert_field(&c, "user-agent", "quiver/" QUIVER_VERSION);
    assert_field(&c, "authorization", NULL);
    assert_field(&c, "x-fine", "yes");
    arena_fini(&c.arena);
}

static void userinfo_of_the_url_is_used_unless_there_is_a_header(void **state)
{
    (void)state;
    struct qv_request ask = {0};
    struct built c;
    build(&c, "http://u:p%40@h.test/", &ask, false);
    assert_field(&c, "authorization", "Basic dTpwQA==");
    arena_fini(&c.arena);
    const char *headers[] = {"Authorization: Bearer x"};
    ask.headers = headers;
    ask.nheaders = 1;
    build(&c, "http://u:p@h.test/", &ask, false);
    assert_field(&c, "authorization", "Bearer x");
    arena_fini(&c.arena);
}

static void bad_headers_are_usage_errors(void **state)
{
    (void)state;
    const char *bad[] = {"no colon here", "X: a\r\nY: b", "X Y: z", ": value",
                         "X: a\001b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct qv_request ask = {.headers = &bad[i], .nheaders = 1};
        struct built c;
        build(&c, "http://h.test/", &ask, false);
        assert_false(c.is_good);
        assert_int_equal(c.fault.code, ERR_USAGE);
        arena_fini(&c.arena);
    }
}

static void methods_change_as_rfc_9110_says(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *method;
        unsigned kept;
        bool becomes_get;
    } cases[] = {
        {301, "POST", 0, true},
        {302, "POST", 0, true},
        {303, "POST", 0, true},
        {307, "POST", 0, false},
        {308, "POST", 0, false},
        {301, "PUT", 0, false},
        {303, "PUT", 0, true},
        {303, "HEAD", 0, false},
        {301, "GET", 0, false},
        {300, "GET", 0, false},
        {300, "POST", 0, false},
        {301, "POST", QV_REDIRECT_KEEP_301, false},
        {302, "POST", QV_REDIRECT_KEEP_302, false},
        {303, "POST", QV_REDIRECT_KEEP_303, false},
        {301, "POST", QV_REDIRECT_KEEP_302 | QV_REDIRECT_KEEP_303, true},
        {303, "PUT", QV_REDIRECT_KEEP_303, true}, /* no POST */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(redirect_is(cases[i].status));
        assert_int_equal(redirect_becomes_get(cases[i].status,
                                              span_str(cases[i].method),
                                              cases[i].kept),
                         cases[i].becomes_get);
    }
    assert_false(redirect_is(305));
    assert_false(redirect_is(299));
    assert_false(redirect_is(304));
    assert_false(redirect_is(200));
}

/* -X with --follow: what is sent next, the user's word or that of the method. */
static void a_word_of_the_user_ends_with_its_method(void **state)
{
    (void)state;
    const unsigned follow = QV_REDIRECT_CUSTOM_METHOD;
    static const struct {
        int status;
        const char *method; /* what the other options make of it */
        bool ends;
    } cases[] = {
        {301, "GET", false}, {302, "GET", false},  {303, "GET", true},
        {303, "HEAD", true}, {307, "GET", false},  {308, "POST", false},
        {301, "POST", true}, {303, "POST", true},  {301, "PUT", false},
        {303, "PUT", true},  {300, "POST", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span method = span_str(cases[i].method);
        assert_int_equal(redirect_ends_custom(cases[i].status, method, follow),
                         cases[i].ends);
        assert_false(redirect_ends_custom(cases[i].status, method, 0));
    }
    assert_false(redirect_ends_custom(303, SPAN_LIT("POST"),
                                      follow | QV_REDIRECT_KEEP_303));
}

static void two_locations_are_ambiguous_unless_equal(void **state)
{
    (void)state;
    struct arena arena;
    struct fields fields;
    bool is_ambiguous = true;
    arena_init(&arena);
    fields_init(&fields, &arena);
    struct response_head head = {.status = 302, .fields = &fields};
    assert_null(redirect_location(&head, &is_ambiguous).base);
    assert_false(is_ambiguous);
    fields_add(&fields, SPAN_LIT("Location"), SPAN_LIT("/a"));
    fields_add(&fields, SPAN_LIT("location"), SPAN_LIT("/a"));
    assert_true(
        span_equal(redirect_location(&head, &is_ambiguous), SPAN_LIT("/a")));
    assert_false(is_ambiguous);
    fields_add(&fields, SPAN_LIT("location"), SPAN_LIT("/b"));
    (void)redirect_location(&head, &is_ambiguous);
    assert_true(is_ambiguous);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_curl),
        cmocka_unit_test(users_headers_replace_remove_and_repeat),
        cmocka_unit_test(a_lost_body_takes_its_fields_along),
        cmocka_unit_test(credentials_stay_with_their_origin),
        cmocka_unit_test(
            what_is_meant_for_one_origin_stays_there_trusted_or_not),
        cmocka_unit_test(userinfo_of_the_url_is_used_unless_there_is_a_header),
        cmocka_unit_test(bad_headers_are_usage_errors),
        cmocka_unit_test(methods_change_as_rfc_9110_says),
        cmocka_unit_test(a_word_of_the_user_ends_with_its_method),
        cmocka_unit_test(two_locations_are_ambiguous_unless_equal),
    };
    return cmocka_run_group_tests_name("client/request_build", tests, NULL,
                                       NULL);
}
