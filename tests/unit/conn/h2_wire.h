/*
 * h2_wire -- an HTTP/2 peer that a test plays frame by frame, right or wrong,
 * at one end of a pipe.
 */
#ifndef TESTS_UNIT_CONN_H2_WIRE_H
#define TESTS_UNIT_CONN_H2_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include <nghttp2/nghttp2.h>

#include "base/span.h"
#include "base/str.h"
#include "transport/transport.h"

struct h2_wire {
    struct transport *t; /* NULL once it was closed */
    struct str in;
    size_t pos;
    bool is_started; /* a client's magic was skipped */
    nghttp2_hd_deflater *deflater;
    nghttp2_hd_inflater *inflater;
};

struct h2_wire_frame {
    uint8_t type;
    uint8_t flags;
    int32_t id;
    struct span payload; /* valid until the next one */
};

void h2_wire_init(struct h2_wire *w, struct transport *t);
void h2_wire_fini(struct h2_wire *w);

/* ---- sending ---- */

void h2_wire_frame(struct h2_wire *w, uint8_t type, uint8_t flags, int32_t id,
                   struct span payload);
/* A frame whose payload is a 32-bit number, or two. */
void h2_wire_u32(struct h2_wire *w, uint8_t type, uint8_t flags, int32_t id,
                 uint32_t value);
void h2_wire_goaway(struct h2_wire *w, int32_t last, uint32_t code);
void h2_wire_goaway_text(struct h2_wire *w, int32_t last, uint32_t code,
                         const char *text);
void h2_wire_setting(struct h2_wire *w, uint16_t id, uint32_t value);
/* Empty SETTINGS and the ACK of the other side's. */
void h2_wire_hello(struct h2_wire *w);
/* HEADERS with END_HEADERS; names and values in turn, NULL at the end. */
void h2_wire_head(struct h2_wire *w, int32_t id, int flags, ...);
void h2_wire_data(struct h2_wire *w, int32_t id, uint8_t flags,
                  const char *text);
/* 200 with this body and its length. */
void h2_wire_answer(struct h2_wire *w, int32_t id, const char *body);
/* A compressed section, to be cut as one likes; valid until the next. */
struct span h2_wire_block(struct h2_wire *w, struct str *block,
                          const nghttp2_nv *nva, size_t n);

/* ---- receiving ---- */

/* The next complete frame; false when none has arrived. */
bool h2_wire_next(struct h2_wire *w, struct h2_wire_frame *f);
/* Skips to the next of that type; false when there is none. */
bool h2_wire_find(struct h2_wire *w, uint8_t type, struct h2_wire_frame *f);
uint32_t h2_wire_code(const struct h2_wire_frame *f); /* RST, GOAWAY */
/* The section of a HEADERS frame, "name: value\n" each. */
void h2_wire_fields(struct h2_wire *w, const struct h2_wire_frame *f,
                    struct str *text);

#endif
