/*
 * records -- --json-out and --body: records of transfers, and what they carry.
 */
#ifndef CLI_REQUEST_RECORDS_H
#define CLI_REQUEST_RECORDS_H

#include <stdbool.h>

struct cmdline;
struct operation;
struct option;
struct parser;

/* For the rows of --body; they have a place, an enum record_body_mode. */
bool records_body_call(struct parser *p, const struct option *o,
                       const char *arg);

/* With --json-out nothing but records (and -w) goes to standard output; without
 * it nothing is asked of them.  False: the parser has said what is wrong. */
bool records_check(const struct cmdline *s, const struct operation *op,
                   struct parser *p);

/* --json-out --body file: every body has one. */
void records_place_bodies(const struct cmdline *s, struct operation *op);

#endif
