#include "batch/batch_signals.h"

#include <signal.h>

#include "batch/batch_run.h"
#include "files/ending.h"
#include "terminal/complain.h"

static void on_signal(struct batch *b, int signum)
{
    batch_progress_hide(&b->progress);
    if (b->signum) {
        batch_run_stop(b);
        return;
    }
    b->signum = signum;
    batch_run_drain(b);
    if (b->ntasks && batch_run_is_loud(b))
        complain_warning("waiting for %u request%s on %s way; once more stops "
                         "at once",
                         b->ntasks, b->ntasks == 1 ? "" : "s",
                         b->ntasks == 1 ? "its" : "their");
}

static void on_interrupt(struct qv_signal *s)
{
    on_signal(QV_OWNER(s, struct batch, interrupt), SIGINT);
}

static void on_terminate(struct qv_signal *s)
{
    on_signal(QV_OWNER(s, struct batch, terminate), SIGTERM);
}

/* A signal that our parent had us ignore stays ignored. */
static void watch(struct batch *b, struct qv_signal *s, int signum)
{
    struct sigaction old;

    if (!sigaction(signum, NULL, &old) && old.sa_handler == SIG_IGN)
        return;
    qv_signal_watch(b->client, s, signum);
}

void batch_signals_watch(struct batch *b)
{
    b->interrupt.on_signal = on_interrupt;
    b->terminate.on_signal = on_terminate;
    watch(b, &b->interrupt, SIGINT);
    watch(b, &b->terminate, SIGTERM);
}

void batch_signals_forget(struct batch *b)
{
    if (b->interrupt.state)
        qv_signal_unwatch(b->client, &b->interrupt);
    if (b->terminate.state)
        qv_signal_unwatch(b->client, &b->terminate);
    ending_guard_again();
}
