/*
 * answers -- small responses that the path asks for: /status/N, /delay/MS,
 * /redirect/N, /goaway, and the router's own refusals.
 */
#ifndef CORE_SERVE_ANSWERS_H
#define CORE_SERVE_ANSWERS_H

#include "serve/stream.h"

/* 200-999: that status.  102, 103: an interim head, then 200. */
void answers_status_start(struct stream *s, struct span number);
/* 200 after so many ms. */
void answers_delay_start(struct stream *s, struct span ms);
/* To /redirect/N-1, the last one to ?to= or "/"; ?code= instead of 302. */
void answers_redirect_start(struct stream *s, struct span number);
/* 200, and the connection takes no more requests. */
void answers_goaway_start(struct stream *s, struct span argument);

/* 425 when the request came as early data, else 200. */
void answers_early_start(struct stream *s, struct span argument);

/* Answers with this status at once: the request may have yet to end. */
void answers_refuse_start(struct stream *s, int status);
/* 405 with that Allow; the answer to OPTIONS as well. */
void answers_allow_start(struct stream *s, const char *methods);

#endif
