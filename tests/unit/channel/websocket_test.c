/*
 * WebSocket: what the peer's bytes mean, by RFC 6455 5 to 8 and RFC 7692 7.2.
 *
 * Each fixture is read by a server and by a client, in one piece, cut in two at
 * every place, and byte by byte: always with the same outcome.
 */
#include "channel/websocket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/xalloc.h"

static struct buf_pool pool;

/* ---- a peer that sends what it is told to ---- */

struct frame {
    uint8_t first; /* FIN, RSV, opcode */
    const char *payload;
    size_t len;
};

#define F(first, text)                                                         \
    {                                                                          \
        first, text, sizeof(text) - 1                                          \
    }
#define FRAMES_MAX 6

static void add_frame(struct str *wire, const struct frame *f, bool is_masked)
{
    static uint8_t turn;
    struct websocket_frame head = {
        .is_final = f->first & 0x80,
        .reserved = f->first & 0x70,
        .opcode = f->first & 0x0f,
        .is_masked = is_masked,
        .mask = {0xa5, ++turn, 0x00, 0xff},
        .len = f->len,
    };
    uint8_t bytes[WEBSOCKET_FRAME_HEAD_MAX];
    str_add(wire, span_of(bytes, websocket_frame_write(&head, bytes)));
    uint8_t *to = (uint8_t *)str_reserve(wire, f->len);
    memcpy(to, f->payload, f->len);
    if (is_masked)
        websocket_frame_mask(to, span_of(to, f->len), head.mask, 0);
    str_commit(wire, f->len);
}

/* ---- what was read, as text ---- */

static const char *const names[] = {
    [WEBSOCKET_TEXT] = "text",   [WEBSOCKET_BINARY] = "binary",
    [WEBSOCKET_PING] = "ping",   [WEBSOCKET_PONG] = "pong",
    [WEBSOCKET_CLOSE] = "close", [WEBSOCKET_FAILED] = "failed",
};

static void note(struct str *log, const struct websocket_event *e)
{
    if (log->len > 0)
        str_add_text(log, " ");
    str_add_text(log, names[e->what]);
    assert_true((e->what == WEBSOCKET_FAILED) == (e->problem != NULL));
    if (e->what == WEBSOCKET_CLOSE || e->what == WEBSOCKET_FAILED)
        str_printf(log, ":%u", e->code);
    if (e->data.len > 40) {
        str_printf(log, ":%zu*%c", e->data.len, e->data.base[0]);
    } else if (e->data.len > 0) {
        str_add_text(log, ":");
        str_add(log, e->data);
    }
}

/* From memory of its own, so that nothing is read behind it, or later. */
static void feed(struct websocket *ws, struct span bytes, struct str *log)
{
    char *copy = malloc(bytes.len > 0 ? bytes.len : 1);
    assert_non_null(copy);
    if (bytes.len > 0)
        memcpy(copy, bytes.base, bytes.len);
    struct span in = span_of(copy, bytes.len);
    struct websocket_event e;
    while (websocket_next(ws, &in, &e))
        note(log, &e);
    assert_int_equal(in.len, 0);
    free(copy);
}

static void check(const char *name, const struct websocket_options *o,
                  struct span wire, size_t cut, size_t piece,
                  const char *wanted)
{
    struct websocket ws;
    struct str log;
    websocket_init(&ws, o);
    str_init(&log);
    feed(&ws, span_of(wire.base, cut), &log);
    size_t n;
    for (size_t at = cut; at < wire.len; at += n) {
        n = wire.len - at < piece ? wire.len - at : piece;
        feed(&ws, span_of(wire.base + at, n), &log);
    }
    if (strcmp(str_text(&log), wanted) != 0)
        fail_msg("%s: %s, cut at %zu, pieces of %zu: \"%s\", not \"%s\"", name,
                 o->role == WEBSOCKET_SERVER ? "server" : "client", cut, piece,
                 str_text(&log), wanted);
    str_fini(&log);
    websocket_fini(&ws);
}

static void check_cuts(const char *name, const struct websocket_options *o,
                       struct span wire, const char *wanted)
{
    check(name, o, wire, 0, SIZE_MAX, wanted);
    check(name, o, wire, 0, 1, wanted);
    for (size_t cut = 1; cut < wire.len && wire.len < 1000; cut++)
        check(name, o, wire, cut, SIZE_MAX, wanted);
}

static void check_roles(const char *name, const struct websocket_options *o,
                        const struct frame *frames, size_t nframes,
                        const char *wanted)
{
    for (int role = WEBSOCKET_CLIENT; role <= WEBSOCKET_SERVER; role++) {
        struct websocket_options of_role = *o;
        struct str wire;
        str_init(&wire);
        of_role.role = (enum websocket_role)role;
        for (size_t i = 0; i < nframes && frames[i].payload; i++)
            add_frame(&wire, &frames[i], role == WEBSOCKET_SERVER);
        check_cuts(name, &of_role, str_span(&wire), wanted);
        str_fini(&wire);
    }
}

struct fixture {
    const char *name;
    struct frame frames[FRAMES_MAX];
    const char *events;
};

static void check_fixtures(const struct fixture *fixtures, size_t n,
                           const struct websocket_options *o)
{
    for (size_t i = 0; i < n; i++)
        check_roles(fixtures[i].name, o, fixtures[i].frames, FRAMES_MAX,
                    fixtures[i].events);
}

#define CHECK_FIXTURES(fixtures, ...)                                          \
    check_fixtures(fixtures, sizeof(fixtures) / sizeof *(fixtures),            \
                   &(struct websocket_options){__VA_ARGS__})

/* ---- messages and their fragments (RFC 6455 5.4, 5.5) ---- */

static void messages_are_told_whole(void **state)
{
    static const struct fixture fixtures[] = {
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
    const struct fixture fixtures[] = {
        {"a ping", {F(0x89, "\xff\x00")}, "ping:\xff"},
        {"an empty ping", {F(0x89, "")}, "ping"},
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
        struct frame f = {(uint8_t)first, "", 0};
        check_roles("a first byte",
                    &(struct websocket_options){.deflate = NULL}, &f, 1,
                    wanted);
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
            struct frame frames[] = {
                {0x01, text, cut},
                {0x80, text + cut, len - cut},
            };
            char wanted[100] = "failed:1007";
            if (texts[i].is_valid)
                (void)snprintf(wanted, sizeof wanted, "text:%s", text);
            check_roles("text", &(struct websocket_options){.deflate = NULL},
                        frames, 2, wanted);
        }
    }
}

static void text_fails_at_its_first_bad_byte(void **state)
{
    static const struct fixture fixtures[] = {
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
    feed(&ws,
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
    static const struct fixture fixtures[] = {
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
        struct frame f = {0x88, body, sizeof body};
        struct str wire;
        char wanted[32] = "failed:1002";
        if (is_valid)
            (void)snprintf(wanted, sizeof wanted, "close:%u:x", code);
        assert_int_equal(websocket_is_close_code(code), is_valid);
        str_init(&wire);
        add_frame(&wire, &f, false);
        check("code", &(struct websocket_options){.role = WEBSOCKET_CLIENT},
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
        check_cuts(
            "length", &(struct websocket_options){.role = WEBSOCKET_CLIENT},
            str_span(&wire), len > 0 || !cases[i].is_valid ? wanted : "binary");
        str_fini(&wire);
    }
}

static void a_length_over_the_limit_fails_before_its_payload(void **state)
{
    static const struct fixture fixtures[] = {
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
    feed(&ws, SPAN_LIT("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), &log);
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
        check_cuts("mask", &(struct websocket_options){.role = cases[i].role},
                   cases[i].wire, cases[i].wanted);
}

static void masks_are_undone_wherever_a_payload_is_cut(void **state)
{
    static const char text[] = "The quick brown fox jumps over the dog.";
    (void)state;
    for (size_t len = 1; len < sizeof text; len++) {
        struct frame f = {0x81, text, len};
        char wanted[60];
        (void)snprintf(wanted, sizeof wanted, "text:%.*s", (int)len, text);
        check_roles("mask", &(struct websocket_options){.deflate = NULL}, &f, 1,
                    wanted);
    }
}

/* ---- permessage-deflate (RFC 7692 6, 7.2) ---- */

static const struct websocket_deflate deflate_on = {.is_on = true};

static void compressed_messages_are_those_of_rfc_7692_7_2(void **state)
{
    static const struct fixture fixtures[] = {
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
    static const struct fixture fixtures[] = {
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
    static const struct fixture fixtures[] = {
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
    static const struct fixture fixtures[] = {
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

/* ---- what we send ---- */

static void take_all(struct buf *from, struct str *to)
{
    struct span piece;
    while (buf_peek(from, &piece, 1) > 0) {
        str_add(to, piece);
        buf_consume(from, piece.len);
    }
}

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
        take_all(&out, &wire);
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
    take_all(&out, &wire);
    assert_int_equal(wire.len, 200 * 11);
    int repeated = 0;
    for (int i = 0; i < 200; i++) {
        assert_memory_equal(wire.base + i * 11, "\x81\x85", 2);
        for (int j = 0; j < i; j++)
            if (memcmp(wire.base + i * 11 + 2, wire.base + j * 11 + 2, 4) == 0)
                repeated++;
    }
    assert_true(repeated < 2); /* one by chance: 5 in a million */
    check("masked", &(struct websocket_options){.role = WEBSOCKET_SERVER},
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
    take_all(&out, &wire);
    check("close", &(struct websocket_options){.role = WEBSOCKET_CLIENT},
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
        take_all(&out, &wire);
        check("reason", &(struct websocket_options){.role = WEBSOCKET_SERVER},
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
        take_all(&out, &wire);
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

/* 16 MiB of zeros are 16 KiB to send: they are read up to the limit, and the
 * memory follows what is read. */
static void a_bomb_is_stopped_at_the_limit(void **state)
{
    struct websocket client;
    struct websocket server;
    struct buf out;
    struct str wire;
    size_t len = (size_t)16 << 20;
    (void)state;
    char *zeros = xalloc_zeroed(len, 1);
    struct websocket_options o = {.role = WEBSOCKET_CLIENT,
                                  .deflate = &deflate_on};
    str_init(&wire);
    buf_init(&out, &pool);
    websocket_init(&client, &o);
    o.role = WEBSOCKET_SERVER;
    o.message_max = 100000;
    websocket_init(&server, &o);
    (void)websocket_send(&client, &out, WEBSOCKET_BINARY, span_of(zeros, len));
    take_all(&out, &wire);
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
    str_fini(&wire);
    free(zeros);
}

static void reading_may_stop_between_events(void **state)
{
    static const struct frame frames[] = {F(0x81, "one"), F(0x89, "two"),
                                          F(0x02, "th"), F(0x80, "ree")};
    struct websocket ws;
    struct websocket_event e;
    struct str wire;
    (void)state;
    str_init(&wire);
    for (size_t i = 0; i < 4; i++)
        add_frame(&wire, &frames[i], false);
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

static int free_pool(void **state)
{
    (void)state;
    buf_pool_fini(&pool);
    return 0;
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
        cmocka_unit_test(compressed_messages_are_those_of_rfc_7692_7_2),
        cmocka_unit_test(without_the_extension_rsv1_fails),
        cmocka_unit_test(without_takeover_each_message_stands_alone),
        cmocka_unit_test(the_limit_is_of_what_is_inflated),
        cmocka_unit_test(servers_write_the_frames_of_rfc_6455_5_7),
        cmocka_unit_test(clients_mask_with_another_mask_each_time),
        cmocka_unit_test(nothing_is_sent_after_a_close_frame),
        cmocka_unit_test(reasons_are_cut_between_characters),
        cmocka_unit_test(what_one_side_writes_the_other_reads),
        cmocka_unit_test(a_bomb_is_stopped_at_the_limit),
        cmocka_unit_test(reading_may_stop_between_events),
    };
    buf_pool_init(&pool);
    return cmocka_run_group_tests(tests, NULL, free_pool);
}
