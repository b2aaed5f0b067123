/*
 * media -- what a body is, as far as its Content-Type and its first bytes tell.
 */
#ifndef CLI_VIEW_MEDIA_H
#define CLI_VIEW_MEDIA_H

#include <stdbool.h>
#include <stddef.h>

enum media_kind {
    MEDIA_UNKNOWN, /* there is no Content-Type, or one that says nothing */
    MEDIA_OTHER,   /* shown as it is */
    MEDIA_JSON,
    MEDIA_JSON_LINES, /* a value a line, or RFC 7464's sequence */
    MEDIA_EVENTS,     /* text/event-stream */
};

enum media_charset {
    MEDIA_UTF8,    /* or nobody says */
    MEDIA_LATIN1,  /* ISO 8859-1 and Windows-1252, which are one on the web
                      (WHATWG Encoding 4.2) */
    MEDIA_LATIN9,  /* ISO 8859-15 */
    MEDIA_UTF16LE, /* with a mark of the order of bytes: as that says */
    MEDIA_UTF16BE,
};

struct media {
    enum media_kind kind;
    enum media_charset charset;
};

/* Of the value of a Content-Type; NULL: there is none. */
struct media media_of(const char *content_type);

/* What is no text and begins with these bytes: "a PNG image", or NULL.  has_nul: a
 * NUL is among the first of them, as in no text. */
const char *media_magic(const void *bytes, size_t len, bool has_nul);

#endif
