/*
 * A chain of stages, the coding that was applied last first.  Reading pulls:
 * a stage that runs out of input asks the one before it, the first one takes
 * what was fed.  Pushing would have been shorter, but a push cannot stop
 * halfway when the consumer has enough.
 */
#include "client/decode.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "client/coding.h"

/* As many as curl allows: a longer chain is an attack. */
#define STAGES_MAX 5

#define STAGE_BUFFER ((size_t)16384)

/* How many bytes of an unknown name are shown. */
#define SHOWN 40

struct stage {
    struct coding *coding;
    struct span in;  /* not yet used: of the feed, or of the buffer below */
    uint8_t *buffer; /* output of the stage before this one; NULL for the
                        first, which takes the feed */
    bool is_started;
    bool has_ended;
};

struct decode {
    struct stage stages[STAGES_MAX]; /* in decoding order */
    size_t nstages;
};

void decode_free(struct decode *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->nstages; i++) {
        d->stages[i].coding->ops->free(d->stages[i].coding);
        free(d->stages[i].buffer);
    }
    free(d);
}

/* The list names codings in the order they were applied; the last is undone
 * first, so each newly named one goes to the front. */
static bool add_stage(struct decode *d, struct span name, struct fault *fault)
{
    if (d->nstages == STAGES_MAX) {
        fault_set(fault, ERR_CONTENT_CODING, 0,
                  "more than %d content codings on one body", STAGES_MAX);
        return false;
    }
    struct coding *c = coding_new(name);
    if (c == NULL) {
        fault_set(fault, ERR_CONTENT_CODING, 0,
                  "unknown content coding '%.*s'; known are " DECODE_ACCEPT,
                  (int)(name.len < SHOWN ? name.len : SHOWN),
                  (const char *)name.base);
        return false;
    }
    memmove(&d->stages[1], &d->stages[0], d->nstages * sizeof d->stages[0]);
    d->stages[0] = (struct stage){.coding = c};
    d->nstages++;
    return true;
}

/* "identity" has no business in this field (RFC 9110 8.4) and "none" is no
 * coding at all, but servers send both for a body as it is. */
static bool is_no_coding(struct span name)
{
    return span_equal_nocase(name, SPAN_LIT("identity")) ||
           span_equal_nocase(name, SPAN_LIT("chunked")) ||
           span_equal_nocase(name, SPAN_LIT("none"));
}

static bool add_list(struct decode *d, const struct fields *head,
                     const char *field, struct fault *fault)
{
    struct fields_list list = fields_list_of(head, field);
    struct span name;
    while (fields_list_next(&list, &name))
        if (!is_no_coding(name) && !add_stage(d, name, fault))
            return false;
    return true;
}

/* Those of the transfer were applied last; the codec has undone chunked. */
static bool add_lists(struct decode *d, const struct fields *head,
                      unsigned what, struct fault *fault)
{
    if ((what & DECODE_CONTENT) &&
        !add_list(d, head, "content-encoding", fault))
        return false;
    return !(what & DECODE_TRANSFER) ||
           add_list(d, head, "transfer-encoding", fault);
}

bool decode_new(struct decode **out, const struct fields *head, unsigned what,
                struct fault *fault)
{
    struct decode *d = XALLOC_NEW(struct decode);
    *out = NULL;
    if (!add_lists(d, head, what, fault)) {
        decode_free(d);
        return false;
    }
    for (size_t i = 1; i < d->nstages; i++)
        d->stages[i].buffer = xalloc_bytes(STAGE_BUFFER);
    if (d->nstages == 0) {
        decode_free(d);
        return true;
    }
    *out = d;
    return true;
}

void decode_feed(struct decode *d, struct span in)
{
    d->stages[0].in = in;
}

size_t decode_left(const struct decode *d)
{
    return d->stages[0].in.len;
}

static enum io broken(const struct stage *s, const char *how,
                      struct fault *fault)
{
    return fault_set(fault, ERR_CONTENT_CODING, 0, "%s: %s",
                     s->coding->ops->name, how);
}

/* Runs stage i once, with what input it has. */
static enum io run_stage(struct stage *s, uint8_t *out, size_t cap, size_t *n,
                         struct fault *fault)
{
    if (s->has_ended && s->in.len == 0)
        return IO_AGAIN;
    if (s->in.len > 0)
        s->is_started = true;
    s->has_ended = false;
    switch (s->coding->ops->run(s->coding, &s->in, out, cap, n)) {
    case CODING_BROKEN:
        return broken(s, "corrupt data", fault);
    case CODING_ENDED:
        s->has_ended = true;
        break;
    case CODING_MORE:
        break;
    }
    return *n > 0 ? IO_OK : IO_AGAIN;
}

static enum io read_stage(struct decode *d, size_t i, uint8_t *out, size_t cap,
                          size_t *n, struct fault *fault)
{
    struct stage *s = &d->stages[i];
    for (;;) {
        size_t before = s->in.len;
        *n = 0;
        enum io io = run_stage(s, out, cap, n, fault);
        if (io != IO_AGAIN)
            return io;
        if (s->in.len > 0) {
            if (s->in.len == before)
                return broken(
                    s, s->has_ended ? "bytes after the end" : "no progress",
                    fault);
            continue;
        }
        if (i == 0)
            return IO_AGAIN;
        size_t got = 0;
        io = read_stage(d, i - 1, s->buffer, STAGE_BUFFER, &got, fault);
        if (io != IO_OK)
            return io;
        s->in = span_of(s->buffer, got);
    }
}

enum io decode_read(struct decode *d, uint8_t *out, size_t cap, size_t *n,
                    struct fault *fault)
{
    return read_stage(d, d->nstages - 1, out, cap, n, fault);
}

bool decode_finish(struct decode *d, struct fault *fault)
{
    for (size_t i = 0; i < d->nstages; i++) {
        struct stage *s = &d->stages[i];
        if (s->is_started && !s->has_ended) {
            broken(s, "the data ends early", fault);
            return false;
        }
    }
    return true;
}
