/*
 * shown -- what a terminal shows of one transfer: its heads and bodies, made
 * readable and harmless (view/).
 */
#ifndef CLI_FETCH_SHOWN_H
#define CLI_FETCH_SHOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "view/body_view.h"

struct shown {
    struct body_view_how how;
    struct body_view body;
    bool is_coded; /* the answer says that it is compressed, nobody decodes */
    bool is_lines; /* the body is lines of JSON, whatever its type (--sse) */
};

struct shown *shown_new(const struct body_view_how *how, bool is_lines);
void shown_free(struct shown *s);

/* The type of the body that follows; NULL: unknown. */
void shown_begin(struct shown *s, const char *content_type);
/* Appends what is shown of a piece; false: it is no text. */
bool shown_add(struct shown *s, struct str *out, const void *data, size_t len);
/* The body is over: what was held back and, with `ends_line`, the end of its last
 * line.  More than once does nothing more. */
void shown_end(struct shown *s, struct str *out, bool ends_line);
/* Why shown_add() was false. */
void shown_refusal(const struct shown *s, char *message, size_t cap);

/* The head of an answer, trailers; of s NULL: with their bytes as they are. */
void shown_head(const struct shown *s, struct str *out,
                const struct qv_head *head);
void shown_fields(const struct shown *s, struct str *out,
                  const struct qv_field *fields, size_t n);

#endif
