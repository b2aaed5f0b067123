/*
 * state_file -- one file of what outlives a run: how it is read, and how what this
 * run has learned is put over what others have written meanwhile.
 *
 * Nothing that is wrong with a file ends a run: it is told in one line, and nothing
 * of it is lost; what cannot be understood stays as FILE.bad.
 */
#ifndef CLI_STATE_STATE_FILE_H
#define CLI_STATE_STATE_FILE_H

#include <stdbool.h>

#include "core/quiver.h"
#include "state/state_text.h"

struct state_file {
    char *path; /* NULL: not wanted */
    enum qv_state_kind kind;
    bool is_named;   /* by the user, who knows whose it is */
    bool is_written; /* in any case, for what is there is not read (-c) */
    bool was_read;
};

/* Takes the path over. */
void state_file_init(struct state_file *f, enum qv_state_kind kind, char *path);
void state_file_fini(struct state_file *f);

/* What the file has, for a client that has done nothing yet.  False: it cannot be
 * used, now or later. */
bool state_file_read(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t);
/* The same for who only wants to see it: nothing is put aside. */
bool state_file_look(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t);
/* The same of one that is never written. */
void state_file_input(const char *path, enum qv_state_kind kind,
                      struct qv_client *client, const struct state_teller *t);
/* If there is something new, the file becomes what the client knows and, if it was
 * read, what others have written since.  False after a warning. */
bool state_file_save(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t);

/*
 * Reads the file under its lock, has `edit` change what the client knows, and writes
 * the rest back if it did.  The client has done nothing yet.  False after a warning.
 */
bool state_file_edit(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t,
                     void (*edit)(void *user, struct qv_client *client),
                     void *user);

#endif
