/*
 * part_reader -- gives the beginning of a file, which is there already, to who
 * judges the whole: a slice in each turn of the loop, so that whatever else runs
 * goes on, and of one file after the other.
 *
 * A reader that was started ends in exactly one on_end, never before
 * part_reader_start() has returned, or is cancelled.  The client runs as long as
 * there is one.
 */
#ifndef CLI_FILES_PART_READER_H
#define CLI_FILES_PART_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/list.h"
#include "core/quiver.h"

/* Those of a run. */
struct part_readers {
    /* private: */
    struct qv_client *client;
    struct qv_timer turn;
    struct list list; /* the first one is read */
    char *slice;
};

/* Zeroed, with these two set. */
struct part_reader {
    void (*on_bytes)(struct part_reader *r, const void *data, size_t len);
    /* errno says why it cannot be read, or is 0: it is shorter.  *r may be
     * freed, or started again. */
    void (*on_end)(struct part_reader *r, bool is_read);
    /* private: */
    struct part_readers *all; /* NULL: it is not started */
    struct list link;
    const char *path;
    uint64_t left;
    int fd;
};

void part_readers_init(struct part_readers *all, struct qv_client *client);
/* After every reader's end, and before the client's. */
void part_readers_fini(struct part_readers *all);

/* The first `len` bytes; the path is borrowed. */
void part_reader_start(struct part_readers *all, struct part_reader *r,
                       const char *path, uint64_t len);
bool part_reader_is_active(const struct part_reader *r);
/* Nothing if it is not active. */
void part_reader_cancel(struct part_reader *r);

#endif
