/* What a WebSocket sends, by RFC 6455 5.2, 5.3 and 5.5.1, and that it is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "channel/websocket.h"
#include "channel/websocket_rig.h"

static struct buf_pool pool;

static void servers_write_the_frames_of_rfc_6455_5_7(void **state)
{
    static char zeros[65536];
    static const struct {
        enum websocket_what what;
        size_t len;
        struct span head;
    } cases[] = {
        {WEBSOCKET_TEXT, 5, {(const uint8_t *)"\x81\x05", 2}},
        {WEBSOCKET_PING, 5, {(const uint8_t *)"\x89\x05", 2}},
        {WEBSOCKET_PONG, 0, {(const uint8_t *)"\x8a\x00", 2}},
        {WEBSOCKET_BINARY, 125, {(const uint8_t *)"\x82\x7d", 2}},
        {WEBSOCKET_BINARY, 126, {(const uint8_t *)"\x82\x7e\x00\x7e", 4}},
        {WEBSOCKET_BINARY, 256, {(const uint8_t *)"\x82\x7e\x01\x00", 4}},
        {WEBSOCKET_BINARY, 65535, {(const uint8_t *)"\x82\x7e\xff\xff", 4}},
        {WEBSOCKET_BINARY,
         65536,
         {(const uint8_t *)"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct websocket ws;
        struct buf out;
        struct str wire;
        str_init(&wire);
        buf_init(&out, &pool);
        websocket_init(&ws,
                       &(struct websocket_options){.role = WEBSOCKET_SERVER});
        assert_true(websocket_send(&ws, &out, cases[i].what,
                                   span_of(zeros, cases[i].len)));
        websocket_rig_take(&out, &wire);
        assert_int_equal(wire.len, cases[i].head.len + cases[i].len);
        assert_memory_equal(wire.base, cases[i].head.base, cases[i].head.len);
        websocket_fini(&ws);
        buf_fini(&out);
        str_fini(&wire);
    }
}

static void clients_mask_with_another_mask_each_time(void **state)
{
    struct websocket ws;
    struct buf out;
    struct str wire;
    (void)state;
    str_init(&wire);
    buf_init(&out, &pool);
    websocket_init(&ws, &(struct websocket_options){.role = WEBSOCKET_CLIENT});
    for (int i = 0; i < 200; i++)
        (void)websocket_send(&ws, &out, WEBSOCKET_TEXT, SPAN_LIT("Hello"));
    websocket_rig_take(&out, &wire);
    assert_int_equal(wire.len, 200 * 11);
    int repeated = 0;
    for (int i = 0; i < 200; i++) {
        assert_memory_equal(wire.base + i * 11, "\x81\x85", 2);
        for (int j = 0; j < i; j++)
            if (memcmp(wire.base + i * 11 + 2, wire.base + j * 11 + 2, 4) == 0)
                repeated++;
    }
    assert_true(repeated < 2); /* one by chance: 5 in a million */
    websocket_rig_check("masked",
                        &(struct websocket_options){.role = WEBSOCKET_SERVER},
                        span_of(wire.base, 11), 0, 1, "text:Hello");
    websocket_fini(&ws);
    buf_fini(&out);
    str_fini(&wire);
}

static void nothing_is_sent_after_a_close_frame(void **state)
{
    struct websocket ws;
    struct buf out;
    struct str wire;
    (void)state;
    str_init(&wire);
    buf_init(&out, &pool);
    websocket_init(&ws, &(struct websocket_options){.role = WEBSOCKET_SERVER});
    assert_true(websocket_close(&ws, &out, 1000, SPAN_LIT("bye")));
    assert_true(ws.is_close_sent);
    assert_false(websocket_close(&ws, &out, 1000, SPAN_LIT("bye")));
    assert_false(websocket_send(&ws, &out, WEBSOCKET_TEXT, SPAN_LIT("x")));
    assert_false(websocket_send(&ws, &out, WEBSOCKET_PONG, SPAN_LIT("x")));
    websocket_rig_take(&out, &wire);
    websocket_rig_check("close",
                        &(struct websocket_options){.role = WEBSOCKET_CLIENT},
                        str_span(&wire), 0, SIZE_MAX, "close:1000:bye");
    websocket_fini(&ws);
    buf_fini(&out);
    str_fini(&wire);
}

static void reasons_are_cut_between_characters(void **state)
{
    static const struct {
        unsigned code;
        size_t before; /* bytes before the euro sign */
        const char *wanted;
    } cases[] = {
        {WEBSOCKET_CODE_NONE, 3, "close:1005"},
        {4999, 0, "close:4999:\xe2\x82\xac"},
        {1000, 120, "close:1000:123*x"},
        {1000, 121, "close:1000:121*x"},
        {1000, 122, "close:1000:122*x"},
        {1000, 123, "close:1000:123*x"},
        {1000, 200, "close:1000:123*x"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char reason[204];
        struct websocket ws;
        struct buf out;
        struct str wire;
        memset(reason, 'x', sizeof reason);
        memcpy(reason + cases[i].before, "\xe2\x82\xac", 3);
        str_init(&wire);
        buf_init(&out, &pool);
        websocket_init(&ws,
                       &(struct websocket_options){.role = WEBSOCKET_CLIENT});
        assert_true(websocket_close(&ws, &out, cases[i].code,
                                    span_of(reason, cases[i].before + 3)));
        websocket_rig_take(&out, &wire);
        websocket_rig_check(
            "reason", &(struct websocket_options){.role = WEBSOCKET_SERVER},
            str_span(&wire), 0, SIZE_MAX, cases[i].wanted);
        websocket_fini(&ws);
        buf_fini(&out);
        str_fini(&wire);
    }
}

/* ---- what one side writes the other reads ---- */

static void make_message(uint8_t *to, size_t len, unsigned kind)
{
    static uint32_t x = 1;
    for (size_t i = 0; i < len; i++) {
        x = x * 1103515245 + 12345;
        to[i] = (uint8_t)(kind == 0 ? x >> 24 : 'a' + (x >> 30));
    }
}

static void pass_messages(struct websocket *from, struct websocket *to,
                          size_t piece)
{
    static const size_t lens[] = {0,    1,     5,     60,    125,    126,   127,
                                  1000, 16360, 16380, 16384, 200000, 65536, 3};
    static uint8_t sent[200000];
    struct buf out;
    buf_init(&out, &pool);
    for (size_t i = 0; i < sizeof lens / sizeof lens[0] * 2; i++) {
        size_t len = lens[i / 2];
        enum websocket_what what = i % 2 ? WEBSOCKET_TEXT : WEBSOCKET_BINARY;
        struct str wire;
        struct websocket_event e;
        str_init(&wire);
        make_message(sent, len, (unsigned)i % 2);
        assert_true(websocket_send(from, &out, what, span_of(sent, len)));
        websocket_rig_take(&out, &wire);
        bool is_told = false;
        size_t n;
        for (size_t at = 0; at < wire.len; at += n) {
            n = wire.len - at < piece ? wire.len - at : piece;
            struct span in = span_of(wire.base + at, n);
            while (websocket_next(to, &in, &e)) {
                assert_false(is_told);
                assert_int_equal(e.what, what);
                assert_int_equal(e.data.len, len);
                assert_memory_equal(e.data.base, sent, len);
                is_told = true;
            }
        }
        assert_true(is_told);
        str_fini(&wire);
    }
    buf_fini(&out);
}

static void what_one_side_writes_the_other_reads(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 9 * 4; i++) {
        uint8_t bits = (uint8_t)(7 + i / 4); /* 7: without the extension */
        bool is_alone = i & 1;
        struct websocket_deflate d = {
            .is_on = bits > 7,
            .client_no_context_takeover = is_alone,
            .server_no_context_takeover = is_alone,
            .client_max_window_bits = bits,
            .server_max_window_bits = bits,
        };
        struct websocket client;
        struct websocket server;
        websocket_init(&client, &(struct websocket_options){
                                    .role = WEBSOCKET_CLIENT, .deflate = &d});
        websocket_init(&server, &(struct websocket_options){
                                    .role = WEBSOCKET_SERVER, .deflate = &d});
        pass_messages(&client, &server, i & 2 ? 1000 : SIZE_MAX);
        pass_messages(&server, &client, i & 2 ? 1000 : SIZE_MAX);
        websocket_fini(&client);
        websocket_fini(&server);
    }
}

static int free_pool(void **state)
{
    (void)state;
    buf_pool_fini(&pool);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(servers_write_the_frames_of_rfc_6455_5_7),
        cmocka_unit_test(clients_mask_with_another_mask_each_time),
        cmocka_unit_test(nothing_is_sent_after_a_close_frame),
        cmocka_unit_test(reasons_are_cut_between_characters),
        cmocka_unit_test(what_one_side_writes_the_other_reads),
    };
    buf_pool_init(&pool);
    return cmocka_run_group_tests(tests, NULL, free_pool);
}
