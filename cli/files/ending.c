#include "files/ending.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

/*
 * Left alone: SIGKILL, which nobody can catch, and the signals of a crash (SEGV,
 * BUS, FPE, ILL, ABRT, TRAP, SYS).  After those nothing in memory is to be
 * trusted, the names of files least of all; a core file should show the place
 * itself, and an unfinished file may help to find out what came last.  PIPE and
 * XFSZ are ignored in main(): they are write errors with a status of their own.
 */
static const int ends[] = {
    SIGHUP,    SIGINT,  SIGQUIT, SIGALRM,   SIGTERM, SIGUSR1,
    SIGUSR2,   SIGXCPU, SIGPROF, SIGVTALRM, SIGIO,
#ifdef SIGSTKFLT
    SIGSTKFLT,
#endif
#ifdef SIGPWR
    SIGPWR,
#endif
};

/* Written before the first handler is there. */
static void (*clean_up)(void);
static pthread_t guarded_thread;

static void fill_set(sigset_t *set)
{
    (void)sigemptyset(set);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        (void)sigaddset(set, ends[i]);
    for (int signum = SIGRTMIN; signum <= SIGRTMAX; signum++)
        (void)sigaddset(set, signum);
}

static void end_by(int signum)
{
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigset_t set;
    (void)sigaction(signum, &usual, NULL);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, signum);
    (void)raise(signum);
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int ending_status(int status)
{
    sigset_t set;
    fill_set(&set);
    if (status > ENDING_STATUS(0) &&
        sigismember(&set, status - ENDING_STATUS(0)) == 1)
        end_by(status - ENDING_STATUS(0));
    return status;
}

/* A signal may come to any thread; what is cleaned up is one thread's. */
static void on_signal(int signum)
{
    int before = errno;
    if (!pthread_equal(pthread_self(), guarded_thread)) {
        (void)pthread_kill(guarded_thread, signum);
        errno = before;
        return;
    }
    clean_up();
    end_by(signum);
    _exit(ENDING_STATUS(signum));
}

static void guard(int signum, const struct sigaction *ours)
{
    struct sigaction old;
    if (sigaction(signum, ours, &old) < 0)
        return;
    if ((old.sa_flags & SA_SIGINFO) || old.sa_handler != SIG_DFL)
        (void)sigaction(signum, &old, NULL);
}

void ending_guard_again(void)
{
    struct sigaction ours = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    if (!clean_up)
        return;
    fill_set(&ours.sa_mask);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        guard(ends[i], &ours);
    for (int signum = SIGRTMIN; signum <= SIGRTMAX; signum++)
        guard(signum, &ours);
}

void ending_guard(void (*clean)(void))
{
    if (clean_up)
        return;
    guarded_thread = pthread_self();
    clean_up = clean;
    ending_guard_again();
}

void ending_hold(sigset_t *before)
{
    sigset_t set;
    fill_set(&set);
    (void)pthread_sigmask(SIG_BLOCK, &set, before);
}

void ending_release(const sigset_t *before)
{
    (void)pthread_sigmask(SIG_SETMASK, before, NULL);
}
