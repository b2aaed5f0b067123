/*
 * What curl does for --continue-at, and where a validator makes more possible,
 * that:
 *
 *             the caller asks                  it continues a try
 *   206       of another place: refused        anew
 *             of another representation: anew  anew
 *   200       with a validator: it is the new  it is the new whole
 *             whole; without: refused, unless
 *             it is as long as what is there
 *   416       nothing is missing, unless the   the same, else anew
 *             server has said another length
 *   >= 400    refused                          the answer, as any other
 *
 * A server that says 416 without a length has no more than what is there, which
 * is as much as can be known.
 */
#include "client/resume.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"

void resume_reset(struct resume *r, const struct qv_request *ask)
{
    resume_fini(r);
    r->from = ask->from;
    r->if_range = ask->if_range;
}

void resume_continue(struct resume *r, uint64_t from, const char *if_range)
{
    resume_fini(r);
    r->from = from;
    r->owned = if_range ? xalloc_copy(if_range, strlen(if_range)) : NULL;
    r->if_range = r->owned;
    r->is_implied = true;
}

void resume_fini(struct resume *r)
{
    free(r->owned);
    *r = (struct resume){0};
}

/* ---- Content-Range ---- */

/* Of "bytes 5-9/10", where one of the two may be "*". */
struct content_range {
    bool is_range; /* first and last are set */
    bool has_total;
    uint64_t first;
    uint64_t last;
    uint64_t total;
};

static bool parse_places(struct span text, struct content_range *r)
{
    struct span first;
    r->is_range = span_next(&text, '-', &first) &&
                  span_to_u64(first, &r->first) &&
                  span_to_u64(text, &r->last) && r->first <= r->last;
    return r->is_range;
}

static bool parse_range(struct span text, struct content_range *r)
{
    struct span unit = SPAN_LIT("bytes ");
    struct span star = SPAN_LIT("*");
    struct span places;
    *r = (struct content_range){0};
    if (!span_starts_nocase(text, unit))
        return false;
    text = span_trim(span_of(text.base + unit.len, text.len - unit.len));
    if (!span_next(&text, '/', &places))
        return false;
    if (!span_equal(places, star) && !parse_places(places, r))
        return false;
    if (span_equal(text, star))
        return r->is_range;
    r->has_total = span_to_u64(text, &r->total);
    return r->has_total && (!r->is_range || r->last < r->total);
}

/* ---- the answers ---- */

/* Is the 206 of something else than If-Range has named?  A server that has not
 * understood If-Range may say so by the entity tag. */
static bool is_other(const struct resume *r, const struct fields *fields)
{
    struct span is = fields_value(fields, "etag");
    struct span was = span_str(r->if_range);
    return r->if_range && r->if_range[0] == '"' && is.base &&
           !span_equal(is, was);
}

static enum resume_verdict refuse(const struct resume *r, struct fault *fault,
                                  enum err code, const char *text)
{
    if (r->is_implied)
        return RESUME_ANEW;
    fault_set(fault, code, 0, "%s", text);
    return RESUME_REFUSED;
}

static enum resume_verdict judge_partial(const struct resume *r,
                                         const struct fields *fields,
                                         struct fault *fault)
{
    struct content_range range;
    struct span text = fields_only_value(fields, "content-range");
    if (text.base == NULL || !parse_range(text, &range) || !range.is_range ||
        range.first != r->from)
        return refuse(r, fault, ERR_RANGE,
                      "the server sends another range than was asked for");
    return is_other(r, fields) ? RESUME_ANEW : RESUME_REST;
}

static enum resume_verdict judge_unsatisfied(const struct resume *r,
                                             const struct fields *fields,
                                             struct fault *fault)
{
    struct content_range range;
    struct span text = fields_only_value(fields, "content-range");
    bool is_known = text.base && parse_range(text, &range) && !range.is_range;
    if (is_known ? range.total == r->from : !r->is_implied)
        return RESUME_COMPLETE;
    if (r->is_implied)
        return RESUME_ANEW;
    fault_set(fault, ERR_RESUME, 0,
              "%llu bytes are here, and the server has %llu",
              (unsigned long long)r->from, (unsigned long long)range.total);
    return RESUME_REFUSED;
}

static enum resume_verdict judge_whole(const struct resume *r,
                                       const struct fields *fields,
                                       struct fault *fault)
{
    uint64_t len = 0;
    if (r->is_implied || r->if_range)
        return RESUME_PLAIN;
    if (message_content_length(fields, &len) == MESSAGE_LENGTH_KNOWN &&
        len == r->from)
        return RESUME_COMPLETE;
    return refuse(r, fault, ERR_RANGE,
                  "the server sends all of it, not the rest: it cannot be "
                  "continued");
}

enum resume_verdict resume_judge(const struct resume *r,
                                 const struct response_head *head,
                                 struct fault *fault)
{
    if (r->from == 0)
        return RESUME_PLAIN;
    if (head->status == 206)
        return judge_partial(r, head->fields, fault);
    if (head->status == 416)
        return judge_unsatisfied(r, head->fields, fault);
    if (head->status < 300)
        return judge_whole(r, head->fields, fault);
    if (head->status < 400 || r->is_implied)
        return RESUME_PLAIN;
    fault_set(fault, ERR_RANGE, 0,
              "the answer is %d: there is nothing to continue with",
              head->status);
    return RESUME_REFUSED;
}
