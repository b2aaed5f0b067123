/*
 * screen -- lines on a terminal that are drawn again and again.
 */
#ifndef CLI_TERMINAL_SCREEN_H
#define CLI_TERMINAL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

/* Is there a terminal at fd that can be drawn on?  TERM says which cannot:
 * those of editors and logs show the codes themselves. */
bool screen_can_redraw(int fd);

/* Columns of the terminal at fd, or COLUMNS, or 80. */
unsigned screen_width(int fd);

/* Its rows, or LINES, or 24. */
unsigned screen_height(int fd);

/* Does the terminal wrap what stands on it anew when it becomes narrower?  Most do;
 * the others cut it off. */
bool screen_wraps_anew(void);

/* Appends what takes away the last so many lines. */
void screen_erase(struct str *out, unsigned lines);

/* How many columns some UTF-8 takes (escape_bytes() has made it
 * printable); and how many of its bytes fit into so many columns. */
unsigned screen_columns(const char *s, size_t len);
size_t screen_fit(const char *s, size_t len, unsigned columns);

#endif
