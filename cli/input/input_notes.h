/*
 * input_notes -- what is odd in the input of a batch, and stops nothing.
 *
 * A note is one line that begins with the file and the place.  Of each file a
 * few are told, and how many more there were.
 */
#ifndef CLI_INPUT_INPUT_NOTES_H
#define CLI_INPUT_INPUT_NOTES_H

#include <stdbool.h>
#include <stdint.h>

struct input_notes {
    void (*on_note)(void *user, const char *text); /* NULL: nobody asks */
    void *user;
    const char *file; /* that is read */
    uint64_t n;       /* of this file */
};

/* The next file; what was kept quiet of the one before is counted. */
void input_notes_begin(struct input_notes *n, const char *file);
void input_notes_end(struct input_notes *n);

/* "list.curl:7: warning: ..." */
void input_notes_line(struct input_notes *n, uint64_t line, const char *text);
/* "page.har: entry 7: warning: ..." */
void input_notes_entry(struct input_notes *n, uint64_t entry, const char *text);
/* "page.har: ..."; always told. */
void input_notes_file(struct input_notes *n, const char *text);

#endif
