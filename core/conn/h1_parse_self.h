/*
 * h1_parse_self -- what the files of the parser share: h1_parse.c (heads, and
 * where in a message it is), h1_parse_body.c (what follows a head) and
 * h1_parse_tokens.c (what llhttp tells).
 */
#ifndef CORE_CONN_H1_PARSE_SELF_H
#define CORE_CONN_H1_PARSE_SELF_H

#include "conn/h1_parse.h"

/* h1_parse_tokens.c: */

extern const llhttp_settings_t h1_parse_callbacks;

/* p->fault, and what a server should say to it. */
void h1_parse_fail(struct h1_parse *p, enum err code, int answer,
                   const char *text);

/* h1_parse.c: */

void h1_parse_skip(struct span *input, size_t n);
/* Runs llhttp over at most `most` bytes; returns how many it took.  *ok is
 * false when it, or a callback, refused them. */
size_t h1_parse_run(struct h1_parse *p, struct span *input, size_t most,
                    bool *ok);
/* Runs p->section over at most `most` bytes; *taken says how many it were. */
enum h1_section_result h1_parse_fields(struct h1_parse *p, struct span *input,
                                       size_t most, size_t *taken);
/* The message is refused, for p->fault or else what llhttp says; `rest` is
 * shown. */
enum h1_parse_event h1_parse_failed(struct h1_parse *p, struct span rest);

/* h1_parse_body.c: the next event in the state of that name. */

enum h1_parse_event h1_parse_in_length(struct h1_parse *p, struct span *input,
                                       struct span *body);
enum h1_parse_event h1_parse_in_chunks(struct h1_parse *p, struct span *input,
                                       struct span *body);
enum h1_parse_event h1_parse_in_trailers(struct h1_parse *p, struct span *input,
                                         struct span *body);
enum h1_parse_event h1_parse_in_close(struct span *input, struct span *body);

#endif
