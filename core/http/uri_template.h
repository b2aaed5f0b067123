/*
 * uri_template -- URI templates of RFC 6570, up to level 3: all its operators
 * ("", + # . / ; ? &), several variables in an expression, no modifiers (":3",
 * "*"), which are level 4.
 *
 * A pure function of template and values.
 */
#ifndef CORE_HTTP_URI_TEMPLATE_H
#define CORE_HTTP_URI_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "base/str.h"

/* base NULL: it is not defined, as one that is not there at all (RFC 6570 3.2.1:
 * it is left out). */
struct uri_template_value {
    struct span name;
    struct span value;
};

struct uri_template_values {
    const struct uri_template_value *items;
    size_t len;
};

/* Is there any expression in it? */
bool uri_template_is_one(struct span text);

/* Appends the expansion.  False with *fault (ERR_USAGE), and *to with a part of
 * it: the template is malformed, or beyond level 3. */
bool uri_template_expand(struct str *to, struct span text,
                         const struct uri_template_values *values,
                         struct fault *fault);

/* Calls for each variable in its order; op: the operator of its expression, 0
 * when that has none.  Stops when it says false.  False: it did, or the template
 * is malformed (*fault as above). */
struct uri_template_visitor {
    bool (*visit)(struct uri_template_visitor *v, char op, struct span name);
};
bool uri_template_visit(struct span text, struct uri_template_visitor *v,
                        struct fault *fault);

#endif
