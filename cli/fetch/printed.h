/*
 * printed -- what a job writes to standard output.
 *
 * In its turn among the others (lane.h).  The lane is there from the first byte on,
 * or from printed_await(): a job that writes to a file alone takes none.
 */
#ifndef CLI_FETCH_PRINTED_H
#define CLI_FETCH_PRINTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quiver.h"
#include "files/lane.h"

struct printed {
    struct lanes *lanes;
    uint64_t number;   /* of its lane */
    bool is_immediate; /* -N */
    /* After QV_PAUSE: standard output takes more. */
    void (*on_drain)(struct printed *p);
    bool
        has_answer; /* something of the answer was written: no try is taken back */
    char last;      /* byte that was written; 0: none was */
    /* private: */
    struct lane *lane;
};

/* The transfer has its place: what others write later waits for what comes here. */
void printed_await(struct printed *p);
/* It has to be tried again: nothing waits for it any more. */
void printed_yield(struct printed *p);

/* QV_ABORT: standard output has failed, with lanes->writer.failed. */
enum qv_flow printed_write(struct printed *p, const void *data, size_t len);

/* Its reader is behind. */
bool printed_is_full(const struct printed *p);

/* The last byte was written.  The next lane has its turn. */
void printed_close(struct printed *p);

#endif
