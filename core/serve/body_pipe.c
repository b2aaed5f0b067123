#include "serve/body_pipe.h"

#include "base/list.h"
#include "serve/server.h"

/* Enough for a fast sender's window, little enough for many streams. */
#define HIGH_MARK ((size_t)256 << 10)
#define LOW_MARK  ((size_t)64 << 10)

static void resume_later(struct body_pipe *p, enum exchange_way way)
{
    p->ways |= way;
    loop_later(server_loop(p->stream->server), &p->resume);
}

static void run_resume(struct loop_task *task)
{
    struct body_pipe *p = container_of(task, struct body_pipe, resume);
    unsigned ways = p->ways;
    p->ways = 0;
    if ((ways & EXCHANGE_RECEIVE) && p->on_room && p->on_room(p) == SINK_PAUSE)
        ways &= ~(unsigned)EXCHANGE_RECEIVE;
    if (ways)
        p->stream->ops->resume(p->stream, ways);
}

static enum io pipe_read(struct body_source *src, uint8_t *to, size_t cap,
                         size_t *n)
{
    struct body_pipe *p = container_of(src, struct body_pipe, source);
    struct span piece;
    if (buf_peek(&p->queue, &piece, 1) == 0) {
        p->is_starved = !p->is_ended;
        return p->is_ended ? IO_EOF : IO_AGAIN;
    }
    *n = piece.len < cap ? piece.len : cap;
    memcpy(to, piece.base, *n);
    buf_consume(&p->queue, *n);
    if (p->is_paused && p->queue.len <= LOW_MARK) {
        p->is_paused = false;
        resume_later(p, EXCHANGE_RECEIVE);
    }
    return IO_OK;
}

void body_pipe_init(struct body_pipe *p, struct stream *s)
{
    *p = (struct body_pipe){
        .source = {.read = pipe_read},
        .stream = s,
        .resume = {.run = run_resume},
    };
    buf_init(&p->queue, loop_buffers(server_loop(s->server)));
}

void body_pipe_fini(struct body_pipe *p)
{
    loop_forget(server_loop(p->stream->server), &p->resume);
    buf_fini(&p->queue);
}

static void feed(struct body_pipe *p)
{
    if (!p->is_starved)
        return;
    p->is_starved = false;
    resume_later(p, EXCHANGE_SEND);
}

enum sink_flow body_pipe_add(struct body_pipe *p, struct span data)
{
    buf_add(&p->queue, data);
    return body_pipe_added(p);
}

bool body_pipe_is_full(const struct body_pipe *p)
{
    return p->queue.len >= HIGH_MARK;
}

enum sink_flow body_pipe_added(struct body_pipe *p)
{
    if (p->queue.len > 0)
        feed(p);
    if (body_pipe_is_full(p))
        p->is_paused = true; /* till most of it is taken */
    return p->is_paused ? SINK_PAUSE : SINK_MORE;
}

void body_pipe_end(struct body_pipe *p)
{
    p->is_ended = true;
    feed(p);
}
