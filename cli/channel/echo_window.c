#include "channel/echo_window.h"

/* Round trips without an echo: one that was measured in the handshake may be
 * a fraction of what a full window takes. */
#define SILENT_RTTS 4

bool echo_window_is_open(const struct echo_window *w, uint64_t missing)
{
    return missing < w->most + w->written_off;
}

bool echo_window_look(struct echo_window *w, const struct echo_window_look *l)
{
    uint64_t enough = SILENT_RTTS * l->rtt;
    if (l->silent < ECHO_WINDOW_LOOK_NS || l->silent < enough)
        return false;
    uint64_t before = w->written_off;
    w->written_off = l->missing > l->waiting ? l->missing - l->waiting : 0;
    return w->written_off > before;
}
