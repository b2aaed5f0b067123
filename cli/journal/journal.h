/*
 * journal -- what a batch has begun and what it has written, kept on disk.
 *
 * An append-only file that says of each entry when its request may have left
 * and where its line stands in the output.  After a crash at any moment the
 * two files together tell which entries are done, which may be repeated, and
 * which have an outcome that nobody knows.
 */
#ifndef CLI_JOURNAL_JOURNAL_H
#define CLI_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/journal_file.h"
#include "journal/journal_header.h"
#include "journal/journal_state.h"

/* A line that the output does not have yet. */
struct journal_held {
    uint64_t seq;
    uint64_t at; /* in the journal */
};

struct journal {
    struct journal_file file;
    struct journal_state state;
    struct journal_header_facts facts;
    bool is_resumed;
    struct journal_held *held; /* of earlier runs, by seq */
    size_t nheld;
    size_t held_cap;
    uint64_t output_end; /* of the lines that are noted */
    uint64_t synced;     /* the output was on the disk up to there */
    bool has_synced;
};

/* Opens, locks and reads it; resume: one that exists is gone on with, else it
 * is refused.  The facts are borrowed.  False with *message. */
bool journal_open(struct journal *j, const char *path, bool resume,
                  const struct journal_header_facts *facts, char *message,
                  size_t message_size);
void journal_close(struct journal *j);

/*
 * Brings the journal and the output, of *end bytes, together: for a new
 * journal the header is written.  For one that is gone on with, lines at the
 * end of the output that are whole are noted; the others are to be cut off by
 * the caller, at the new *end.  False with *message.
 */
bool journal_join(struct journal *j, int output_fd, uint64_t *end,
                  char *message, size_t message_size);

enum journal_entry journal_entry(const struct journal *j, uint64_t seq);

/* A byte of the request may leave after this has returned. */
void journal_note_start(struct journal *j, uint64_t seq, bool once);
/* The entry's line was written, behind the one noted before. */
void journal_note_done(struct journal *j, uint64_t seq, uint64_t len);
/* The output is on the disk up to there. */
void journal_note_synced(struct journal *j, uint64_t end);
/* The output is on the disk as far as noted; now the journal is as well. */
void journal_sync(struct journal *j);
/* The entry has ended, and its line waits for that of an earlier one. */
void journal_note_held(struct journal *j, uint64_t seq, const char *line,
                       size_t len);
/* Appends such a line of an earlier run; false when it cannot be read. */
bool journal_read_held(struct journal *j, const struct journal_held *h,
                       struct str *line);
int journal_failed(const struct journal *j); /* errno, 0 */

#endif
