/*
 * config_show -- what holds for one URL, and where each of it is said.
 *
 * Printed in the syntax of the file itself, the place as a comment behind each
 * line, so that it can be kept as a file.
 */
#ifndef CLI_CONFIG_CONFIG_SHOW_H
#define CLI_CONFIG_CONFIG_SHOW_H

#include <stdbool.h>

#include "core/base/str.h"

struct config;
struct operation;
struct qv_error;

/* False when the URL is none, with *error. */
bool config_show(struct config *c, const struct operation *base,
                 const char *url, bool show_secrets, struct str *out,
                 struct qv_error *error);

#endif
