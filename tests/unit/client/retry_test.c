#include "client/retry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct situation {
    const char *method;
    enum err code;
    uint64_t wire;
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
    struct fault fault = {.code = s->code, .wire = s->wire};
    return retry_verdict(&ex, &fault, s->has_head, s->was_retried);
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
          .wire = 0xd,
          .version = HTTP_VERSION_2},
         RETRY_HTTP_1_1},
        {"H3_VERSION_FALLBACK",
         {.method = "POST",
          .code = ERR_H3,
          .wire = 0x110,
          .version = HTTP_VERSION_3},
         RETRY_TCP},
        {"another stream error",
         {.method = "GET",
          .code = ERR_H2_STREAM,
          .wire = 1,
          .version = HTTP_VERSION_2},
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
    assert_int_equal(retry_verdict(&ex, &fault, false, false), RETRY_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_safe_is_sent_twice),
        cmocka_unit_test(what_was_never_submitted_is_not_retried_here),
    };
    return cmocka_run_group_tests_name("client/retry", tests, NULL, NULL);
}
