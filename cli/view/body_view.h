/*
 * body_view -- a body as a terminal shows it.
 *
 * Nothing that a terminal would obey gets through (escape.h).  With `is_formatted`
 * JSON is indented, JSON lines and streams of events have colours, and text of
 * another character set becomes UTF-8; everything else is as it came.  A body
 * that is no text is refused.  Memory does not grow with the body.
 *
 *     body_view_begin(v, how, content_type);
 *     body_view_add(v, &out, ...) ...        out goes to the terminal
 *     body_view_finish(v, &out, true);
 */
#ifndef CLI_VIEW_BODY_VIEW_H
#define CLI_VIEW_BODY_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "terminal/escape.h"
#include "view/charset.h"
#include "view/events_text.h"
#include "view/json_text.h"
#include "view/media.h"

struct body_view_how {
    bool is_formatted;
    bool has_colours;
    /* What is no text goes through as it is instead of being refused. */
    bool takes_binary;
};

enum body_view_form {
    BODY_VIEW_TEXT,
    BODY_VIEW_JSON,
    BODY_VIEW_EVENTS,
    BODY_VIEW_BYTES, /* as they are */
};

struct body_view {
    struct body_view_how how;
    /* Of what was refused: "a PNG image", or NULL. */
    const char *what;
    /* private: */
    enum body_view_form form;
    struct media media;
    struct charset charset;
    size_t nseen; /* bytes that were looked at, up to the first some thousand */
    bool has_begun; /* with the body's first byte */
    bool is_in_line;
    struct str as_utf8; /* of one piece */
    union {
        struct escape text;
        struct json_text json;
        struct events_text events;
    };
};

/* Of the answer's Content-Type, or NULL.  *v is zeroed before the first time. */
void body_view_begin(struct body_view *v, const struct body_view_how *how,
                     const char *content_type);
/* A body that is lines of JSON, whatever its type. */
void body_view_begin_lines(struct body_view *v,
                           const struct body_view_how *how);
/* False: it is no text, v->what may say what else. */
bool body_view_add(struct body_view *v, struct str *out, const void *bytes,
                   size_t len);
/* What was held back; with `ends_line` also the end of the last line, if it lacks
 * one. */
void body_view_finish(struct body_view *v, struct str *out, bool ends_line);
void body_view_fini(struct body_view *v);

#endif
