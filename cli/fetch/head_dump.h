/*
 * head_dump -- where -D has the heads of a transfer: a file (head_file.h), "-" for
 * standard output, "%" for standard error, which is curl's name of it.
 *
 * Terminals get no escape sequences of a server.
 */
#ifndef CLI_FETCH_HEAD_DUMP_H
#define CLI_FETCH_HEAD_DUMP_H

#include <stdbool.h>

#include "core/base/str.h"
#include "fetch/printed.h"
#include "request/cmdline.h"

/* The path and the file are the operation's, which many transfers share: each is
 * known there by the address of its `printed`. */

/* False: not written, with errno. */
bool head_dump_add(struct operation *op, struct printed *printed,
                   const struct str *head);
/* For messages. */
const char *head_dump_name(const struct operation *op);

/* The try is taken back, and its heads out of the file.  False with errno. */
bool head_dump_take_back(struct operation *op, const struct printed *printed);
/* The transfer is over. */
void head_dump_settle(struct operation *op, const struct printed *printed);

#endif
