/*
 * items -- what HTTPie's words behind a URL come to: options.
 *
 * `quiver POST URL k=v` and --items: of the operands the first is the URL, the
 * others are items (item.h).  Each becomes what an option would have done, at
 * the place of the command line, so that whoever looks at the options (origins,
 * --as-curl) sees no difference.
 */
#ifndef CLI_REQUEST_ITEMS_H
#define CLI_REQUEST_ITEMS_H

#include <stdbool.h>

struct operation;
struct option;
struct parser;

/* The call of --items. */
bool items_option(struct parser *p, const struct option *o, const char *arg);

/* The operation is of the form METHOD URL. */
void items_set_method(struct operation *op, const char *method);

/* When all of an operation is known: nothing if it takes no items.  False with
 * p->error. */
bool items_apply(struct parser *p, struct operation *op);

#endif
