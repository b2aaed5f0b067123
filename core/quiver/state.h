/*
 * quiver/state -- what a client has learned and may know again in another run.
 *
 * Each kind is text of its own format.  A client begins with nothing; whoever
 * has files hands in what they hold, and asks for the text when the run is
 * over.  Nothing here touches a file.
 */
#ifndef QUIVER_STATE_H
#define QUIVER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qv_client;

enum qv_state_kind {
    QV_STATE_ALT_SVC, /* curl's format of --alt-svc */
    QV_STATE_BROKEN,  /* alternatives that did not work, and until when */
    QV_STATE_TICKETS, /* TLS and QUIC sessions, tokens, remembered settings */
    QV_STATE_COOKIES, /* Netscape's format, as curl writes it */
    QV_STATE_HSTS,    /* curl's format of --hsts */
    QV_STATE_COUNT,
};

struct qv_state_report {
    size_t taken;       /* entries */
    size_t expired;     /* passed over */
    size_t bad;         /* that are none: passed over */
    unsigned first_bad; /* line, from 1; 0: none */
};

/* What a text is for. */
enum qv_state_role {
    QV_STATE_INPUT, /* it is read, and written by others */
    QV_STATE_HOME,  /* what is known will be saved in its place */
    QV_STATE_MERGE, /* it is what that has become meanwhile: what this run has changed
                     * stays, and else it is right, in what is gone as well */
};

/* Adds what the text says; where the client knows better (it is newer), that
 * stays.  False: this is no text of this kind at all, and nothing was taken. */
bool qv_state_load(struct qv_client *c, enum qv_state_kind kind,
                   enum qv_state_role role, const void *text, size_t len,
                   struct qv_state_report *report);
/* Has it become another since the last qv_state_save()? */
bool qv_state_is_changed(const struct qv_client *c, enum qv_state_kind kind);
/* Calls `out` with the text, in pieces. */
void qv_state_save(struct qv_client *c, enum qv_state_kind kind,
                   void (*out)(void *user, const void *data, size_t len),
                   void *user);

/* One thing that is known. */
struct qv_state_entry {
    const char *host;   /* whose it is; NULL: only a hash of that is kept */
    unsigned port;      /* 0: of any */
    const char *text;   /* what it is, in words */
    const char *secret; /* a cookie's value; NULL: none can be shown */
    int64_t expires;    /* s since 1970; 0: with the session */
};

/* Calls `visit` for each that holds now; what it is shown is gone after it. */
void qv_state_each(struct qv_client *c, enum qv_state_kind kind,
                   void (*visit)(void *user, const struct qv_state_entry *e),
                   void *user);
/*
 * Takes away what is known of a host (NULL: of any) and port (0: any); of cookies and
 * HSTS what is known of the names below as well.  How many; tickets, which do not say
 * whose they are, go together.
 */
size_t qv_state_forget(struct qv_client *c, enum qv_state_kind kind,
                       const char *host, unsigned port);

#endif
