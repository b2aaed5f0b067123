/* permessage-deflate: what compressed frames of the peer mean, by RFC 7692 6 and
 * 7.2. */
#include "channel/inflater.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "channel/websocket_rig.h"

static const struct websocket_deflate deflate_on = {.is_on = true};

static void compressed_messages_are_those_of_rfc_7692_7_2(void **state)
{
    static const struct websocket_rig_fixture fixtures[] = {
        {"one block", {F(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00")}, "text:Hello"},
        {"two fragments",
         {F(0x41, "\xf2\x48\xcd"), F(0x80, "\xc9\xc9\x07\x00")},
         "text:Hello"},
        {"a ping within",
         {F(0x41, "\xf2\x48\xcd"), F(0x89, "x"), F(0x00, ""),
          F(0x80, "\xc9\xc9\x07\x00")},
         "ping:x text:Hello"},
        {"an empty last fragment",
         {F(0x41, "\xf2\x48\xcd\xc9\xc9\x07\x00"), F(0x80, "")},
         "text:Hello"},
        {"the window of the message before",
         {F(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00"),
          F(0xc1, "\xf2\x00\x11\x00\x00")},
         "text:Hello text:Hello"},
        {"a block that is not compressed",
         {F(0xc1, "\x00\x05\x00\xfa\xff"
                  "Hello\x00")},
         "text:Hello"},
        {"a last block",
         {F(0xc1, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00")},
         "text:Hello"},
        {"a last block, and no more",
         {F(0xc1, "\xf3\x48\xcd\xc9\xc9\x07\x00")},
         "text:Hello"},
        {"a last block, and a window",
         {F(0xc1, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"),
          F(0xc1, "\xf2\x00\x11\x00\x00")},
         "text:Hello text:Hello"},
        {"a last block within a message",
         {F(0xc1, "\xf3\x48\xcd\xc9\xc9\x07\x00\xf2\x48\xcd\xc9\xc9\x07\x00")},
         "text:HelloHello"},
        {"a last block in another fragment",
         {F(0x41, "\xf3\x48\xcd\xc9\xc9\x07\x00"),
          F(0x80, "\xf2\x48\xcd\xc9\xc9\x07\x00")},
         "text:HelloHello"},
        {"a last block that the tail ends",
         {F(0xc1, "\x01"), F(0x81, "a")},
         "text text:a"},
        {"two blocks",
         {F(0xc1, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00")},
         "text:Hello"},
        {"an empty message", {F(0xc1, "\x00")}, "text"},
        {"no payload at all", {F(0xc2, "")}, "failed:1007"},
        {"one that is not compressed between them",
         {F(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00"), F(0x81, "plain"),
          F(0xc1, "\xf2\x00\x11\x00\x00")},
         "text:Hello text:plain text:Hello"},
        {"a window without a message",
         {F(0xc1, "\xf2\x00\x11\x00\x00")},
         "failed:1007"},
        {"garbage", {F(0xc2, "\xff\xff\xff")}, "failed:1007"},
        {"garbage behind a message",
         {F(0xc2, "\x00\x05\x00\xfa\xff"
                  "Hello\xff")},
         "failed:1007"},
        {"cut within a block", {F(0xc2, "\xf2\x48\xcd\xc9")}, "failed:1007"},
        {"cut within a length", {F(0xc2, "\x00\x05")}, "failed:1007"},
        {"no UTF-8",
         {F(0xc1, "\x00\x05\x00\xfa\xff"
                  "He\xfflo\x00")},
         "failed:1007"},
        {"UTF-8 that is cut",
         {F(0xc1, "\x00\x02\x00\xfd\xff"
                  "H\xc3\x00")},
         "failed:1007"},
        {"no UTF-8, but binary",
         {F(0xc2, "\x00\x05\x00\xfa\xff"
                  "He\xffo!\x00")},
         "binary:He\xffo!"},
        {"RSV1 in a later fragment",
         {F(0x41, "\xf2\x48\xcd"), F(0xc0, "\xc9\xc9\x07\x00")},
         "failed:1002"},
        {"RSV1 in a ping", {F(0xc9, "\x00")}, "failed:1002"},
        {"RSV1 in a close", {F(0xc8, "")}, "failed:1002"},
        {"RSV2", {F(0xa1, "a")}, "failed:1002"},
        {"RSV1 and RSV3", {F(0xd1, "a")}, "failed:1002"},
    };
    (void)state;
    CHECK_FIXTURES(fixtures, .deflate = &deflate_on);
}

static void without_the_extension_rsv1_fails(void **state)
{
    static const struct websocket_rig_fixture fixtures[] = {
        {"a text", {F(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00")}, "failed:1002"},
        {"a binary", {F(0x42, "")}, "failed:1002"},
    };
    (void)state;
    CHECK_FIXTURES(fixtures, .deflate = NULL);
}

static void without_takeover_each_message_stands_alone(void **state)
{
    static const struct websocket_deflate alone = {
        .is_on = true,
        .client_no_context_takeover = true,
        .server_no_context_takeover = true,
    };
    static const struct websocket_rig_fixture fixtures[] = {
        {"a window",
         {F(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00"),
          F(0xc1, "\xf2\x00\x11\x00\x00")},
         "text:Hello failed:1007"},
        {"a window after a last block",
         {F(0xc1, "\xf3\x48\xcd\xc9\xc9\x07\x00"),
          F(0xc1, "\xf2\x00\x11\x00\x00")},
         "text:Hello failed:1007"},
        {"the same again",
         {F(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00"),
          F(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00"),
          F(0xc1, "\xf3\x48\xcd\xc9\xc9\x07\x00"),
          F(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00")},
         "text:Hello text:Hello text:Hello text:Hello"},
    };
    (void)state;
    CHECK_FIXTURES(fixtures, .deflate = &alone);
}

static void the_limit_is_of_what_is_inflated(void **state)
{
    static const struct websocket_rig_fixture fixtures[] = {
        {"at it", {F(0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00")}, "text:Hello"},
        {"over it",
         {F(0xc1, "\x00\x06\x00\xf9\xff"
                  "Hello!\x00")},
         "failed:1009"},
        {"over it in its second fragment",
         {F(0x42, "\xf2\x48\xcd\xc9\xc9\x07\x00"), F(0x89, "x"),
          F(0x80, "\x00\x00\xff\xff\xf2\x00\x11\x00\x00")},
         "ping:x failed:1009"},
        {"no UTF-8 before it",
         {F(0xc1, "\x00\x06\x00\xf9\xff"
                  "Hell\xff!\x00")},
         "failed:1007"},
        {"no UTF-8 behind it",
         {F(0xc1, "\x00\x06\x00\xf9\xff"
                  "Hello\xff\x00")},
         "failed:1009"},
        {"a payload may be longer",
         {F(0xc1, "\x00\x00\x00\xff\xff\x00\x00\x00\xff\xff\x00")},
         "text"},
    };
    (void)state;
    CHECK_FIXTURES(fixtures, .message_max = 5, .deflate = &deflate_on);
}

/* 16 MiB of zeros are 16 KiB to send: they are read up to the limit, and the
 * memory follows what is read. */
static void a_bomb_is_stopped_at_the_limit(void **state)
{
    struct websocket client;
    struct websocket server;
    struct buf_pool pool;
    struct buf out;
    struct str wire;
    size_t len = (size_t)16 << 20;
    (void)state;
    char *zeros = xalloc_zeroed(len, 1);
    struct websocket_options o = {.role = WEBSOCKET_CLIENT,
                                  .deflate = &deflate_on};
    str_init(&wire);
    buf_pool_init(&pool);
    buf_init(&out, &pool);
    websocket_init(&client, &o);
    o.role = WEBSOCKET_SERVER;
    o.message_max = 100000;
    websocket_init(&server, &o);
    (void)websocket_send(&client, &out, WEBSOCKET_BINARY, span_of(zeros, len));
    websocket_rig_take(&out, &wire);
    assert_true(wire.len < 40000);
    struct span in = str_span(&wire);
    struct websocket_event e;
    assert_true(websocket_next(&server, &in, &e));
    assert_int_equal(e.what, WEBSOCKET_FAILED);
    assert_int_equal(e.code, WEBSOCKET_CODE_TOO_BIG);
    assert_true(server.message.cap <= 200000);
    websocket_fini(&client);
    websocket_fini(&server);
    buf_fini(&out);
    buf_pool_fini(&pool);
    str_fini(&wire);
    free(zeros);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compressed_messages_are_those_of_rfc_7692_7_2),
        cmocka_unit_test(without_the_extension_rsv1_fails),
        cmocka_unit_test(without_takeover_each_message_stands_alone),
        cmocka_unit_test(the_limit_is_of_what_is_inflated),
        cmocka_unit_test(a_bomb_is_stopped_at_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
