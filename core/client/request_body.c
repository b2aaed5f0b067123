#include "client/request_body.h"

#include "client/request_settings.h"
#include "io/loop.h"
#include "pool/pool.h"

static void on_upload_ready(struct upload *u)
{
    struct request_body *b = container_of(u, struct request_body, upload);
    pool_resume(b->ex, EXCHANGE_SEND);
}

static void on_slow_ready(struct slow_body *slow)
{
    struct request_body *b = container_of(slow, struct request_body, slow);
    pool_resume(b->ex, EXCHANGE_SEND);
}

static void open_source(struct request_body *b, struct loop *loop)
{
    const struct qv_body *ask = b->ask;
    switch (ask->kind) {
    case QV_BODY_NONE:
        break;
    case QV_BODY_BYTES:
        body_bytes_init(&b->bytes, span_of(ask->bytes, ask->len));
        b->source = &b->bytes.source;
        break;
    case QV_BODY_FD:
        upload_init(&b->upload, loop, ask->fd, ask->fd_len);
        b->upload.on_ready = on_upload_ready;
        b->source = &b->upload.source;
        break;
    case QV_BODY_PARTS:
        upload_parts_init(&b->parts, ask->parts, ask->nparts);
        upload_parts_use(&b->parts, loop, &b->upload);
        b->upload.on_ready = on_upload_ready;
        b->source = &b->parts.source;
        break;
    }
}

static void slow_down(struct request_body *b,
                      const struct request_body_needs *needs)
{
    if (needs->rate == 0)
        return;
    slow_body_init(&b->slow, needs->loop, b->source, needs->rate);
    b->slow.on_ready = on_slow_ready;
    b->source = &b->slow.source;
}

struct request_body *request_body_new(struct arena *arena,
                                      const struct qv_body *ask,
                                      const struct request_body_needs *needs)
{
    if (ask->kind == QV_BODY_NONE)
        return NULL;
    struct request_body *b = ARENA_NEW(arena, struct request_body);
    b->ask = ask;
    b->ex = needs->ex;
    open_source(b, needs->loop);
    b->source = body_trace_sent(&b->traced, needs->loop, needs->ex, b->source);
    slow_down(b, needs);
    return b;
}

void request_body_fini(struct request_body *b)
{
    if (b == NULL)
        return;
    slow_body_fini(&b->slow);
    if (b->ask->kind == QV_BODY_FD)
        upload_fini(&b->upload);
    if (b->ask->kind == QV_BODY_PARTS)
        upload_parts_fini(&b->parts);
}

bool request_body_measure(struct request_body *b, struct fault *fault)
{
    return b == NULL || b->ask->kind != QV_BODY_PARTS ||
           upload_parts_measure(&b->parts, fault);
}

int64_t request_body_len(const struct request_body *b)
{
    if (b == NULL)
        return BODY_LEN_NONE;
    if (b->ask->kind == QV_BODY_PARTS)
        return b->parts.total;
    return request_settings_body_len(b->ask);
}

bool request_body_is_whole(const struct request_body *b)
{
    return b == NULL || b->ask->kind != QV_BODY_FD || b->upload.is_file ||
           b->upload.pos == 0;
}
