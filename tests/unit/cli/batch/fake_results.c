#include "cli/batch/fake_results.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How often an entry may be told of: begun and left once for each try. */
static void note(unsigned char *times, unsigned *sum)
{
    ++*times;
    ++*sum;
}

void fake_results_fini(struct results *r)
{
    free(r->last_line);
}

bool results_has_past(const struct results *r)
{
    return r->has_past;
}

bool results_is_past(struct results *r, uint64_t seq, const char *id,
                     const char *url)
{
    assert(id != NULL && url != NULL);
    return r->is_past[seq];
}

bool results_has_all(const struct results *r, uint64_t n)
{
    (void)n;
    return !r->lacks_entries;
}

enum results_fate results_fate(struct results *r, uint64_t seq)
{
    return seq < FAKE_RESULTS_MAX ? r->fates[seq] : RESULTS_NEW;
}

void results_expect(struct results *r, uint64_t seq)
{
    assert(r->nexpected == 0 || seq > r->last_expected);
    r->last_expected = seq;
    note(&r->expected[seq], &r->nexpected);
}

void results_begin(struct results *r, uint64_t seq, bool is_idempotent)
{
    (void)is_idempotent;
    assert(r->expected[seq] == 1);
    note(&r->begun[seq], &r->nbegun);
}

void results_leave(struct results *r, uint64_t seq)
{
    assert(r->begun[seq] > 0);
    note(&r->left[seq], &r->nleft);
}

void results_end(struct results *r, uint64_t seq, const char *line, size_t len)
{
    assert(r->expected[seq] == 1 && r->ended[seq] == 0);
    free(r->last_line);
    r->last_line = strndup(line, len);
    note(&r->ended[seq], &r->nended);
    if (r->fails_at_end)
        r->failed = EPIPE;
}

void results_before(struct results *r, void (*before)(void *user), void *user)
{
    (void)r;
    (void)before;
    (void)user;
}

bool results_is_full(const struct results *r)
{
    return r->is_full;
}

int results_failed(const struct results *r)
{
    return r->failed;
}
