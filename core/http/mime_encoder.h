/*
 * mime_encoder -- bytes as the transfer encodings of MIME write them (RFC 2045
 * 6), in pieces of any size.
 *
 * Input goes where room() says; what it becomes is read out until that says
 * IO_AGAIN: more input, or end() when there is none.
 */
#ifndef CORE_HTTP_MIME_ENCODER_H
#define CORE_HTTP_MIME_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum mime_encoding {
    MIME_ENCODING_NONE,
    MIME_ENCODING_7BIT, /* as it is; a byte over 127 is a fault */
    MIME_ENCODING_BASE64,
    MIME_ENCODING_QUOTED_PRINTABLE,
};

#define MIME_ENCODER_ROOM ((size_t)4096)

/* The longest that is written at once: a line end and four digits. */
#define MIME_ENCODER_UNIT ((size_t)6)

struct mime_encoder {
    enum mime_encoding encoding;
    unsigned column; /* in the line that is written */
    bool has_ended;
    size_t in_at; /* of the input, what is not written yet */
    size_t in_len;
    size_t unit_at; /* of what was written, what is not read yet */
    size_t unit_len;
    uint8_t unit[MIME_ENCODER_UNIT];
    uint8_t in[MIME_ENCODER_ROOM];
};

void mime_encoder_init(struct mime_encoder *e, enum mime_encoding encoding);

/* At least one byte after read() said IO_AGAIN. */
uint8_t *mime_encoder_room(struct mime_encoder *e, size_t *cap);
void mime_encoder_commit(struct mime_encoder *e, size_t n);
void mime_encoder_end(struct mime_encoder *e);

/* IO_OK with *n > 0, unless cap is 0; IO_AGAIN: it needs more input; IO_EOF: all
 * is read; IO_FAILED: *fault (ERR_READ). */
enum io mime_encoder_read(struct mime_encoder *e, uint8_t *to, size_t cap,
                          size_t *n, struct fault *fault);

/* Of `len` bytes; -1: only the bytes themselves tell. */
int64_t mime_encoder_len(enum mime_encoding encoding, int64_t len);

#endif
