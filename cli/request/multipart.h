/*
 * multipart -- the body of a form with files, from its parts (RFC 7578, RFC 2046
 * 5.1).
 *
 * What stands between the contents becomes text; long contents and files stay
 * where they are until they are sent.
 */
#ifndef CLI_REQUEST_MULTIPART_H
#define CLI_REQUEST_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/str.h"
#include "core/quiver.h"

enum multipart_content {
    MULTIPART_BYTES,
    MULTIPART_FILE,
    MULTIPART_PARTS, /* a multipart of its own */
};

enum {
    MULTIPART_DEPTH_MAX = 64 /* of parts within parts */
};

/* Absent spans have no base.  All of it is borrowed. */
struct multipart_part {
    struct multipart_part *next;
    struct span name;
    struct span filename;
    struct span type;           /* NULL: none, of parts multipart/mixed */
    const char *const *headers; /* "Name: value" */
    size_t nheaders;
    enum qv_encoder encoder;
    const char *encoder_name; /* as it is told, "8bit" too; NULL: not at all */
    enum multipart_content content;
    struct span bytes;
    const char *path;
    uint64_t from;                /* of the file: bytes before are not sent */
    bool is_stream;               /* struct qv_body_part */
    bool is_nameless;             /* the path says nothing of what is in it */
    struct multipart_part *first; /* of MULTIPART_PARTS */
    struct multipart_part *last;  /* for who appends to them */
};

/* A piece of the body: of the text, or of what lies elsewhere. */
struct multipart_piece {
    bool is_text;
    size_t at; /* in the text */
    struct qv_body_part part;
};

struct multipart {
    struct str text;
    struct str content_type; /* with the boundary */
    struct multipart_piece *pieces;
    size_t npieces;
    size_t cap;
    size_t piece_at; /* where the text of the next piece begins */
    bool is_escaped;
};

struct multipart_how {
    const char *type; /* Content-Type of the whole; NULL: multipart/form-data */
    bool is_escaped;  /* names with backslashes (--form-escape) */
};

/* The body of these parts; multipart_fini() is due. */
void multipart_init(struct multipart *m, const struct multipart_part *first,
                    const struct multipart_how *how);
void multipart_fini(struct multipart *m);

/* Writes m->npieces parts.  `text` is m->text.base, or a copy of m->text that
 * lives longer. */
void multipart_parts(const struct multipart *m, const char *text,
                     struct qv_body_part *parts);

/* Sets the type by the name of the file, as curl does, where neither it nor a
 * header says one. */
void multipart_guess_type(struct multipart_part *p);

/* One of curl's encoders: 7bit, 8bit, binary, base64, quoted-printable.  False:
 * there is none of that name. */
bool multipart_encoder(struct multipart_part *p, struct span name);

/* May this be the line of a header: a name, a colon, no line break? */
bool multipart_is_header(const char *line);

#endif
