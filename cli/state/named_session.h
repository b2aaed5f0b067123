/*
 * named_session -- what is said to servers under a name, from run to run: header
 * fields and credentials, for each origin (--session; HTTPie has such).
 *
 * What a command line gives is kept for the origins of its URLs, and sent to each
 * of them again, in later runs, unless the command line says otherwise.  Cookies are
 * in a file beside it, by their own rules (state_file.h).
 *
 * The file is JSON: {"session": 1, "origins": {"https://host": {"headers": ["Name:
 * value"], "user": "name:password", "auth": "digest", "bearer": "token"}}}.
 */
#ifndef CLI_STATE_NAMED_SESSION_H
#define CLI_STATE_NAMED_SESSION_H

#include <stdbool.h>

#include "base/strings.h"
#include "request/cmdline.h"
#include "state/state_text.h"

struct named_session;

/* Reads the file; the path is copied. */
struct named_session *named_session_new(const char *path,
                                        const struct state_teller *t);
void named_session_free(struct named_session *s);

/* What the origin of a request is known to be told and the request does not say
 * itself: credentials are set in its options, fields are added to *lines for the caller to put
 * before its own, since all of it is meant for that origin alone (struct
 * qv_request).  The request lives no longer than the session. */
void named_session_apply(const struct named_session *s, struct qv_request *r,
                         struct qv_options *options,
                         const struct operation *effective,
                         struct strings *lines);
/* Keeps what was typed, or stood in a file of -K, for this operation, which lives
 * as long as the session. */
void named_session_learn(struct named_session *s, const struct operation *op,
                         const char *url);
/* If there is something new; others' changes since stay.  False after a warning. */
bool named_session_save(struct named_session *s, const struct state_teller *t);

#endif
