/*
 * h1_section -- the fields of a response's head or trailers as servers write
 * them, out of a run of bytes.
 *
 * A client has to read what is out there, so lines are read as RFC 9112 lets a
 * recipient read them and as browsers, curl and Go do.  Whatever could move
 * the end of the body stays an error, because two programs would disagree
 * about it (RFC 9112 11.1).
 *
 *   taken     LF alone as a line end (2.2); a folded line, joined by one blank
 *             (5.2); control bytes in a value, all but NUL and CR: RFC 9110
 *             5.5 lets a recipient keep them
 *   changed   a blank before the colon goes (5.1)
 *   left out  a field whose name is no token
 *   refused   NUL, and CR that ends no line (2.2, RFC 9110 5.5); a line without
 *             a colon or without a name; a folded line before the first field
 *             (2.2); a Content-Length or Transfer-Encoding, or what reads like
 *             one, that is folded, has a control byte, or a name with more in
 *             it than its letters
 *
 * Requests do not pass here: a server has to refuse nearly all of this
 * (RFC 9112 2.2, 5.1, 5.2), and llhttp does.
 */
#ifndef CORE_CONN_H1_SECTION_H
#define CORE_CONN_H1_SECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "base/str.h"
#include "http/fields.h"

struct h1_section {
    struct fields *to;
    size_t max; /* fields in `to` */
    bool is_trailers;

    /* Its own. */
    struct str line;   /* the field in progress, its folds joined */
    bool is_folded;    /* it has some */
    bool is_at_start;  /* of a line */
    bool is_in_blanks; /* at the start of a folded one */
};

enum h1_section_result {
    H1_SECTION_MORE,   /* the input is used up */
    H1_SECTION_END,    /* the empty line is read, nothing behind it */
    H1_SECTION_FAILED, /* *fault: ERR_WEIRD_REPLY, or ERR_HEAD_TOO_LARGE for
                          too many fields */
};

void h1_section_init(struct h1_section *s);
void h1_section_fini(struct h1_section *s);
/* A section of at most `max` fields, into `to`.  Of trailers those that may
 * stand there are kept (http/message.h). */
void h1_section_begin(struct h1_section *s, struct fields *to, size_t max,
                      bool is_trailers);
/* Eats from the front of *input.  What arrived in which piece makes no
 * difference.  The memory is that of one field: bound the input. */
enum h1_section_result h1_section_take(struct h1_section *s, struct span *input,
                                       struct fault *fault);

#endif
