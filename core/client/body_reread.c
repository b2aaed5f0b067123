#include "client/body_reread.h"

#include <sys/stat.h>

#include "base/fault.h"
#include "http/digest_hash.h"

#define READ_SIZE ((size_t)16384)

static bool is_file(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static bool is_in_memory(const struct qv_request *ask,
                         const struct request_build_state *state)
{
    return !state->has_body || ask->body.kind == QV_BODY_BYTES;
}

bool body_reread_is_possible(const struct qv_request *ask,
                             const struct request_build_state *state)
{
    const struct qv_body *body = &ask->body;
    return is_in_memory(ask, state) ||
           (state->body && (body->kind == QV_BODY_PARTS ||
                            (body->kind == QV_BODY_FD && is_file(body->fd))));
}

bool body_reread(const struct qv_request *ask,
                 const struct request_build_state *state,
                 void (*take)(void *user, const void *data, size_t len),
                 void *user, struct fault *fault)
{
    struct body_source *body = state->body;
    uint8_t piece[READ_SIZE];
    size_t n = 0;
    enum io io;
    if (is_in_memory(ask, state)) {
        if (state->has_body)
            take(user, ask->body.bytes, ask->body.len);
        return true;
    }
    while ((io = body->read(body, piece, sizeof piece, &n)) == IO_OK)
        take(user, piece, n);
    if (io == IO_EOF && body->rewind(body))
        return true;
    if (io == IO_FAILED)
        *fault = body->fault;
    else
        fault_set(fault, ERR_REWIND, 0, "the body that was looked at is gone");
    return false;
}

static void add_piece(void *user, const void *data, size_t len)
{
    digest_hash_add(user, data, len);
}

bool body_reread_hash(void *user, struct digest_sum *sum)
{
    struct body_reread_hash *h = user;
    if (!body_reread_is_possible(h->ask, h->state))
        return false;
    h->has_failed = !body_reread(h->ask, h->state, add_piece, sum, h->fault);
    return !h->has_failed;
}
