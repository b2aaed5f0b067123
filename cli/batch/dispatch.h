/*
 * dispatch -- which entry of a batch is sent when, and what stops that.
 *
 * It takes entries from the input while there is room for them, makes tasks of
 * them, and sees to their ends.  dispatch_fill() is to be called whenever the
 * input, the engine or the reader of the records may have changed its mind.
 */
#ifndef CLI_BATCH_DISPATCH_H
#define CLI_BATCH_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch/after.h"
#include "batch/batch_left.h"
#include "batch/batch_open.h"
#include "batch/batch_options.h"
#include "batch/batch_state.h"
#include "batch/tasks.h"
#include "core/quiver.h"
#include "engine/engine.h"

struct dispatch {
    struct engine *engine;
    const struct batch_options *options;
    struct batch_state state;
    struct tasks tasks; /* those on their way */
    struct after after; /* of them, those that wait for others */
    /* private: */
    struct task_env env;
    unsigned max_parallel;
    struct input *input; /* NULL: nothing more comes; else the client is held */
    struct results *results;
    struct outlets outlets; /* of bodies */
    struct part_readers parts;
    struct batch_left left; /* of the input, when nothing more is begun */
    struct qv_timer turn;   /* goes on with the input in the next turn */
    size_t line_size;       /* of a record, about: that of the largest lately */
    uint64_t ended_to;      /* behind the highest seq that has a record */
    bool is_held;           /* the client, for after_next() */
    bool has_paused;        /* some tasks wait for the reader of the records */
};

/* *d is zeroed, what is given outlives it.  defaults: of every entry. */
void dispatch_init(struct dispatch *d, struct engine *engine,
                   const struct batch_options *o,
                   const struct operation *defaults, unsigned max_parallel);
/* Input and output, of which either may be NULL for one that could not be
 * opened; the input is taken over. */
void dispatch_open(struct dispatch *d, const struct batch_opened *opened);
/* The client does not run any more. */
void dispatch_fini(struct dispatch *d);

void dispatch_fill(struct dispatch *d);
/* Records can be written again, or cannot be written at all. */
void dispatch_on_output(struct dispatch *d);
/* Nothing new is begun; what is on its way finishes. */
void dispatch_drain(struct dispatch *d);
/* What is on its way ends without a record. */
void dispatch_stop(struct dispatch *d);

#endif
