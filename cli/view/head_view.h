/*
 * head_view -- heads of requests and answers as a person is shown them: with
 * colours if he has some, and without anything that a terminal would obey.
 */
#ifndef CLI_VIEW_HEAD_VIEW_H
#define CLI_VIEW_HEAD_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/quiver.h"

/* The whole head of an answer, with the empty line. */
void head_view_answer(struct str *out, const struct qv_head *head,
                      bool has_colours);
void head_view_fields(struct str *out, const struct qv_field *fields, size_t n,
                      bool has_colours);

/* The head of a request, as HTTP/1 writes it, whatever version sent it.  Fields
 * that are secrets are not shown, unless shows_secrets. */
struct head_view_request_how {
    bool has_colours;
    bool shows_secrets;
    bool is_escaped; /* it goes to a person; else with its bytes as they are */
};
void head_view_request(struct str *out, const char *text, size_t len,
                       const struct head_view_request_how *how);

#endif
