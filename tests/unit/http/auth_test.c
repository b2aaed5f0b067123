#include "http/auth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NAME "proxy-authenticate"

struct world {
    struct arena arena;
    struct fields fields;
    struct str text;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    arena_init(&w->arena);
    fields_init(&w->fields, &w->arena);
    str_init(&w->text);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    str_fini(&w->text);
    arena_fini(&w->arena);
    free(w);
    return 0;
}

static void offer(struct world *w, const char *value)
{
    fields_add(&w->fields, SPAN_LIT("Proxy-Authenticate"), span_str(value));
}

/* ---- challenges ---- */

/* "scheme[token](name=value,...) ..." */
static const char *list_all(struct world *w)
{
    struct challenges all = challenge_list(&w->fields, NAME);
    struct challenge c;
    str_clear(&w->text);
    while (challenge_next(&all, &c)) {
        str_add(&w->text, c.scheme);
        if (c.token.base)
            str_printf(&w->text, "[%.*s]", SPAN_ARG(c.token));
        for (size_t i = 0; i < c.nparams; i++) {
            char name[32];
            snprintf(name, sizeof name, "%.*s", SPAN_ARG(c.params[i].name));
            struct span value = challenge_param(&c, name, &w->arena);
            str_printf(&w->text, " %s=%.*s", name, SPAN_ARG(value));
        }
        str_add_char(&w->text, ';');
    }
    return str_text(&w->text);
}

static void challenges_are_told_from_parameters(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *field;
        const char *means;
    } cases[] = {
        {"Basic realm=\"x\"", "Basic realm=x;"},
        {"Basic", "Basic;"},
        {"", ""},
        {", ,", ""},
        {"Negotiate", "Negotiate;"},
        {"Negotiate YWJj==", "Negotiate[YWJj==];"},
        {"NTLM abc, Basic realm=x", "NTLM[abc];Basic realm=x;"},
        {"Digest realm=\"a, b\", nonce=\"x\\\"y\\\\\", Basic realm=q",
         "Digest realm=a, b nonce=x\"y\\;Basic realm=q;"},
        {"Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", "
         "Basic realm=\"simple\"",
         "Newauth realm=apps type=1 title=Login to \"apps\";Basic "
         "realm=simple;"},
        {"Digest realm = \"a\" , nonce\t=b", "Digest realm=a nonce=b;"},
        {"realm=x, Basic realm=y", "Basic realm=y;"},
        {"a\"b, Basic", ""}, /* the quote is never closed */
        {"Digest nonce=\"unterminated", "Digest nonce=unterminated;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fields_clear(&w->fields);
        offer(w, cases[i].field);
        assert_string_equal(list_all(w), cases[i].means);
    }
}

static void several_fields_are_one_list(void **state)
{
    struct world *w = *state;
    offer(w, "Digest realm=a");
    offer(w, "nonce=n, Basic");
    offer(w, "Bearer realm=b");
    assert_string_equal(list_all(w),
                        "Digest realm=a nonce=n;Basic;Bearer realm=b;");
}

static void a_challenge_keeps_so_many_parameters(void **state)
{
    struct world *w = *state;
    struct str field;
    str_init(&field);
    str_add_text(&field, "Digest a0=1");
    for (int i = 1; i < 100; i++)
        str_printf(&field, ", a%d=1", i);
    offer(w, str_text(&field));
    struct challenges all = challenge_list(&w->fields, NAME);
    struct challenge c;
    assert_true(challenge_next(&all, &c));
    assert_int_equal(c.nparams, CHALLENGE_PARAMS_MAX);
    assert_false(challenge_next(&all, &c));
    str_fini(&field);
}

/* ---- digest: the examples of the RFCs ---- */

static void check_answer(struct world *w, const char *challenge,
                         const struct digest_auth_request *r,
                         const char *const *parts)
{
    struct digest_auth d;
    struct challenges all;
    struct challenge c;
    fields_clear(&w->fields);
    offer(w, challenge);
    all = challenge_list(&w->fields, NAME);
    assert_true(challenge_next(&all, &c));
    assert_true(digest_auth_read(&d, &c, &w->arena));
    str_clear(&w->text);
    digest_auth_answer(&d, r, &w->text);
    for (; *parts; parts++)
        if (strstr(str_text(&w->text), *parts) == NULL)
            fail_msg("no %s in %s", *parts, str_text(&w->text));
}

static const struct digest_auth_request mufasa = {
    .user = {(const uint8_t *)"Mufasa", 6},
    .password = {(const uint8_t *)"Circle of Life", 14},
    .method = {(const uint8_t *)"GET", 3},
    .uri = {(const uint8_t *)"/dir/index.html", 15},
    .cnonce = {(const uint8_t *)"f2/wE4q74E6zIJEtWaHKaf5wv/"
                                "H5QzzpXusqGemxURZJ",
               44},
};

#define RFC_7616                                                               \
    "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "                \
    "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "                 \
    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""

static void rfc_7616_section_3_9_1(void **state)
{
    struct world *w = *state;
    const char *const md5[] = {
        "username=\"Mufasa\"",
        "nc=00000001",
        "qop=auth,",
        "uri=\"/dir/index.html\"",
        "algorithm=MD5",
        "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
        "response=\"8ca523f5e9506fed4657c9700eebdbec\"",
        NULL};
    const char *const sha256[] = {
        "algorithm=SHA-256",
        "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856"
        "cb6c1\"",
        NULL};
    check_answer(w, "Digest " RFC_7616 ", algorithm=MD5", &mufasa, md5);
    check_answer(w, "Digest " RFC_7616 ", algorithm=SHA-256", &mufasa, sha256);
}

/* As corrected by erratum 4897. */
static void rfc_7616_section_3_9_2(void **state)
{
    struct world *w = *state;
    const struct digest_auth_request doe = {
        .user = span_str("J\xc3\xa4s\xc3\xb8n Doe"),
        .password = span_str("Secret, or not?"),
        .method = span_str("GET"),
        .uri = span_str("/doe.json"),
        .cnonce = span_str("NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v"),
    };
    const char *const parts[] = {
        "username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ec"
        "e9b0b\"",
        "userhash=true", "algorithm=SHA-512-256",
        "response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1ce"
        "c68a5\"",
        NULL};
    check_answer(w,
                 "Digest realm=\"api@example.org\", qop=\"auth\", "
                 "algorithm=SHA-512-256, "
                 "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", "
                 "opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", "
                 "charset=UTF-8, userhash=true",
                 &doe, parts);
    const char *const encoded[] = {"username*=UTF-8''J%C3%A4s%C3%B8n%20Doe",
                                   NULL};
    check_answer(w, "Digest realm=a, nonce=b, charset=UTF-8, qop=auth", &doe,
                 encoded);
}

static void rfc_2617_section_3_5(void **state)
{
    struct world *w = *state;
    struct digest_auth_request r = mufasa;
    r.password = span_str("Circle Of Life");
    r.cnonce = span_str("0a4f113b");
    const char *const parts[] = {
        "response=\"6629fae49393a05397450978507c4ef1\"", NULL};
    check_answer(w,
                 "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
                 "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
                 "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
                 &r, parts);
    assert_null(strstr(str_text(&w->text), "algorithm"));
    /* RFC 2069's form of the same. */
    const char *const old[] = {"response=\"670fd8c2df070c60b045671b8b24ff02\"",
                               NULL};
    check_answer(w,
                 "Digest realm=\"testrealm@host.com\", "
                 "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
                 &r, old);
    assert_null(strstr(str_text(&w->text), "cnonce"));
    assert_null(strstr(str_text(&w->text), "nc="));
}

/* Made with hashlib: A1 has nonce and cnonce, A2 the hash of the body. */
static void sessions_and_bodies_are_hashed_in(void **state)
{
    struct world *w = *state;
    struct digest_auth_request r = mufasa;
    char hex[DIGEST_HEX_MAX];
    digest_hash_text(DIGEST_HASH_MD5, span_str("hello"), hex);
    r.body_hash = span_str(hex);
    const char *const parts[] = {
        "algorithm=MD5-sess", "qop=auth-int",
        "response=\"2346d6a375237446a71879a3a5311719\"", NULL};
    check_answer(w, "Digest realm=r, nonce=n, algorithm=MD5-sess, qop=auth-int",
                 &r, parts);
}

static void what_nobody_here_can_answer_is_left(void **state)
{
    struct world *w = *state;
    static const char *const bad[] = {
        "Digest realm=x",                           /* no nonce */
        "Digest realm=x, nonce=y, algorithm=SHA-1", /* unknown */
        "Digest realm=x, nonce=y, qop=auth-conf",
        "Basic realm=x, nonce=y",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct digest_auth d;
        struct challenge c;
        fields_clear(&w->fields);
        offer(w, bad[i]);
        struct challenges all = challenge_list(&w->fields, NAME);
        assert_true(challenge_next(&all, &c));
        assert_false(digest_auth_read(&d, &c, &w->arena));
    }
}

static void quotes_of_the_challenge_stay_quoted(void **state)
{
    struct world *w = *state;
    const char *const parts[] = {"realm=\"a \\\"b\\\" \\\\c\"", NULL};
    check_answer(w, "Digest realm=\"a \\\"b\\\" \\\\c\", nonce=n, qop=auth",
                 &mufasa, parts);
}

/* ---- a server's challenges, one after the other ---- */

static const struct auth_request get_x = {.method = {(const uint8_t *)"GET", 3},
                                          .uri = {(const uint8_t *)"/x", 2}};

static bool answers(struct world *w, struct auth *a, const char *part)
{
    str_clear(&w->text);
    if (!auth_answer(a, &get_x, &w->text))
        return false;
    if (strstr(str_text(&w->text), part) == NULL)
        fail_msg("no %s in %s", part, str_text(&w->text));
    return true;
}

static void start(struct auth *a, unsigned wants, const char *user,
                  const char *password)
{
    const struct auth_login login = {
        .wants = wants, .user = span_str(user), .password = span_str(password)};
    auth_init(a, &login);
}

static bool challenged(struct world *w, struct auth *a, const char *value,
                       unsigned tries)
{
    fields_clear(&w->fields);
    offer(w, value);
    return auth_challenged(a, &w->fields, NAME, tries);
}

static void basic_goes_at_once_and_is_refused_once(void **state)
{
    struct world *w = *state;
    struct auth a;
    start(&a, AUTH_BASIC, "Aladdin", "open sesame");
    assert_true(answers(w, &a, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    assert_false(challenged(w, &a, "Basic realm=x", 0));
    assert_false(challenged(w, &a, "Digest realm=x, nonce=y, qop=auth", 0));
    auth_fini(&a);
}

static void digest_waits_for_a_challenge_and_counts(void **state)
{
    struct world *w = *state;
    struct auth a;
    start(&a, AUTH_DIGEST, "u", "p");
    assert_false(answers(w, &a, ""));
    assert_false(challenged(w, &a, "Basic realm=x", 0));
    assert_true(challenged(w, &a, "Digest realm=x, nonce=n1, qop=auth", 0));
    assert_true(answers(w, &a, "nc=00000001"));
    assert_true(answers(w, &a, "nc=00000002"));
    /* Wrong credentials, and a nonce that is old. */
    assert_false(challenged(w, &a, "Digest realm=x, nonce=n2, qop=auth", 1));
    assert_true(
        challenged(w, &a, "Digest realm=x, nonce=n3, qop=auth, stale=true", 1));
    assert_true(answers(w, &a, "nc=00000001"));
    assert_false(
        challenged(w, &a, "Digest realm=x, nonce=n4, qop=auth, stale=true", 3));
    auth_fini(&a);
}

static void the_next_nonce_is_taken(void **state)
{
    struct world *w = *state;
    struct auth a;
    struct fields info;
    fields_init(&info, &w->arena);
    fields_add(&info, SPAN_LIT("Proxy-Authentication-Info"),
               SPAN_LIT("nextnonce=\"n, 2\", qop=auth"));
    start(&a, AUTH_DIGEST, "u", "p");
    auth_informed(&a, &info, "proxy-authentication-info");
    assert_true(
        challenged(w, &a, "Digest realm=x, nonce=n1, qop=auth, opaque=o", 0));
    assert_true(answers(w, &a, "nonce=\"n1\""));
    auth_informed(&a, &info, "proxy-authentication-info");
    assert_true(answers(w, &a, "nonce=\"n, 2\""));
    assert_true(answers(w, &a, "opaque=\"o\""));
    assert_non_null(strstr(str_text(&w->text), "nc=00000002"));
    auth_fini(&a);
}

static void any_takes_the_best_that_is_offered(void **state)
{
    struct world *w = *state;
    struct auth a;
    start(&a, AUTH_DIGEST | AUTH_BASIC, "u", "p");
    assert_false(answers(w, &a, ""));
    assert_true(challenged(w, &a,
                           "Basic realm=x, Digest realm=x, nonce=m, qop=auth, "
                           "Digest realm=x, nonce=s, qop=auth, "
                           "algorithm=SHA-256",
                           0));
    assert_true(answers(w, &a, "algorithm=SHA-256"));
    auth_fini(&a);
    start(&a, AUTH_DIGEST | AUTH_BASIC, "u", "p");
    assert_false(challenged(w, &a, "Negotiate", 0));
    assert_true(challenged(w, &a, "Negotiate, Basic realm=x", 0));
    assert_true(answers(w, &a, "Basic dTpw"));
    assert_false(challenged(w, &a, "Negotiate, Basic realm=x", 1));
    auth_fini(&a);
}

static void a_token_is_the_best_where_it_is_taken(void **state)
{
    struct world *w = *state;
    struct auth a;
    struct auth_login login = {.wants = AUTH_BEARER,
                               .user = SPAN_LIT("u"),
                               .password = SPAN_LIT("p"),
                               .token = SPAN_LIT("t0k")};
    auth_init(&a, &login);
    assert_false(auth_awaits_challenge(&a));
    assert_true(answers(w, &a, "Bearer t0k"));
    assert_false(challenged(w, &a, "Bearer realm=x", 0));
    auth_fini(&a);
    login.wants = AUTH_BEARER | AUTH_DIGEST | AUTH_BASIC;
    auth_init(&a, &login);
    assert_true(auth_awaits_challenge(&a));
    assert_false(answers(w, &a, ""));
    assert_true(challenged(
        w, &a, "Basic realm=x, Digest realm=x, nonce=n, qop=auth, Bearer", 0));
    assert_true(answers(w, &a, "Bearer t0k"));
    auth_fini(&a);
    login.token = (struct span){NULL, 0}; /* then it is out of the question */
    auth_init(&a, &login);
    assert_true(challenged(w, &a, "Bearer, Basic realm=x", 0));
    assert_true(answers(w, &a, "Basic dTpw"));
    auth_fini(&a);
}

static bool unknown_body(void *user, struct digest_sum *sum)
{
    (void)user;
    (void)sum;
    return false;
}

static bool body_in_pieces(void *user, struct digest_sum *sum)
{
    const char *text = user;
    for (; *text; text++)
        digest_hash_add(sum, text, 1);
    return true;
}

/* The answer with a body that comes byte by byte is that of its bytes. */
static void a_body_that_is_read_is_hashed_in_pieces(void **state)
{
    struct world *w = *state;
    const char *const names[] = {"MD5", "SHA-256", "SHA-512-256"};
    for (size_t i = 0; i < 3; i++) {
        char challenge[96];
        char whole[DIGEST_HEX_MAX];
        char pieces[DIGEST_HEX_MAX];
        enum digest_hash hash = DIGEST_HASH_MD5 + (enum digest_hash)i;
        struct digest_sum *sum = digest_hash_new(hash);
        struct auth_request r = get_x;
        char text[] = "hello";
        struct auth a;
        digest_hash_text(hash, span_str(text), whole);
        (void)body_in_pieces(text, sum);
        digest_hash_hex(sum, pieces);
        digest_hash_free(sum);
        assert_string_equal(whole, pieces);
        (void)snprintf(challenge, sizeof challenge,
                       "Digest realm=x, nonce=n, algorithm=%s, qop=auth-int",
                       names[i]);
        start(&a, AUTH_DIGEST, "u", "p");
        assert_true(challenged(w, &a, challenge, 0));
        r.hash_body = body_in_pieces;
        r.user = text;
        str_clear(&w->text);
        assert_true(auth_answer(&a, &r, &w->text));
        assert_non_null(strstr(str_text(&w->text), "qop=auth-int"));
        auth_fini(&a);
    }
}

static void a_body_that_is_not_known_is_not_hashed(void **state)
{
    struct world *w = *state;
    struct auth a;
    struct auth_request r = get_x;
    start(&a, AUTH_DIGEST, "u", "p");
    assert_true(challenged(w, &a, "Digest realm=x, nonce=n, qop=auth-int", 0));
    assert_true(auth_answer(&a, &r, &w->text));
    r.hash_body = unknown_body;
    assert_false(auth_answer(&a, &r, &w->text));
    assert_false(challenged(w, &a, "Digest realm=x, nonce=n, qop=auth-int", 1));
    auth_fini(&a);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(challenges_are_told_from_parameters),
        TEST(several_fields_are_one_list),
        TEST(a_challenge_keeps_so_many_parameters),
        TEST(rfc_7616_section_3_9_1),
        TEST(rfc_7616_section_3_9_2),
        TEST(rfc_2617_section_3_5),
        TEST(sessions_and_bodies_are_hashed_in),
        TEST(what_nobody_here_can_answer_is_left),
        TEST(quotes_of_the_challenge_stay_quoted),
        TEST(basic_goes_at_once_and_is_refused_once),
        TEST(digest_waits_for_a_challenge_and_counts),
        TEST(the_next_nonce_is_taken),
        TEST(any_takes_the_best_that_is_offered),
        TEST(a_token_is_the_best_where_it_is_taken),
        TEST(a_body_that_is_read_is_hashed_in_pieces),
        TEST(a_body_that_is_not_known_is_not_hashed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
