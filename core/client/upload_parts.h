/*
 * upload_parts -- a request body made of pieces: bytes, files, and what is read
 * as it comes.
 *
 * Many transfers wait with their bodies while few are sent, so a file is open
 * only from its first byte to its last.  Its length is promised to the server
 * before that: a file that is gone or has become shorter is a fault, and what
 * was added to one is not sent.
 */
#ifndef CORE_CLIENT_UPLOAD_PARTS_H
#define CORE_CLIENT_UPLOAD_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "client/upload.h"
#include "http/body.h"
#include "quiver.h"

struct mime_encoder;

struct upload_parts {
    struct body_source source;
    const struct qv_body_part *parts;
    size_t nparts;
    int64_t total; /* bytes of all of them; -1: their end tells */
    int64_t *lens; /* of each before it is encoded; -1: likewise */
    size_t at;     /* the part that is read */
    int64_t pos;   /* in it, before it is encoded */
    /* Of the part at hand: */
    struct loop *loop;
    struct upload *file;          /* lent; open if fd is */
    int fd;                       /* of it, -1: not open */
    struct mime_encoder *encoder; /* NULL: none of them needed one yet */
    bool is_encoding;             /* it is this part's */
};

/* The parts are borrowed, and so is `file`, whose on_ready says that a part
 * which had nothing has bytes.  Empty until it is measured. */
void upload_parts_init(struct upload_parts *u, const struct qv_body_part *parts,
                       size_t nparts);
/* For parts that are no regular files; before the first read. */
void upload_parts_use(struct upload_parts *u, struct loop *loop,
                      struct upload *file);
void upload_parts_fini(struct upload_parts *u);

/* Asks how long the files are; once, before the first read.  False with *fault
 * (ERR_READ), which names the file. */
bool upload_parts_measure(struct upload_parts *u, struct fault *fault);

#endif
