/*
 * sink -- where the bytes of one transfer go: heads, body, trailers.
 *
 * To standard output (printed.h), to a file (saved.h), or nowhere; -i adds heads to
 * the body, -D writes them to a place of their own (head_dump.h).  A body that broke off
 * goes on where it did, if it can be known again (continuation.h).  The first
 * failure stays in `status` and `message`; the owner reads them after each call.
 */
#ifndef CLI_FETCH_SINK_H
#define CLI_FETCH_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "fetch/body_checks.h"
#include "fetch/printed.h"
#include "fetch/saved.h"
#include "fetch/shown.h"
#include "files/continuation.h"
#include "record/body_tally.h"
#include "request/cmdline.h"

struct time_condition;

struct sink {
    struct operation *op; /* its output options, and the file of -D */
    const struct target *target;
    /* After QV_PAUSE: standard output, or the pipe of -o, takes more. */
    void (*on_drain)(struct sink *s);
    /* Standard output is a terminal, or as if: how it gets heads and body.
     * NULL: every byte as it is.  sink_fini() frees it. */
    struct shown *shown;
    /* --json-out: what the record says of the body, which goes to no standard
     * output then; NULL: there is none. */
    struct body_tally *tally;
    /* -z: of the answer, in case the server does not look at it; see
     * time_condition_is_met() */
    const struct time_condition *condition;
    bool shows_heads;          /* as with -i */
    bool is_decoded;           /* codings of the body are undone */
    bool is_failing;           /* -f: bodies of errors do not come */
    struct printed printed;    /* standard output */
    struct saved saved;        /* the output file */
    struct body_checks checks; /* --checksum, --expect */
    int status;                /* of what failed here; 0: nothing has */
    char message[256];
    /* private: */
    uint64_t from;     /* -C: where the user has it go on */
    bool has_head;     /* a final one, in this try */
    bool is_saved;     /* a file has got its name */
    bool is_unmet;     /* -z: the body is not wanted */
    bool is_part_seen; /* sink_part_end() */
    struct str held;   /* -i with -J: heads, until the file has its name */
    struct continuation continuation;
    bool is_after_body; /* a body, ours or theirs, has been written */
    bool is_after_sent; /* ours was the last one */
};

/* The members that are not private are set, those of `printed` and `saved` too. */
void sink_init(struct sink *s);

/* Before the transfer, once it has its name.  -C: *offset says where it goes on,
 * and *validator what of; free() it. */
void sink_begin(struct sink *s, uint64_t *offset, char **validator);
/* After that: are the first saved.had bytes of the file to be told, and then their
 * end, before the transfer starts?  Of one that cannot be read errno says why
 * (part_reader.h), and the sink has failed. */
bool sink_wants_part(const struct sink *s);
void sink_part(struct sink *s, const void *data, size_t len);
void sink_part_end(struct sink *s, bool is_read);

/* The transfer has its place: what goes to standard output later waits for what
 * it will write there. */
void sink_await(struct sink *s);
/* It has to be tried again: nothing waits for it any more. */
void sink_yield(struct sink *s);

/* -i and -D, and what the head means to the file. */
void sink_head(struct sink *s, const struct qv_head *head);
void sink_trailers(struct sink *s, const struct qv_field *fields, size_t n);

/* QV_ABORT: it has failed, now or before. */
enum qv_flow sink_body(struct sink *s, const void *data, size_t len);

/* In on_restart(): takes back what came, or asks for the rest alone; false when
 * neither can be. */
bool sink_restart(struct sink *s, struct qv_transfer *t);

/* -C: what is there is not of the whole, and would be continued for ever. */
void sink_discard(struct sink *s);
/* The transfer is over; what was received is kept or, with NULL, thrown away. */
void sink_finish(struct sink *s, const struct qv_result *keep);
/* --print: text that does not come from the server, to where the body goes: a
 * head of a request or a block of facts, behind an empty line if a body stands
 * before it; or a piece of a request's body. */
enum qv_flow sink_add(struct sink *s, const void *data, size_t len);
/* Its reader is behind. */
bool sink_is_full(const struct sink *s);
enum qv_flow sink_add_sent(struct sink *s, const void *data, size_t len);
/* Text of -w, after that. */
void sink_text(struct sink *s, const char *text, size_t len);
/* The same for text that servers had a part in. */
void sink_told_text(struct sink *s, const struct str *text);
/* The last thing that is written was. */
void sink_close(struct sink *s);
void sink_fini(struct sink *s);

#endif
