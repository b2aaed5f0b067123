/*
 * upload -- a request body that is read from a descriptor as it is sent.
 *
 * A regular file is read where its offset stands and can be rewound; a pipe,
 * a socket or a terminal is read when it has something, without blocking and
 * without changing its flags (it may be shared with other processes).
 */
#ifndef CORE_CLIENT_UPLOAD_H
#define CORE_CLIENT_UPLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "http/body.h"
#include "io/loop.h"

struct upload {
    struct body_source source;
    /* The descriptor has bytes again, after read() said IO_AGAIN. */
    void (*on_ready)(struct upload *u);

    struct loop *loop;
    struct loop_fd watch;
    int64_t start; /* offset of the body in a regular file */
    int64_t len;   /* promised, -1: until the end */
    int64_t pos;
    bool is_file;
    bool is_pollable;
    bool is_ready; /* one read will not block */
};

/* fd stays the caller's, open until upload_fini().  len: bytes to send, -1 for
 * all until its end.  on_ready is set afterwards. */
void upload_init(struct upload *u, struct loop *loop, int fd, int64_t len);
void upload_fini(struct upload *u);

#endif
