#include "cli/batch/fake_peer.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "http/message.h"
#include "pool/fake_dial.h"
#include "pool/pool_self.h"
#include "support/spin.h"

static struct fake_conn *conns[FAKE_MAX];
static size_t nconns;
static size_t ndials; /* that were seen */

void fake_peer_init(void)
{
    fake_reset();
    nconns = 0;
    ndials = 0;
}

void fake_peer_fini(void)
{
    while (nconns > 0)
        fake_free(conns[--nconns]);
}

void fake_peer_accept(void)
{
    for (; ndials < fake_ndials; ndials++) {
        if (!fake_dials[ndials].is_over)
            conns[nconns++] = fake_connect(ndials, HTTP_VERSION_1_1, 1);
    }
}

static bool is_for(struct fake_conn *f, const char *target)
{
    return !list_is_empty(&f->exchanges) &&
           span_equal(fake_first(f)->request->target, span_str(target));
}

static struct fake_conn *find(const char *target)
{
    for (size_t i = 0; i < nconns; i++) {
        if (is_for(conns[i], target))
            return conns[i];
    }
    return NULL;
}

static struct exchange *exchange_of(const char *target)
{
    struct fake_conn *f = find(target);
    assert(f != NULL);
    return fake_first(f);
}

bool fake_peer_has(const char *target)
{
    return find(target) != NULL;
}

void fake_peer_head(const char *target, int status)
{
    static const struct fields none; /* lives as long as any answer */
    struct exchange *ex = exchange_of(target);
    ex->sink->on_head(ex, &(struct response_head){.version = HTTP_VERSION_1_1,
                                                  .status = status,
                                                  .reason = SPAN_LIT("Fine"),
                                                  .fields = &none});
}

bool fake_peer_body(const char *target, const char *bytes)
{
    struct exchange *ex = exchange_of(target);
    ex->bytes_body_received += strlen(bytes);
    return ex->sink->on_body(ex, span_str(bytes)) == SINK_MORE;
}

void fake_peer_end(const char *target)
{
    struct fake_conn *f = find(target);
    assert(f != NULL);
    struct exchange *ex = fake_first(f);
    struct loop *loop = pool_self_loop(ex->pool);
    fake_answer(f, ex);
    spin_soon(loop);
}

void fake_peer_answer(const char *target, int status)
{
    fake_peer_head(target, status);
    fake_peer_end(target);
}

unsigned fake_peer_nresumed(const char *target)
{
    struct fake_conn *f = find(target);
    assert(f != NULL);
    return f->nresumed;
}
