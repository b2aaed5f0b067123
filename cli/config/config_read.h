/*
 * config_read -- the default configuration file.
 *
 * It is read as a whole before anything else happens, and everything that is
 * wrong in it is found then: in sections that this command line has no use for
 * as well.
 */
#ifndef CLI_CONFIG_CONFIG_READ_H
#define CLI_CONFIG_CONFIG_READ_H

#include <stdbool.h>

struct config;

/* Where it is; NULL: nowhere. */
const char *config_read_path(struct config *c);

/* Adds what it says, and its mistakes.  A file that is not there is one only
 * when somebody has said that it is. */
void config_read(struct config *c, const char *path, bool must_exist);

#endif
