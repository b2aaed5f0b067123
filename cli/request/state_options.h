/*
 * state_options -- what options_state.c fills in.
 */
#ifndef CLI_REQUEST_STATE_OPTIONS_H
#define CLI_REQUEST_STATE_OPTIONS_H

#include <stdbool.h>

#include "base/strings.h"

struct state_options {
    bool is_on;               /* --state */
    bool is_off;              /* --no-state, whatever else says */
    const char *dir;          /* of it; NULL: the usual one */
    const char *ssl_sessions; /* files of their own; NULL: none */
    const char *alt_svc;
    const char *cookie_jar; /* -c */
    bool is_jar_of_all;     /* it stands in the configuration */
    struct strings hsts;    /* --hsts, the last of them is written */
    const char *session;    /* --session NAME */
    bool session_read_only;
    bool junk_session_cookies;
};

#endif
