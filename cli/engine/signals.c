#include "engine/signals.h"

#include <signal.h>
#include <stddef.h>

#include "files/ending.h"

static void on_signal(struct signals *s, int signum)
{
    if (s->signum != 0) {
        s->on_second(s);
        return;
    }
    s->signum = signum;
    if (s->on_second == NULL)
        signals_forget(s);
    s->on_first(s);
}

static void on_interrupt(struct qv_signal *watch)
{
    on_signal(QV_OWNER(watch, struct signals, interrupt), SIGINT);
}

static void on_terminate(struct qv_signal *watch)
{
    on_signal(QV_OWNER(watch, struct signals, terminate), SIGTERM);
}

static void watch_one(struct signals *s, struct qv_signal *watch, int signum)
{
    struct sigaction old;
    if (sigaction(signum, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
        return;
    qv_signal_watch(s->client, watch, signum);
}

void signals_watch(struct signals *s)
{
    s->interrupt.on_signal = on_interrupt;
    s->terminate.on_signal = on_terminate;
    watch_one(s, &s->interrupt, SIGINT);
    watch_one(s, &s->terminate, SIGTERM);
}

void signals_forget(struct signals *s)
{
    if (s->interrupt.state == NULL && s->terminate.state == NULL)
        return;
    qv_signal_unwatch(s->client, &s->interrupt);
    qv_signal_unwatch(s->client, &s->terminate);
    ending_guard_again();
}
