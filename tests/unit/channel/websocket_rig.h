/*
 * websocket_rig -- bytes of a peer for a struct websocket, and what it says of
 * them.
 *
 * Each fixture is read by a server and by a client, in one piece, cut in two at
 * every place, and byte by byte: always with the same outcome.
 */
#ifndef TESTS_UNIT_CHANNEL_WEBSOCKET_RIG_H
#define TESTS_UNIT_CHANNEL_WEBSOCKET_RIG_H

#include "channel/websocket.h"

struct websocket_rig_frame {
    uint8_t first; /* FIN, RSV, opcode */
    const char *payload;
    size_t len;
};

#define F(first, text)                                                         \
    {                                                                          \
        first, text, sizeof(text) - 1                                          \
    }
#define FRAMES_MAX 6

/* The events as text: "text:Hello ping close:1000:bye failed:1002".  Of more
 * than 40 bytes: how many, and the first, "binary:126*x". */
struct websocket_rig_fixture {
    const char *name;
    struct websocket_rig_frame frames[FRAMES_MAX];
    const char *events;
};

/* Appends the frame as it is on the wire. */
void websocket_rig_add(struct str *wire, const struct websocket_rig_frame *f,
                       bool is_masked);
/* Appends what is queued. */
void websocket_rig_take(struct buf *from, struct str *to);
/* Reads it from memory of its own, so that nothing is read behind it, or
 * later. */
void websocket_rig_feed(struct websocket *ws, struct span bytes,
                        struct str *events);

/* The wire gives these events: when it is cut at one place, and the rest comes
 * in pieces; */
void websocket_rig_check(const char *name, const struct websocket_options *o,
                         struct span wire, size_t cut, size_t piece,
                         const char *events);
/* wherever it is cut; */
void websocket_rig_check_cuts(const char *name,
                              const struct websocket_options *o,
                              struct span wire, const char *events);
/* and for both roles, which have different wires. */
void websocket_rig_check_roles(const char *name,
                               const struct websocket_options *o,
                               const struct websocket_rig_frame *frames,
                               size_t nframes, const char *events);

void websocket_rig_check_all(const struct websocket_rig_fixture *fixtures,
                             size_t n, const struct websocket_options *o);

#define CHECK_FIXTURES(fixtures, ...)                                          \
    websocket_rig_check_all(fixtures, sizeof(fixtures) / sizeof *(fixtures),   \
                            &(struct websocket_options){__VA_ARGS__})

#endif
