#include "files/syncer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/xalloc.h"

struct syncer {
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int fds[SYNCER_MAX];
    bool is_asked; /* a round runs, or is to begin */
    bool is_over;  /* no more rounds */
    int error;
};

int syncer_now(const int fds[SYNCER_MAX])
{
    for (size_t i = 0; i < SYNCER_MAX; i++) {
        if (fds[i] >= 0 && fdatasync(fds[i]) < 0)
            return errno;
    }
    return 0;
}

static void *work(void *user)
{
    struct syncer *s = user;
    (void)pthread_mutex_lock(&s->lock);
    while (!s->is_over) {
        int error;
        if (!s->is_asked) {
            (void)pthread_cond_wait(&s->changed, &s->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&s->lock);
        error = syncer_now(s->fds);
        (void)pthread_mutex_lock(&s->lock);
        if (error)
            s->error = error;
        s->is_asked = false;
        (void)pthread_cond_broadcast(&s->changed);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return NULL;
}

struct syncer *syncer_new(void)
{
    struct syncer *s = xalloc_zeroed(1, sizeof *s);
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->changed, NULL);
    return s;
}

/* Signals are the loop's. */
static void start_thread(struct syncer *s)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    s->has_thread = pthread_create(&s->thread, NULL, work, s) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void syncer_free(struct syncer *s)
{
    if (!s)
        return;
    if (s->has_thread) {
        syncer_wait(s);
        (void)pthread_mutex_lock(&s->lock);
        s->is_over = true;
        (void)pthread_cond_broadcast(&s->changed);
        (void)pthread_mutex_unlock(&s->lock);
        (void)pthread_join(s->thread, NULL);
    }
    (void)pthread_cond_destroy(&s->changed);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

bool syncer_start(struct syncer *s, const int fds[SYNCER_MAX])
{
    if (!s->has_thread)
        start_thread(s);
    (void)pthread_mutex_lock(&s->lock);
    bool is_started = !s->is_asked;
    if (is_started) {
        memcpy(s->fds, fds, sizeof s->fds);
        s->is_asked = true;
        (void)pthread_cond_broadcast(&s->changed);
    }
    (void)pthread_mutex_unlock(&s->lock);
    if (is_started && !s->has_thread) {
        /* Where there can be no thread, the loop waits. */
        s->error = syncer_now(s->fds);
        s->is_asked = false;
    }
    return is_started;
}

bool syncer_is_idle(struct syncer *s, int *error)
{
    (void)pthread_mutex_lock(&s->lock);
    bool is_idle = !s->is_asked;
    *error = s->error;
    (void)pthread_mutex_unlock(&s->lock);
    return is_idle;
}

void syncer_wait(struct syncer *s)
{
    (void)pthread_mutex_lock(&s->lock);
    while (s->is_asked)
        (void)pthread_cond_wait(&s->changed, &s->lock);
    (void)pthread_mutex_unlock(&s->lock);
}
