#include "input/input_notes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    TELL_MAX = 10, /* of a file */
    NOTE_SIZE = 400
};

static const char *name(const struct input_notes *n)
{
    return strcmp(n->file, "-") == 0 ? "<stdin>" : n->file;
}

void input_notes_begin(struct input_notes *n, const char *file)
{
    n->file = file;
    n->n = 0;
}

void input_notes_end(struct input_notes *n)
{
    char text[60];
    if (n->n <= TELL_MAX)
        return;
    (void)snprintf(text, sizeof text, "%" PRIu64 " more notes of this kind",
                   n->n - TELL_MAX);
    n->n = 0;
    input_notes_file(n, text);
}

static bool is_told(struct input_notes *n)
{
    return n->on_note && ++n->n <= TELL_MAX;
}

void input_notes_line(struct input_notes *n, uint64_t line, const char *text)
{
    char note[NOTE_SIZE];
    if (!is_told(n))
        return;
    (void)snprintf(note, sizeof note, "%.150s:%" PRIu64 ": warning: %s",
                   name(n), line, text);
    n->on_note(n->user, note);
}

void input_notes_entry(struct input_notes *n, uint64_t entry, const char *text)
{
    char note[NOTE_SIZE];
    if (!is_told(n))
        return;
    (void)snprintf(note, sizeof note, "%.150s: entry %" PRIu64 ": warning: %s",
                   name(n), entry, text);
    n->on_note(n->user, note);
}

void input_notes_file(struct input_notes *n, const char *text)
{
    char note[NOTE_SIZE];
    if (!n->on_note)
        return;
    (void)snprintf(note, sizeof note, "%.150s: %s", name(n), text);
    n->on_note(n->user, note);
}
