/*
 * journal_header -- what two runs with one journal must have in common.
 *
 * The header is the journal's first lines: its format, a digest of the
 * options, each input's size, time and digest of its first and last 64 KiB,
 * and the output with the size that it had.
 */
#ifndef CLI_JOURNAL_JOURNAL_HEADER_H
#define CLI_JOURNAL_JOURNAL_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "journal/journal_line.h"

struct journal_header_facts {
    const char *const *inputs; /* "-": not looked at */
    size_t ninputs;
    uint64_t entries_max; /* most that the inputs can have; 0: unknown */
    const char *options;  /* any text */
    const char *output;   /* its name */
    uint64_t base;        /* size of the output before the first line */
    bool is_input_lost;   /* set: an input could not be read, which is no fault
                             of the journal's */
};

/* All lines of it.  False with *message: an input cannot be read. */
bool journal_header_make(struct journal_header_facts *f, struct str *out,
                         char *message, size_t size);

enum journal_header_verdict {
    JOURNAL_HEADER_GOOD,
    JOURNAL_HEADER_NONE,  /* an empty file, or one that was just begun */
    JOURNAL_HEADER_OTHER, /* *message says what differs */
};

/* Reads the header at the beginning of a journal, compares it with the facts
 * and sets f->base to its own. */
enum journal_header_verdict journal_header_read(struct line_reader *l,
                                                struct journal_header_facts *f,
                                                char *message, size_t size);

#endif
