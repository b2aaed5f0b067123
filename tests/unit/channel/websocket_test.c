/* WebSocket: what the peer's bytes mean, by RFC 6455 5 to 8. */
#include "channel/websocket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "channel/websocket_rig.h"

/* ---- messages and their fragments (RFC 6455 5.4, 5.5) ---- */

static void messages_are_told_whole(void **state)
{
    static const struct websocket_rig_fixture fixtures[] = {
        {"a text", {F(0x81, "Hello")}, "text:Hello"},
        {"a binary", {F(0x82, "\x01\xff")}, "binary:\x01\xff"},
        {"nothing", {{0}}, ""},
        {"empty ones", {F(0x81, ""), F(0x82, "")}, "text binary"},
        {"three",
         {F(0x81, "a"), F(0x82, "b"), F(0x81, "c")},
         "text:a binary:b text:c"},
        {"two fragments", {F(0x01, "Hel"), F(0x80, "lo")}, "text:Hello"},
        {"four fragments",
         {F(0x02, "a"), F(0x00, "b"), F(0x00, ""), F(0x80, "c")},
         "binary:abc"},
        {"an empty last fragment",
         {F(0x01, "Hello"), F(0x80, "")},
         "text:Hello"},
        {"an empty first fragment",
         {F(0x01, ""), F(0x80, "Hello")},
         "text:Hello"},
        {"empty fragments only",
         {F(0x01, ""), F(0x00, ""), F(0x80, "")},
         "text"},
        {"a ping within",
         {F(0x01, "Hel"), F(0x89, "?"), F(0x80, "lo")},
         "ping:? text:Hello"},
        {"control frames within",
         {F(0x01, ""), F(0x89, ""), F(0x00, "a"), F(0x8a, "x"), F(0x80, "b"),
          F(0x82, "c")},
         "ping pong:x text:ab binary:c"},
        {"a close within",
         {F(0x01, "Hel"), F(0x88, ""), F(0x80, "lo")},
         "close:1005"},
        {"an unfinished message", {F(0x01, "Hel"), F(0x00, "lo")}, ""},
        {"a continuation of nothing",
         {F(0x80, "x"), F(0x81, "a")},
         "failed:1002"},
        {"a continuation after the end",
         {F(0x01, "a"), F(0x80, "b"), F(0x00, "c")},
         "text:ab failed:1002"},
        {"a text within a text", {F(0x01, "a"), F(0x81, "b")}, "failed:1002"},
        {"a binary within a text", {F(0x01, "a"), F(0x02, "b")}, "failed:1002"},
        {"nothing after a failure", {F(0x83, ""), F(0x81, "a")}, "failed:1002"},
    };
    (void)state;
    CHECK_FIXTURES(fixtures, .deflate = NULL);
}

static void control_frames_are_short_and_whole(void **state)
{
    static char long_text[127];
    memset(long_text, 'x', sizeof long_text);
    const struct websocket_rig_fixture fixtures[] = {
        {"a ping", {F(0x89, "\xff\x00")}, "ping:\xff"},
        {"an empty ping", {F(0x89, "")}, "ping"},
        {"one after the other",
         {F(0x89, "first"), F(0x8a, "2"), F(0x89, "third")},
         "ping:first pong:2 ping:third"},
        {"a pong nobody asked for", {F(0x8a, "x")}, "pong:x"},
        {"125 bytes", {{0x89, long_text, 125}}, "ping:125*x"},
        {"126 bytes", {{0x89, long_text, 126}}, "failed:1002"},
        {"a close of 126 bytes", {{0x88, long_text, 126}}, "failed:1002"},
        {"a fragmented ping", {F(0x09, "a"), F(0x80, "b")}, "failed:1002"},
        {"a fragmented pong", {F(0x0a, "a")}, "failed:1002"},
        {"a fragmented close", {F(0x08, "")}, "failed:1002"},
    };
    (void)state;
    CHECK_FIXTURES(fixtures, .deflate = NULL);
}

static void first_bytes_have_the_meaning_of_rfc_6455_5_2(void **state)
{
    static const char *const of_opcode[16] = {
        [0] = "failed:1002", /* continues nothing */
        [1] = "text",        [2] = "binary", [8] = "close:1005",
        [9] = "ping",        [10] = "pong",
    };
    (void)state;
    for (unsigned first = 0; first < 256; first++) {
        const char *wanted = of_opcode[first & 0x0f];
        bool is_control = (first & 0x0f) >= 8;
        if (first & 0x70 || wanted == NULL || (is_control && first < 0x80))
            wanted = "failed:1002";
        else if (first < 0x80 && (first & 0x0f) > 0)
            wanted = ""; /* the rest of the message has not come */
        struct websocket_rig_frame f = {(uint8_t)first, "", 0};
        websocket_rig_check_roles("a first byte",
                                  &(struct websocket_options){.deflate = NULL},
                                  &f, 1, wanted);
    }
}

/* ---- text (RFC 6455 8.1, RFC 3629) ---- */

static const struct {
    const char *text;
    bool is_valid;
} texts[] = {
    {"k\xc3\xb6stlich \xe2\x82\xac \xf0\x9f\x98\x80", true},
    {"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", true},
    {"\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80", true},
    {"\xf4\x8f\xbf\xbf", true},         /* the last code point */
    {"\xed\x9f\xbf\xee\x80\x80", true}, /* around the surrogates */
    {"\xef\xbf\xbe\xef\xbf\xbf", true}, /* no characters, but UTF-8 */
    {"0123456789abcdefghijklmnopqrstuvwxyz", true},
    {"\x80", false},
    {"abc\xbf", false},
    {"\xc0\x80", false}, /* overlong */
    {"\xc1\xbf", false},
    {"\xe0\x9f\xbf", false},
    {"\xf0\x8f\xbf\xbf", false},
    {"\xed\xa0\x80", false}, /* surrogates */
    {"\xed\xbf\xbf", false},
    {"\xf4\x90\x80\x80", false}, /* over U+10FFFF */
    {"\xf5\x80\x80\x80", false},
    {"\xfe", false},
    {"\xff", false},
    {"abc\xe2\x82", false}, /* cut */
    {"abc\xf0\x9f\x98", false},
    {"0123456789abcdef\xc3", false},
    {"\xc3(", false},
    {"\xe2\x82(", false},
    {"\xf0\x9f\x98(", false},
};

/* In two fragments with a ping between them, cut at every byte. */
static void text_is_checked_across_fragments(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = texts[i].text;
        size_t len = strlen(text);
        for (size_t cut = 0; cut <= len; cut++) {
            struct websocket_rig_frame frames[] = {
                {0x01, text, cut},
                {0x80, text + cut, len - cut},
            };
            char wanted[100] = "failed:1007";
            if (texts[i].is_valid)
                (void)snprintf(wanted, sizeof wanted, "text:%s", text);
            websocket_rig_check_roles(
                "text", &(struct websocket_options){.deflate = NULL}, frames, 2,
                wanted);
        }
    }
}

static void text_fails_at_its_first_bad_byte(void **state)
{
    static const struct websocket_rig_fixture fixtures[] = {
        {"before its last fragment",
         {F(0x01, "a\xff"), F(0x89, "x")},
         "failed:1007"},
        {"not at a sequence that may go on",
         {F(0x01, "a\xc3"), F(0x89, "x")},
         "ping:x"},
        {"not over the end of a message",
         {F(0x81, "a\xc3"), F(0x81, "\xa4")},
         "failed:1007"},
        {"not in binary",
         {F(0x82, "\xff\xfe"), F(0x02, "\xc3"), F(0x80, "(")},
         "binary:\xff\xfe binary:\xc3("},
        {"a binary after it is none of its business",
         {F(0x01, "\xc3"), F(0x80, "\xa4"), F(0x82, "\xa4")},
         "text:\xc3\xa4 binary:\xa4"},
    };
    (void)state;
    CHECK_FIXTURES(fixtures, .deflate = NULL);

    /* The frame is not complete, nor will it ever be. */
    struct websocket ws;
    struct str log;
    str_init(&log);
    websocket_init(&ws, &(struct websocket_options){.role = WEBSOCKET_CLIENT});
    websocket_rig_feed(&ws,
                       SPAN_LIT("\x81\x7d"
                                "abc\xed\xa0"),
                       &log);
    assert_string_equal(str_text(&log), "failed:1007");
    websocket_fini(&ws);
    str_fini(&log);
}

/* ---- closing (RFC 6455 5.5.1, 7.4) ---- */

static void close_frames_have_a_code_and_a_reason(void **state)
{
    static const struct websocket_rig_fixture fixtures[] = {
        {"nothing", {F(0x88, ""), F(0x81, "late")}, "close:1005"},
        {"half a code", {F(0x88, "\x03")}, "failed:1002"},
        {"a code", {F(0x88, "\x03\xe8")}, "close:1000"},
        {"a reason",
         {F(0x88, "\x03\xe8"
                  "bye")},
         "close:1000:bye"},
        {"a reason in UTF-8",
         {F(0x88, "\x03\xe9\xc3\xa4")},
         "close:1001:\xc3\xa4"},
        {"a reason that is none", {F(0x88, "\x03\xe8\xff")}, "failed:1007"},
        {"a reason that is cut", {F(0x88, "\x03\xe8\xe2\x82")}, "failed:1007"},
        {"a message, then the end",
         {F(0x81, "a"), F(0x88, "\x0f\xa0")},
         "text:a close:4000"},
    };
    (void)state;
    CHECK_FIXTURES(fixtures, .deflate = NULL);
}

static void close_codes_are_those_of_rfc_6455_7_4(void **state)
{
    static const struct {
        unsigned first;
        unsigned last;
    } valid[] = {{1000, 1003}, {1007, 1014}, {3000, 4999}};
    (void)state;
    for (unsigned code = 0; code < 6000; code++) {
        bool is_valid = false;
        for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++)
            if (code >= valid[i].first && code <= valid[i].last)
                is_valid = true;
        char body[3] = {(char)(code >> 8), (char)code, 'x'};
        struct websocket_rig_frame f = {0x88, body, sizeof body};
        struct str wire;
        char wanted[32] = "failed:1002";
        if (is_valid)
            (void)snprintf(wanted, sizeof wanted, "close:%u:x", code);
        assert_int_equal(websocket_is_close_code(code), is_valid);
        str_init(&wire);
        websocket_rig_add(&wire, &f, false);
        websocket_rig_check(
            "code", &(struct websocket_options){.role = WEBSOCKET_CLIENT},
            str_span(&wire), 0, SIZE_MAX, wanted);
        str_fini(&wire);
    }
}

/* ---- lengths and masks (RFC 6455 5.2, 5.3) ---- */

static void lengths_have_their_shortest_form(void **state)
{
    static const struct {
        int extended; /* bytes */
        uint64_t len;
        bool is_valid;
    } cases[] = {
        {0, 0, true},           {0, 125, true},
        {2, 0, false},          {2, 125, false},
        {2, 126, true},         {2, 127, true},
        {2, 65535, true},       {8, 0, false},
        {8, 125, false},        {8, 126, false},
        {8, 65535, false},      {8, 65536, true},
        {8, 200000, true},      {8, (uint64_t)1 << 63, false},
        {8, UINT64_MAX, false},
    };
    static char payload[200000];
    (void)state;
    memset(payload, 'x', sizeof payload);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t len = cases[i].len;
        uint8_t head[10] = {0x82, (uint8_t)len};
        size_t at = 2;
        if (cases[i].extended > 0)
            head[1] = cases[i].extended == 2 ? 126 : 127;
        for (int left = cases[i].extended; left > 0; left--)
            head[at++] = (uint8_t)(len >> 8 * (left - 1));
        struct str wire;
        str_init(&wire);
        str_add(&wire, span_of(head, at));
        char wanted[40] = "failed:1002";
        if (cases[i].is_valid) {
            str_add(&wire, span_of(payload, (size_t)len));
            (void)snprintf(wanted, sizeof wanted, "binary:%zu*x", (size_t)len);
        }
        websocket_rig_check_cuts(
            "length", &(struct websocket_options){.role = WEBSOCKET_CLIENT},
            str_span(&wire), len > 0 || !cases[i].is_valid ? wanted : "binary");
        str_fini(&wire);
    }
}

static void a_length_over_the_limit_fails_before_its_payload(void **state)
{
    static const struct websocket_rig_fixture fixtures[] = {
        {"at the limit", {F(0x81, "0123456789")}, "text:0123456789"},
        {"over it", {F(0x81, "0123456789x")}, "failed:1009"},
        {"fragments at it",
         {F(0x02, "01234"), F(0x00, ""), F(0x80, "56789")},
         "binary:0123456789"},
        {"fragments over it",
         {F(0x01, "01234"), F(0x80, "567890")},
         "failed:1009"},
        {"each message for itself",
         {F(0x81, "0123456"), F(0x81, "0123456")},
         "text:0123456 text:0123456"},
        {"a ping may be longer", {F(0x89, "0123456789x")}, "ping:0123456789x"},
    };
    (void)state;
    CHECK_FIXTURES(fixtures, .message_max = 10);

    struct websocket ws;
    struct str log;
    str_init(&log);
    websocket_init(&ws, &(struct websocket_options){.role = WEBSOCKET_CLIENT});
    websocket_rig_feed(
        &ws, SPAN_LIT("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), &log);
    assert_string_equal(str_text(&log), "failed:1009");
    websocket_fini(&ws);
    str_fini(&log);
}

static void masks_are_for_one_direction_only(void **state)
{
    static const struct {
        enum websocket_role role;
        struct span wire;
        const char *wanted;
    } cases[] = {
        {WEBSOCKET_SERVER,
         {(const uint8_t *)"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11},
         "text:Hello"}, /* RFC 6455 5.7 */
        {WEBSOCKET_CLIENT, {(const uint8_t *)"\x81\x05Hello", 7}, "text:Hello"},
        {WEBSOCKET_CLIENT,
         {(const uint8_t *)"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11},
         "failed:1002"},
        {WEBSOCKET_SERVER,
         {(const uint8_t *)"\x81\x05Hello", 7},
         "failed:1002"},
        {WEBSOCKET_SERVER, {(const uint8_t *)"\x88\x00", 2}, "failed:1002"},
        {WEBSOCKET_SERVER, {(const uint8_t *)"\x81\x00", 2}, "failed:1002"},
        {WEBSOCKET_CLIENT,
         {(const uint8_t *)"\x89\x80\0\0\0\0", 6},
         "failed:1002"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        websocket_rig_check_cuts(
            "mask", &(struct websocket_options){.role = cases[i].role},
            cases[i].wire, cases[i].wanted);
}

static void masks_are_undone_wherever_a_payload_is_cut(void **state)
{
    static const char text[] = "The quick brown fox jumps over the dog.";
    (void)state;
    for (size_t len = 1; len < sizeof text; len++) {
        struct websocket_rig_frame f = {0x81, text, len};
        char wanted[60];
        (void)snprintf(wanted, sizeof wanted, "text:%.*s", (int)len, text);
        websocket_rig_check_roles("mask",
                                  &(struct websocket_options){.deflate = NULL},
                                  &f, 1, wanted);
    }
}

/* ---- stopping ---- */

static void reading_may_stop_between_events(void **state)
{
    static const struct websocket_rig_frame frames[] = {
        F(0x81, "one"), F(0x89, "two"), F(0x02, "th"), F(0x80, "ree")};
    struct websocket ws;
    struct websocket_event e;
    struct str wire;
    (void)state;
    str_init(&wire);
    for (size_t i = 0; i < 4; i++)
        websocket_rig_add(&wire, &frames[i], false);
    websocket_init(&ws, &(struct websocket_options){.role = WEBSOCKET_CLIENT});
    struct span in = str_span(&wire);
    assert_true(websocket_next(&ws, &in, &e));
    assert_int_equal(in.len, wire.len - 5);
    /* Not copied. */
    assert_ptr_equal(e.data.base, wire.base + 2);
    assert_true(websocket_next(&ws, &in, &e));
    assert_int_equal(in.len, wire.len - 10);
    assert_true(websocket_next(&ws, &in, &e));
    assert_true(span_equal(e.data, SPAN_LIT("three")));
    assert_false(websocket_next(&ws, &in, &e));
    websocket_fini(&ws);
    str_fini(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_told_whole),
        cmocka_unit_test(control_frames_are_short_and_whole),
        cmocka_unit_test(first_bytes_have_the_meaning_of_rfc_6455_5_2),
        cmocka_unit_test(text_is_checked_across_fragments),
        cmocka_unit_test(text_fails_at_its_first_bad_byte),
        cmocka_unit_test(close_frames_have_a_code_and_a_reason),
        cmocka_unit_test(close_codes_are_those_of_rfc_6455_7_4),
        cmocka_unit_test(lengths_have_their_shortest_form),
        cmocka_unit_test(a_length_over_the_limit_fails_before_its_payload),
        cmocka_unit_test(masks_are_for_one_direction_only),
        cmocka_unit_test(masks_are_undone_wherever_a_payload_is_cut),
        cmocka_unit_test(reading_may_stop_between_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
