/*
 * body_tally -- what a record tells of a body, gathered while the body comes: its
 * length, its SHA-256, and with --body inline its bytes up to a cap.
 */
#ifndef CLI_RECORD_BODY_TALLY_H
#define CLI_RECORD_BODY_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "record/facts.h"

struct body_tally {
    enum record_body_mode mode;
    size_t cap;      /* inline: bytes that are kept */
    struct str kept; /* its memory stays for the next body */
    uint64_t total;  /* bytes of the whole */
    bool is_hashed;
    struct qv_sha256 hash;
    char hex[65];
};

/* *b is zeroed, or of an earlier body. */
void body_tally_begin(struct body_tally *b, enum record_body_mode mode,
                      size_t cap, bool is_hashed);
void body_tally_add(struct body_tally *b, const void *data, size_t len);
/* Bytes that are counted already: for the hash alone. */
void body_tally_look(struct body_tally *b, const void *data, size_t len);
/* The body comes again, behind its first `had` bytes; the hash has seen none of
 * them. */
void body_tally_begin_again(struct body_tally *b, uint64_t had);
/* The body is complete. */
void body_tally_finish(struct body_tally *b);
/* Lives as long as the tally.  file: where the body was written, or NULL. */
struct record_body body_tally_record(const struct body_tally *b,
                                     const char *file);
/* Ready for another; not much memory is held on to. */
void body_tally_reset(struct body_tally *b);
void body_tally_fini(struct body_tally *b);

#endif
