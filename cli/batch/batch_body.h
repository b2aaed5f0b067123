/*
 * batch_body -- what becomes of the body of one entry.
 *
 * Kept for its record up to a cap, written to a file that appears when it is
 * complete, hashed, or only counted.
 */
#ifndef CLI_BATCH_BATCH_BODY_H
#define CLI_BATCH_BATCH_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quiver.h"
#include "files/atomic_file.h"
#include "files/sums.h"
#include "record/body_tally.h"

struct batch_body {
    struct outlets *outlets; /* for bodies that go to a pipe or device */
    /* Of such a one: batch_body_is_full() no more.  Told from the loop. */
    void (*on_drain)(struct batch_body *b);
    /* private: */
    struct body_tally tally;
    char *path; /* file: where it goes */
    struct atomic_file file;
    bool is_open;             /* `file` is in use */
    bool is_continued;        /* what comes goes behind what is at the path, */
    uint64_t had;             /* so many bytes; they stay when the rest fails */
    struct sums sums;         /* of batch_body_check() */
    struct qv_sha256 *marked; /* the hash at batch_body_mark(); or NULL */
};

/* *b is zeroed, outlets and on_drain are set.  path: taken over; needed when the
 * mode is RECORD_BODY_FILE. */
void batch_body_begin(struct batch_body *b, enum record_body_mode mode,
                      size_t cap, bool is_hashed, char *path);
/* The checksums that it must have; before its first byte.  NULL: none. */
void batch_body_check(struct batch_body *b, const struct strings *checksums);
/* At its end; see sums_check(). */
bool batch_body_check_sums(struct batch_body *b, struct str *message);
/* The file at the path is gone on with: of its first bytes there are `had`.  The
 * SHA-256 of the whole takes a look at them, and is left out unless it is asked
 * for. */
void batch_body_continue(struct batch_body *b, uint64_t had, bool is_hashed);
/* Bytes that are there: for sums and hash. */
void batch_body_look(struct batch_body *b, const void *data, size_t len);
/* Does it want to see them? */
bool batch_body_looks(const struct batch_body *b);
/* It has seen them: it need not once more for another try. */
void batch_body_mark(struct batch_body *b);
/* They are a part of something that can be known again by this. */
void batch_body_note_validator(struct batch_body *b, const char *validator);
/* They are of another body: all of it comes. */
void batch_body_begin_anew(struct batch_body *b);
/* They are no good, and would be gone on with for ever. */
void batch_body_discard(struct batch_body *b);
/* False with errno: it cannot be written. */
bool batch_body_add(struct batch_body *b, const void *data, size_t len);
/* No more should come for now. */
bool batch_body_is_full(const struct batch_body *b);
/* Another try begins: what came is forgotten, but for what was there. */
void batch_body_restart(struct batch_body *b);
/* The body is complete; a file that is kept gets its name.  False with
 * errno. */
bool batch_body_finish(struct batch_body *b, bool keep);
/* For the record; lives until batch_body_reset(). */
struct record_body batch_body_record(const struct batch_body *b);
/* An entry that is not sent has none. */
void batch_body_forgo(struct batch_body *b);
/* Ready for another entry, or, after a cancel, gone without a trace. */
void batch_body_reset(struct batch_body *b);
void batch_body_fini(struct batch_body *b);

/*
 * The path for a file that an entry names, below `folder` (NULL: the current
 * one).  NULL with *why: it would lead out of the folder.  free() it.
 */
char *batch_body_path(const char *folder, const char *name, const char **why);
/* The same for an entry that names none: from its place and its id (JSON
 * text), unique within the input. */
char *batch_body_name(const char *folder, uint64_t seq, const char *id);

#endif
