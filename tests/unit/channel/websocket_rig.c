#include "channel/websocket_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

void websocket_rig_add(struct str *wire, const struct websocket_rig_frame *f,
                       bool is_masked)
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

void websocket_rig_take(struct buf *from, struct str *to)
{
    struct span piece;
    while (buf_peek(from, &piece, 1) > 0) {
        str_add(to, piece);
        buf_consume(from, piece.len);
    }
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

void websocket_rig_feed(struct websocket *ws, struct span bytes,
                        struct str *log)
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

void websocket_rig_check(const char *name, const struct websocket_options *o,
                         struct span wire, size_t cut, size_t piece,
                         const char *wanted)
{
    struct websocket ws;
    struct str log;
    websocket_init(&ws, o);
    str_init(&log);
    websocket_rig_feed(&ws, span_of(wire.base, cut), &log);
    size_t n;
    for (size_t at = cut; at < wire.len; at += n) {
        n = wire.len - at < piece ? wire.len - at : piece;
        websocket_rig_feed(&ws, span_of(wire.base + at, n), &log);
    }
    if (strcmp(str_text(&log), wanted) != 0)
        fail_msg("%s: %s, cut at %zu, pieces of %zu: \"%s\", not \"%s\"", name,
                 o->role == WEBSOCKET_SERVER ? "server" : "client", cut, piece,
                 str_text(&log), wanted);
    str_fini(&log);
    websocket_fini(&ws);
}

void websocket_rig_check_cuts(const char *name,
                              const struct websocket_options *o,
                              struct span wire, const char *wanted)
{
    websocket_rig_check(name, o, wire, 0, SIZE_MAX, wanted);
    websocket_rig_check(name, o, wire, 0, 1, wanted);
    for (size_t cut = 1; cut < wire.len && wire.len < 1000; cut++)
        websocket_rig_check(name, o, wire, cut, SIZE_MAX, wanted);
}

void websocket_rig_check_roles(const char *name,
                               const struct websocket_options *o,
                               const struct websocket_rig_frame *frames,
                               size_t nframes, const char *wanted)
{
    for (int role = WEBSOCKET_CLIENT; role <= WEBSOCKET_SERVER; role++) {
        struct websocket_options of_role = *o;
        struct str wire;
        str_init(&wire);
        of_role.role = (enum websocket_role)role;
        for (size_t i = 0; i < nframes && frames[i].payload; i++)
            websocket_rig_add(&wire, &frames[i], role == WEBSOCKET_SERVER);
        websocket_rig_check_cuts(name, &of_role, str_span(&wire), wanted);
        str_fini(&wire);
    }
}

void websocket_rig_check_all(const struct websocket_rig_fixture *fixtures,
                             size_t n, const struct websocket_options *o)
{
    for (size_t i = 0; i < n; i++)
        websocket_rig_check_roles(fixtures[i].name, o, fixtures[i].frames,
                                  FRAMES_MAX, fixtures[i].events);
}
