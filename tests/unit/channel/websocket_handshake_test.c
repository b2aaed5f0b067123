/* The fields that open a WebSocket (RFC 6455 4, RFC 8441 5). */
#include "channel/websocket_handshake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

static struct arena arena;

static void begin(struct fields *f)
{
    fields_init(f, &arena);
}

static void add(struct fields *f, const char *name, const char *value)
{
    if (value)
        fields_add(f, span_str(name), span_str(value));
}

static void assert_field(const struct fields *f, const char *name,
                         const char *wanted)
{
    struct span value = fields_value(f, name);
    assert_int_equal(value.base != NULL, wanted != NULL);
    if (wanted && !span_equal(value, span_str(wanted)))
        fail_msg("%s: %.*s, not %s", name, SPAN_ARG(value), wanted);
}

static void the_accept_is_that_of_rfc_6455_1_3(void **state)
{
    char accept[WEBSOCKET_HANDSHAKE_ACCEPT_LEN + 1];
    (void)state;
    websocket_handshake_accept(SPAN_LIT(KEY), accept);
    assert_string_equal(accept, ACCEPT);
}

static void keys_are_16_random_bytes(void **state)
{
    char one[WEBSOCKET_HANDSHAKE_KEY_LEN + 1];
    char other[WEBSOCKET_HANDSHAKE_KEY_LEN + 1];
    (void)state;
    websocket_handshake_make_key(one);
    websocket_handshake_make_key(other);
    assert_int_equal(strlen(one), WEBSOCKET_HANDSHAKE_KEY_LEN);
    assert_string_equal(one + WEBSOCKET_HANDSHAKE_KEY_LEN - 2, "==");
    assert_string_not_equal(one, other);
}

/* ---- the client ---- */

static const char *const two[] = {"chat", "superchat"};

static void an_offer_says_what_each_version_needs(void **state)
{
    struct websocket_offer offer = {
        .key = KEY,
        .subprotocols = two,
        .nsubprotocols = 2,
        .deflate = {.is_on = true, .client_max_window_bits = 1},
    };
    struct fields all;
    struct fields of_h1;
    (void)state;
    begin(&all);
    begin(&of_h1);
    websocket_handshake_offer(&offer, &all, &of_h1);
    assert_field(&all, "sec-websocket-version", "13");
    assert_field(&all, "sec-websocket-protocol", "chat, superchat");
    assert_field(&all, "sec-websocket-extensions",
                 "permessage-deflate; client_max_window_bits");
    assert_int_equal(all.len, 3);
    assert_field(&of_h1, "sec-websocket-key", KEY);
    assert_int_equal(of_h1.len, 1);

    offer = (struct websocket_offer){.key = KEY};
    begin(&all);
    websocket_handshake_offer(&offer, &all, &of_h1);
    assert_int_equal(all.len, 1);
    assert_int_equal(of_h1.len, 1);
}

static void a_client_checks_what_was_accepted(void **state)
{
    static const struct {
        enum http_version version;
        const char *accept;
        const char *subprotocol;
        const char *extensions;
        bool is_good;
    } cases[] = {
        {HTTP_VERSION_1_1, ACCEPT, NULL, NULL, true},
        {HTTP_VERSION_1_1, ACCEPT, "chat", NULL, true},
        {HTTP_VERSION_1_1, ACCEPT, "superchat", "permessage-deflate", true},
        {HTTP_VERSION_2, NULL, "chat", "permessage-deflate", true},
        {HTTP_VERSION_3, NULL, NULL, NULL, true},
        {HTTP_VERSION_3, "ignored", NULL, NULL, true},
        {HTTP_VERSION_1_1, NULL, NULL, NULL, false},
        {HTTP_VERSION_1_1, "", NULL, NULL, false},
        {HTTP_VERSION_1_1, KEY, NULL, NULL, false},
        {HTTP_VERSION_1_1, "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", NULL, NULL, false},
        {HTTP_VERSION_1_1, ACCEPT, "other", NULL, false},
        {HTTP_VERSION_1_1, ACCEPT, "Chat", NULL, false},
        {HTTP_VERSION_1_1, ACCEPT, "chat, superchat", NULL, false},
        {HTTP_VERSION_1_1, ACCEPT, "", NULL, false},
        {HTTP_VERSION_2, NULL, "other", NULL, false},
        {HTTP_VERSION_2, NULL, NULL, "x-other", false},
    };
    struct websocket_offer offer = {
        .key = KEY,
        .subprotocols = two,
        .nsubprotocols = 2,
        .deflate = {.is_on = true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fields f;
        struct fault fault = {0};
        struct websocket_handshake agreed;
        const struct response_head head = {.version = cases[i].version,
                                           .fields = &f};
        begin(&f);
        add(&f, "Sec-WebSocket-Accept", cases[i].accept);
        add(&f, "Sec-WebSocket-Protocol", cases[i].subprotocol);
        add(&f, "Sec-WebSocket-Extensions", cases[i].extensions);
        assert_int_equal(
            websocket_handshake_confirm(&offer, &head, &agreed, &fault),
            cases[i].is_good);
        assert_int_equal(fault.code == ERR_NONE, cases[i].is_good);
        if (!cases[i].is_good)
            continue;
        assert_true(
            span_equal(agreed.subprotocol, span_str(cases[i].subprotocol)));
        assert_int_equal(agreed.deflate.is_on, cases[i].extensions != NULL);
    }
}

/* ---- the server ---- */

static void a_server_refuses_what_it_does_not_speak(void **state)
{
    static const struct {
        enum http_version http;
        const char *version;
        const char *key;
        int status;
    } cases[] = {
        {HTTP_VERSION_1_1, "13", KEY, 0},
        {HTTP_VERSION_2, "13", NULL, 0},
        {HTTP_VERSION_3, "13", NULL, 0},
        {HTTP_VERSION_1_1, "12", KEY, 426},
        {HTTP_VERSION_1_1, "013", KEY, 426},
        {HTTP_VERSION_1_1, "", KEY, 426},
        {HTTP_VERSION_1_1, NULL, KEY, 426},
        {HTTP_VERSION_2, "8", NULL, 426},
        {HTTP_VERSION_1_1, "13", NULL, 400},
        {HTTP_VERSION_1_1, "13", "", 400},
        {HTTP_VERSION_1_1, "13", "dGhlIHNhbXBsZSBub25jZQ=", 400},
        {HTTP_VERSION_1_1, "13", "dGhlIHNhbXBsZSBub25jZQ==x", 400},
        {HTTP_VERSION_1_1, "13", "dGhlIHNhbXBsZSBub25jZ===", 400},
        {HTTP_VERSION_1_1, "13", "dGhlIHNhbXBsZSBub25jZ.==", 400},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request request = {.protocol = SPAN_LIT("websocket")};
        struct websocket_policy policy = {.no_deflate = true};
        struct websocket_handshake agreed;
        struct fields answer;
        begin(&request.fields);
        begin(&answer);
        add(&request.fields, "sec-websocket-version", cases[i].version);
        add(&request.fields, "sec-websocket-key", cases[i].key);
        assert_int_equal(websocket_handshake_answer(&request, cases[i].http,
                                                    &policy, &answer, &agreed),
                         cases[i].status);
        assert_field(&answer, "sec-websocket-version",
                     cases[i].status == 426 ? "13" : NULL);
        bool has_accept =
            cases[i].status == 0 && cases[i].http == HTTP_VERSION_1_1;
        assert_field(&answer, "sec-websocket-accept",
                     has_accept ? ACCEPT : NULL);
    }
}

static void a_server_chooses_of_what_is_offered(void **state)
{
    static const struct {
        const char *offered; /* subprotocols */
        const char *spoken;
        bool no_deflate;
        const char *subprotocol;
        const char *extensions;
    } cases[] = {
        {NULL, NULL, false, NULL, "permessage-deflate"},
        {NULL, NULL, true, NULL, NULL},
        {NULL, "chat", false, NULL, "permessage-deflate"},
        {"chat, superchat", NULL, true, NULL, NULL},
        {"chat, superchat", "superchat", true, "superchat", NULL},
        {"chat, superchat", "Chat", true, NULL, NULL},
        {"chat", "cha", true, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request request = {.protocol = SPAN_LIT("websocket")};
        struct websocket_policy policy = {
            .subprotocol = span_str(cases[i].spoken),
            .no_deflate = cases[i].no_deflate,
        };
        struct websocket_handshake agreed;
        struct fields answer;
        begin(&request.fields);
        begin(&answer);
        add(&request.fields, "sec-websocket-version", "13");
        add(&request.fields, "sec-websocket-protocol", cases[i].offered);
        add(&request.fields, "sec-websocket-extensions",
            "permessage-deflate; client_max_window_bits");
        assert_int_equal(websocket_handshake_answer(&request, HTTP_VERSION_2,
                                                    &policy, &answer, &agreed),
                         0);
        assert_field(&answer, "sec-websocket-protocol", cases[i].subprotocol);
        assert_field(&answer, "sec-websocket-extensions", cases[i].extensions);
        assert_true(
            span_equal(agreed.subprotocol, span_str(cases[i].subprotocol)));
        assert_int_equal(agreed.deflate.is_on, cases[i].extensions != NULL);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_accept_is_that_of_rfc_6455_1_3),
        cmocka_unit_test(keys_are_16_random_bytes),
        cmocka_unit_test(an_offer_says_what_each_version_needs),
        cmocka_unit_test(a_client_checks_what_was_accepted),
        cmocka_unit_test(a_server_refuses_what_it_does_not_speak),
        cmocka_unit_test(a_server_chooses_of_what_is_offered),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
