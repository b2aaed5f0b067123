/*
 * options -- the option tables of requests, one for each subject.
 */
#ifndef CLI_REQUEST_OPTIONS_H
#define CLI_REQUEST_OPTIONS_H

#include "args/option.h"

extern const struct option_group options_http;     /* requests, bodies */
extern const struct option_group options_form;     /* bodies of parts */
extern const struct option_group options_message;  /* how they travel */
extern const struct option_group options_output;   /* where answers go */
extern const struct option_group options_download; /* what files they make */
extern const struct option_group options_expect;   /* what they must be */
extern const struct option_group options_screen;   /* colours, progress */
extern const struct option_group options_bodies;   /* what is shown of them */
extern const struct option_group options_outcome;  /* failures, messages */
extern const struct option_group options_network;  /* connections, time */
extern const struct option_group options_sockets;  /* and their packets */
extern const struct option_group options_proxy;    /* ways through one */
extern const struct option_group options_names;    /* who is asked for them */
extern const struct option_group options_pool;     /* their life */
extern const struct option_group options_retry;    /* tries, rates, speed */
extern const struct option_group options_items;    /* HTTPie's words */
extern const struct option_group options_looking;  /* looking first */
extern const struct option_group options_redirect;
extern const struct option_group options_auth; /* credentials */
extern const struct option_group options_tls;
extern const struct option_group options_events;    /* --sse */
extern const struct option_group options_state;     /* files from run to run */
extern const struct option_group options_tuning;    /* of QUIC, h3 and h2 */
extern const struct option_group options_telemetry; /* --stats and its kin */

#endif
