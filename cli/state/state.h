/*
 * state -- the files that outlive a run: tickets, alternative services, hosts that
 * want TLS, cookies.
 *
 * Read as the run begins and written as it ends, each if something has changed.
 * Nothing is opened unless an option asks for it.
 */
#ifndef CLI_STATE_STATE_H
#define CLI_STATE_STATE_H

#include <stdbool.h>

#include "core/quiver.h"
#include "request/cmdline.h"
#include "state/named_session.h"
#include "state/state_file.h"

struct state {
    struct qv_client *client;
    struct state_file files[QV_STATE_COUNT];
    struct named_session *session; /* NULL: none is asked for */
    bool is_session_kept;          /* it is written */
    struct state_teller teller;
};

/* What the client is to keep, for qv_client_new(). */
void state_ask(const struct cmdline *c, struct qv_client_options *o);

/* The client has done nothing yet; it outlives state_end(). */
void state_begin(struct state *s, struct qv_client *client,
                 const struct cmdline *c, const struct state_teller *t);
/* The client does nothing any more.  More than once does nothing more. */
void state_end(struct state *s);

/* The folder of --state, "" of no option given; NULL: there is none.  free() it. */
char *state_folder(const struct state_options *o);
/* The file of a kind in that folder. */
char *state_path(const char *folder, enum qv_state_kind kind);

#endif
