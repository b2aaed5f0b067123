/* What a tunnel's user is told of the proxy's connection. */
#include "pool/tunnel_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/fields.h"

static const struct proxy proxy = {
    .kind = PROXY_HTTPS,
    .host = SPAN_LIT("p.test"),
    .port = 443,
};

static const struct conn_facts of = {
    .id = 7,
    .remote_addr = "192.0.2.1",
    .remote_port = 443,
    .local_addr = "192.0.2.9",
    .local_port = 5000,
    .is_tls = true,
    .tls.verified = true,
};

static void addresses_and_proxy_are_handed_on(void **state)
{
    struct arena arena;
    struct conn_facts facts = {.id = 9};
    struct fields none;
    (void)state;
    arena_init(&arena);
    fields_init(&none, &arena);
    const struct response_head head = {
        .version = HTTP_VERSION_2, .status = 200, .fields = &none};
    const struct conn_facts *kept =
        tunnel_facts_keep(&arena, &(struct tunnel_facts_source){
                                      .of = &of,
                                      .proxy = &proxy,
                                      .why = NULL,
                                      .head = &head,
                                      .shows_answer = true,
                                  });
    tunnel_facts_give(kept, &facts);
    assert_int_equal(facts.id, 9);
    assert_string_equal(facts.remote_addr, "192.0.2.1");
    assert_int_equal(facts.remote_port, 443);
    assert_string_equal(facts.local_addr, "192.0.2.9");
    assert_int_equal(facts.local_port, 5000);
    assert_string_equal(facts.proxy.url, "https://p.test:443");
    assert_string_equal(facts.proxy.why, "-x");
    assert_int_equal(facts.proxy.conn_id, 7);
    assert_int_equal(facts.proxy.status, 200);
    assert_true(facts.proxy.is_tls && facts.proxy.verified);
    assert_null(facts.proxy.answer); /* not of HTTP/1 */
    arena_fini(&arena);
}

static void the_answer_is_a_copy(void **state)
{
    struct arena short_lived;
    struct arena arena;
    struct fields fields;
    char reason[] = "Yes";
    (void)state;
    arena_init(&short_lived);
    arena_init(&arena);
    fields_init(&fields, &short_lived);
    fields_add(&fields, SPAN_LIT("via"), SPAN_LIT("p"));
    struct tunnel_facts_source source = {
        .of = &of,
        .proxy = &proxy,
        .why = "https_proxy",
        .head = &(struct response_head){.version = HTTP_VERSION_1_1,
                                        .status = 200,
                                        .reason = span_str(reason),
                                        .fields = &fields},
        .shows_answer = true,
    };
    const struct conn_facts *kept = tunnel_facts_keep(&arena, &source);
    source.shows_answer = false;
    assert_null(tunnel_facts_keep(&arena, &source)->proxy.answer);
    arena_fini(&short_lived);
    memset(reason, 'x', 3);
    const struct response_head *answer = kept->proxy.answer;
    assert_string_equal(kept->proxy.why, "https_proxy");
    assert_memory_equal(answer->reason.base, "Yes", 3);
    assert_int_equal(answer->fields->len, 1);
    assert_memory_equal(answer->fields->items[0].value.base, "p", 1);
    arena_fini(&arena);
}

static void nothing_is_known_before(void **state)
{
    struct conn_facts facts = {.remote_port = 1};
    (void)state;
    tunnel_facts_give(NULL, &facts);
    assert_int_equal(facts.remote_port, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_and_proxy_are_handed_on),
        cmocka_unit_test(the_answer_is_a_copy),
        cmocka_unit_test(nothing_is_known_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
