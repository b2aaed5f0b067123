/*
 * secret -- a line that is asked for on the terminal and not shown there.
 */
#ifndef CLI_TERMINAL_SECRET_H
#define CLI_TERMINAL_SECRET_H

#include <stdbool.h>

#include "core/base/str.h"

/* Waits for it.  False: there is no terminal, and nothing was added to *out. */
bool secret_ask(const char *prompt, struct str *out);

#endif
