#include "client/retry_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct situation {
    const char *method;
    enum err code;
    enum remedy remedy;
    bool is_first; /* of its connection */
    bool has_first_byte;
    bool has_head;
    bool was_retried;
    enum http_version version;
};

static enum retry_verdict judge(const struct situation *s)
{
    struct request request = {.method = span_str(s->method)};
    struct conn_facts facts = {.version = s->version};
    struct exchange ex = {.request = &request,
                          .facts = &facts,
                          .is_first = s->is_first,
                          .submitted_at = 1,
                          .first_byte_at = s->has_first_byte};
    struct fault fault = {.code = s->code, .remedy = s->remedy};
    return retry_rules_verdict(&ex, &fault, s->has_head, s->was_retried);
}

static void only_what_is_safe_is_sent_twice(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct situation s;
        enum retry_verdict verdict;
    } cases[] = {
        {"an idle connection was closed under a GET",
         {.method = "GET", .code = ERR_RECV, .version = HTTP_VERSION_1_1},
         RETRY_SAME},
        {"PUT and DELETE are idempotent",
         {.method = "PUT",
          .code = ERR_EMPTY_REPLY,
          .version = HTTP_VERSION_1_1},
         RETRY_SAME},
        {"a POST may have been processed",
         {.method = "POST", .code = ERR_RECV, .version = HTTP_VERSION_1_1},
         RETRY_NO},
        {"a fresh connection's failure is the server's answer",
         {.method = "GET",
          .code = ERR_EMPTY_REPLY,
          .is_first = true,
          .version = HTTP_VERSION_1_1},
         RETRY_NO},
        {"another stream's error ended an HTTP/2 connection",
         {.method = "GET",
          .code = ERR_RECV,
          .is_first = true,
          .version = HTTP_VERSION_2},
         RETRY_SAME},
        {"another stream's error ended an HTTP/3 connection",
         {.method = "GET",
          .code = ERR_RECV,
          .is_first = true,
          .version = HTTP_VERSION_3},
         RETRY_SAME},
        {"once is enough",
         {.method = "GET",
          .code = ERR_RECV,
          .was_retried = true,
          .version = HTTP_VERSION_2},
         RETRY_NO},
        {"part of an answer was delivered",
         {.method = "GET",
          .code = ERR_PARTIAL,
          .has_first_byte = true,
          .has_head = true,
          .version = HTTP_VERSION_1_1},
         RETRY_NO},
        {"some bytes of an answer arrived",
         {.method = "GET",
          .code = ERR_RECV,
          .has_first_byte = true,
          .version = HTTP_VERSION_1_1},
         RETRY_NO},
        {"time is up",
         {.method = "GET", .code = ERR_TIMEOUT, .version = HTTP_VERSION_1_1},
         RETRY_NO},
        {"a malformed reply will be malformed again",
         {.method = "GET",
          .code = ERR_WEIRD_REPLY,
          .version = HTTP_VERSION_1_1},
         RETRY_NO},
        {"HTTP_1_1_REQUIRED",
         {.method = "POST",
          .code = ERR_H2_STREAM,
          .remedy = REMEDY_HTTP_1_1,
          .version = HTTP_VERSION_2},
         RETRY_HTTP_1_1},
        {"HTTP_1_1_REQUIRED in a GOAWAY",
         {.method = "POST",
          .code = ERR_H2_FRAMING,
          .remedy = REMEDY_HTTP_1_1,
          .version = HTTP_VERSION_2},
         RETRY_HTTP_1_1},
        {"H3_VERSION_FALLBACK",
         {.method = "POST",
          .code = ERR_H3,
          .remedy = REMEDY_TCP,
          .version = HTTP_VERSION_3},
         RETRY_TCP},
        {"another version is wanted, but an answer has begun",
         {.method = "GET",
          .code = ERR_H2_STREAM,
          .remedy = REMEDY_HTTP_1_1,
          .has_head = true,
          .version = HTTP_VERSION_2},
         RETRY_NO},
        {"another stream error",
         {.method = "GET", .code = ERR_H2_STREAM, .version = HTTP_VERSION_2},
         RETRY_NO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (judge(&cases[i].s) != cases[i].verdict)
            fail_msg("%s", cases[i].why);
}

static void what_was_never_submitted_is_not_retried_here(void **state)
{
    (void)state;
    struct request request = {.method = SPAN_LIT("GET")};
    struct exchange ex = {.request = &request};
    struct fault fault = {.code = ERR_CONNECT};
    assert_int_equal(retry_rules_verdict(&ex, &fault, false, false), RETRY_NO);
}

/* ---- as asked ---- */

struct asked {
    const char *why;
    const char *method;
    enum err code;
    enum remedy remedy;
    bool was_sent;
    struct qv_retry rules;
    bool is_again;
};

static void what_is_asked_for_is_tried_again(void **state)
{
    (void)state;
    static const struct qv_retry some = {.max = 3};
    static const struct qv_retry refused = {.max = 3, .connrefused = true};
    static const struct qv_retry all = {.max = 3, .all_errors = true};
    const enum remedy none = REMEDY_UNKNOWN;
    const enum remedy resend = REMEDY_RESEND;
    const enum remedy listener = REMEDY_LISTENER;
    const struct asked cases[] = {
        {"nobody asked", "GET", ERR_TIMEOUT, none, false, {0}, false},
        {"no name yet", "POST", ERR_HOST_NAME, none, false, some, true},
        {"no connection in time", "POST", ERR_TIMEOUT, none, false, some, true},
        {"unreachable", "GET", ERR_CONNECT, none, false, some, true},
        {"refused", "GET", ERR_CONNECT, listener, false, some, false},
        {"refused, if asked", "GET", ERR_CONNECT, listener, false, refused,
         true},
        {"refused is an error", "GET", ERR_CONNECT, listener, false, all, true},
        {"no answer in time", "GET", ERR_TIMEOUT, none, true, some, true},
        {"died", "GET", ERR_RECV, none, true, some, true},
        {"cut off", "PUT", ERR_PARTIAL, none, true, some, true},
        {"QUERY is safe", "QUERY", ERR_RECV, none, true, some, true},
        {"a POST may be done", "POST", ERR_RECV, none, true, some, false},
        {"a PATCH may be done", "PATCH", ERR_TIMEOUT, none, true, some, false},
        {"its user takes the risk", "POST", ERR_RECV, none, true, all, true},
        {"refused stream", "POST", ERR_H2_STREAM, resend, true, some, true},
        {"rejected request", "POST", ERR_H3, resend, true, some, true},
        {"stream error", "GET", ERR_H2_STREAM, none, true, some, false},
        {"not HTTP", "GET", ERR_WEIRD_REPLY, none, true, some, false},
        {"not HTTP, any error", "GET", ERR_WEIRD_REPLY, none, true, all, true},
        {"bad certificate", "GET", ERR_TLS_VERIFY, none, false, some, false},
        {"a status under -f", "POST", ERR_HTTP_STATUS, none, true, all, true},
        {"the same", "POST", ERR_HTTP_STATUS, none, true, some, false},
        {"our output", "GET", ERR_WRITE, none, true, all, false},
        {"our input", "PUT", ERR_READ, none, true, all, false},
        {"a bad URL", "GET", ERR_BAD_URL, none, false, all, false},
        {"too large", "GET", ERR_TOO_LARGE, none, true, all, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct asked *c = &cases[i];
        struct request request = {.method = span_str(c->method)};
        struct exchange ex = {.request = &request, .submitted_at = c->was_sent};
        struct fault fault = {.code = c->code, .remedy = c->remedy};
        if (retry_rules_may(&c->rules, &ex, &fault) != c->is_again)
            fail_msg("%s", c->why);
    }
}

static void some_answers_ask_for_patience(void **state)
{
    (void)state;
    static const int yes[] = {408, 425, 429, 500, 502, 503, 504, 522, 524};
    static const int no[] = {200, 206, 304, 400, 401, 404, 410, 421,
                             423, 426, 431, 451, 501, 505, 511, 599};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        assert_true(retry_rules_is_for_later(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        assert_false(retry_rules_is_for_later(no[i]));
}

static void the_wait_doubles_up_to_ten_minutes(void **state)
{
    (void)state;
    const uint64_t s = 1000000000;
    static const struct qv_retry usual = {.max = 99};
    static const struct qv_retry fixed = {.max = 99, .delay = 5};
    assert_int_equal(retry_rules_delay(&usual, 0, 0), 1 * s);
    assert_int_equal(retry_rules_delay(&usual, 1, 0), 2 * s);
    assert_int_equal(retry_rules_delay(&usual, 9, 0), 512 * s);
    assert_int_equal(retry_rules_delay(&usual, 10, 0), 600 * s);
    assert_int_equal(retry_rules_delay(&usual, 4000000000U, 0), 600 * s);
    assert_in_range(retry_rules_delay(&usual, 2, 0.999), 4 * s + 1, 5 * s);
    assert_int_equal(retry_rules_delay(&fixed, 7, 0.5), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_safe_is_sent_twice),
        cmocka_unit_test(what_was_never_submitted_is_not_retried_here),
        cmocka_unit_test(what_is_asked_for_is_tried_again),
        cmocka_unit_test(some_answers_ask_for_patience),
        cmocka_unit_test(the_wait_doubles_up_to_ten_minutes),
    };
    return cmocka_run_group_tests_name("client/retry_rules", tests, NULL, NULL);
}
