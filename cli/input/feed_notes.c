#include "input/feed_notes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    TELL_MAX = 10, /* of a file */
    NOTE_SIZE = 400
};

static const char *name(const struct feed_notes *n)
{
    return strcmp(n->file, "-") == 0 ? "<stdin>" : n->file;
}

void feed_notes_begin(struct feed_notes *n, const char *file)
{
    n->file = file;
    n->n = 0;
}

void feed_notes_end(struct feed_notes *n)
{
    char text[60];
    if (n->n <= TELL_MAX)
        return;
    (void)snprintf(text, sizeof text, "%" PRIu64 " more notes of this kind",
                   n->n - TELL_MAX);
    n->n = 0;
    feed_notes_file(n, text);
}

static bool is_told(struct feed_notes *n)
{
    return n->on_note && ++n->n <= TELL_MAX;
}

void feed_notes_line(struct feed_notes *n, uint64_t line, const char *text)
{
    char note[NOTE_SIZE];
    if (!is_told(n))
        return;
    (void)snprintf(note, sizeof note, "%.150s:%" PRIu64 ": warning: %s",
                   name(n), line, text);
    n->on_note(n->user, note);
}

void feed_notes_entry(struct feed_notes *n, uint64_t entry, const char *text)
{
    char note[NOTE_SIZE];
    if (!is_told(n))
        return;
    (void)snprintf(note, sizeof note, "%.150s: entry %" PRIu64 ": warning: %s",
                   name(n), entry, text);
    n->on_note(n->user, note);
}

void feed_notes_file(struct feed_notes *n, const char *text)
{
    char note[NOTE_SIZE];
    if (!n->on_note)
        return;
    (void)snprintf(note, sizeof note, "%.150s: %s", name(n), text);
    n->on_note(n->user, note);
}
