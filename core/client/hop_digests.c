#include "client/hop_digests.h"

#include <inttypes.h>

#include "base/trace.h"
#include "io/loop.h"

/* The bytes are those of the content: nothing of the transfer's is in them. */
static bool is_plain_content(const struct flight *f,
                             const struct response_head *head)
{
    struct fields_list list = fields_list_of(head->fields, "transfer-encoding");
    struct span coding;
    while (fields_list_next(&list, &coding)) {
        if (!span_equal_nocase(coding, SPAN_LIT("chunked")))
            return false;
    }
    return !f->options->raw;
}

static void forget(struct transfer *t)
{
    body_digest_free(t->repr_digest);
    t->repr_digest = NULL;
}

/* The beginning is the caller's, who has it from somebody else. */
static bool lacks_earlier(const struct flight *f)
{
    const struct transfer *t = f->transfer;
    return f->hop.is_rest && t->repr_digest &&
           t->repr_digest->added < t->resume.from;
}

/* The rest begins, or has ended, and nobody has given what comes before it. */
static void forgo(struct flight *f)
{
    struct loop *loop = f->client->loop;
    forget(f->transfer);
    trace_printf(loop_trace(loop), TRACE_LEARNED, loop_now(loop),
                 f->facts ? f->facts->id : 0,
                 "Repr-Digest is not checked: what came before byte %" PRIu64
                 " was not seen",
                 f->transfer->resume.from);
}

/* What digests of the body there are.  That of the whole goes on over a part that
 * begins where it stands. */
void hop_digests_start(struct flight *f, const struct response_head *head)
{
    struct transfer *t = f->transfer;
    bool goes_on = f->hop.is_rest && t->repr_digest &&
                   t->repr_digest->added == t->resume.from;
    if (f->hop.is_dropped)
        return;
    if (!goes_on)
        forget(t);
    if (message_is_bodyless(f->request.method, head->status) ||
        !is_plain_content(f, head))
        return;
    f->content_digest = body_digest_new(head->fields, "content-digest");
    if (head->status == 200 ||
        (f->hop.is_rest && !goes_on && !t->resume.is_implied))
        t->repr_digest = body_digest_new(head->fields, "repr-digest");
}

bool hop_digests_want_earlier(const struct flight *f)
{
    return lacks_earlier(f) && f->decode == NULL;
}

void hop_digests_earlier(struct flight *f, struct span data)
{
    if (lacks_earlier(f))
        body_digest_add(f->transfer->repr_digest, data);
}

void hop_digests_add(struct flight *f, struct span data)
{
    if (lacks_earlier(f))
        forgo(f);
    if (f->content_digest)
        body_digest_add(f->content_digest, data);
    if (f->transfer->repr_digest)
        body_digest_add(f->transfer->repr_digest, data);
}

bool hop_digests_are_right(struct flight *f, struct fault *fault)
{
    if (lacks_earlier(f))
        forgo(f);
    struct body_digest *of_all = f->transfer->repr_digest;
    return (!f->content_digest ||
            body_digest_is_right(f->content_digest, fault)) &&
           (!of_all || f->hop.is_dropped ||
            body_digest_is_right(of_all, fault));
}
