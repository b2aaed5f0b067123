/*
 * config_given -- the options that hold for one URL, as they were given.
 *
 * Those of the configuration file and its section, of files of -K and of the
 * command line, in this order, without those that something nearer replaces or
 * that say nothing about a request.
 */
#ifndef CLI_CONFIG_CONFIG_GIVEN_H
#define CLI_CONFIG_CONFIG_GIVEN_H

#include <stdbool.h>

#include "args/occurrence.h"
#include "core/base/str.h"
#include "core/quiver.h"

struct config;
struct config_section;
struct operation;

struct config_given {
    struct qv_url url;
    const struct operation *op;           /* what holds */
    const struct config_section *section; /* NULL: none */
    struct occurrences all;
};

/* False when the URL is none, with *error.  Otherwise config_given_fini() is
 * due. */
bool config_given(struct config_given *g, struct config *c,
                  const struct operation *base, const char *url,
                  struct qv_error *error);
void config_given_fini(struct config_given *g);

/* The argument of an option without what is secret in it. */
void config_given_hide(struct str *out, const struct option *o,
                       const char *value);

#endif
