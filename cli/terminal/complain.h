/*
 * complain -- lines on standard error for the one who typed the command.
 */
#ifndef CLI_TERMINAL_COMPLAIN_H
#define CLI_TERMINAL_COMPLAIN_H

#include <stdbool.h>

#include "terminal/colour.h"

/* --color, for all that is said from now on: colours are at the beginning of errors
 * alone.  Before it: COLOUR_AUTO. */
void complain_colour(enum colour_when when);

/* "quiver: (2) TEXT", and where help is; gives back the status. */
int complain_usage(const char *text);
/* The same with the command that tells more ("quiver help --retry"); "": the
 * usual one. */
int complain_usage_about(const char *text, const char *more);

/* "quiver: (CODE) HOST: TEXT"; host may be NULL or empty. */
void complain_error(int status, const char *host, const char *text);
/* "WHAT 'PATH': why" for an error of errno; the status of what could not be written. */
int complain_unwritten(const char *what, const char *path, int error);

/* "hint: TEXT"; whether it is wanted is asked elsewhere (hints/). */
void complain_hint(const char *text);

/* "quiver: TEXT" about something that was asked for and does not make a failure;
 * nothing after complain_hide_warnings(true) (-s). */
void complain_warning(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void complain_hide_warnings(bool are_hidden);

/* The same about what has happened, for whoever has to know it. */
void complain_notice(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
