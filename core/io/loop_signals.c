/* Signals, as events of the loop; they do not keep it running. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "io/loop_self.h"

static void on_uv_signal(uv_signal_t *handle, int signum)
{
    struct loop_signal *s = handle->data;
    (void)signum;
    if (s == NULL)
        return;
    loop_end_wait(s->loop);
    s->on_signal(s);
}

void loop_on_signal(struct loop *loop, struct loop_signal *s, int signum)
{
    uv_signal_t *handle = XALLOC_NEW(uv_signal_t);
    loop_must(uv_signal_init(&loop->uv, handle), "uv_signal_init");
    loop_must(uv_signal_start(handle, on_uv_signal, signum), "uv_signal_start");
    uv_unref((uv_handle_t *)handle);
    handle->data = s;
    s->signum = signum;
    s->loop = loop;
    s->handle = handle;
}

void loop_signals_on_closed(uv_handle_t *handle)
{
    free(handle);
}

void loop_off_signal(struct loop_signal *s)
{
    uv_signal_t *handle = s->handle;
    if (handle == NULL)
        return;
    s->handle = NULL;
    handle->data = NULL;
    uv_close((uv_handle_t *)handle, loop_signals_on_closed);
}
