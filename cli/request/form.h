/*
 * form -- what -F and its relatives gather: the parts of a form, in their order,
 * with those that are parts of others.
 *
 * Counted: form_hold() and form_drop() make a pair.  Operations that are copies
 * of each other share one.
 */
#ifndef CLI_REQUEST_FORM_H
#define CLI_REQUEST_FORM_H

#include <stdbool.h>

#include "request/multipart.h"

struct form;
struct option;
struct parser;

/* The parser's calls; see options_form.c. */
bool form_field(struct parser *p, const struct option *o, const char *arg);
bool form_string(struct parser *p, const struct option *o, const char *arg);

struct form *form_hold(struct form *f); /* NULL is fine */
void form_drop(struct form *f);         /* likewise */

const struct multipart_part *form_parts(const struct form *f);

/* Nobody can write a line break within quotes with backslashes; the name that
 * has one, or NULL. */
const char *form_unescapable(const struct form *f);

#endif
