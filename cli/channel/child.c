#include "channel/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strings.h"

/*
 * A pidfd is readable once the program has exited, so it is waited for like any
 * other descriptor; a handler of SIGCHLD would be one for the whole process, and
 * keeps no loop running.
 */
static void on_ready(struct qv_fd *watch, unsigned ready)
{
    struct child *c = QV_OWNER(watch, struct child, watch);
    (void)ready;
    if (waitpid(c->pid, &c->status, WNOHANG) != c->pid)
        return;
    child_forget(c);
    c->on_exit(c);
}

void child_forget(struct child *c)
{
    if (c->pid == 0)
        return;
    c->pid = 0;
    qv_fd_unwatch(c->client, &c->watch);
    (void)close(c->watch.fd);
}

void child_signal(const struct child *c, int signum)
{
    if (c->pid != 0)
        (void)kill(c->pid, signum);
}

/* ---- the start ---- */

static void close_both(const int *pair)
{
    (void)close(pair[0]);
    (void)close(pair[1]);
}

/* What we ignore or handle ourselves it shall not. */
static int spawn(pid_t *pid, const char *command, char *const *env, int in,
                 int out)
{
    char *const argv[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t usual;
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigfillset(&usual);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int error = posix_spawn(pid, "/bin/sh", &actions, &attributes, argv, env);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static struct strings join(char *const *more)
{
    struct strings all = {0};
    for (char **e = environ; *e != NULL; e++)
        strings_add(&all, *e);
    for (; *more != NULL; more++)
        strings_add(&all, *more);
    return all;
}

/* Made from glibc 2.36 on by pidfd_open(). */
static int open_pidfd(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* False with errno: nothing runs. */
static bool watch(struct child *c)
{
    c->watch = (struct qv_fd){.fd = open_pidfd(c->pid), .on_ready = on_ready};
    if (c->watch.fd >= 0) {
        qv_fd_watch(c->client, &c->watch, QV_READABLE);
        return true;
    }
    int error = errno;
    (void)kill(c->pid, SIGKILL);
    (void)waitpid(c->pid, NULL, 0);
    c->pid = 0;
    errno = error;
    return false;
}

/* The end that the child has blocks, as programs expect. */
static bool open_pipe(int *pair, int ours)
{
    return pipe2(pair, O_CLOEXEC) == 0 &&
           fcntl(pair[ours], F_SETFL, O_NONBLOCK) == 0;
}

bool child_start(struct child *c, const char *command, char *const *environment,
                 struct child_pipes *pipes)
{
    int to[2];
    int from[2];
    if (!open_pipe(to, 1))
        return false;
    if (!open_pipe(from, 0)) {
        close_both(to);
        return false;
    }
    struct strings env = join(environment);
    int error =
        spawn(&c->pid, command, (char *const *)(void *)env.at, to[0], from[1]);
    strings_fini(&env);
    (void)close(to[0]);
    (void)close(from[1]);
    if (error != 0)
        c->pid = 0;
    if (error == 0 && !watch(c))
        error = errno;
    if (error != 0) {
        (void)close(to[1]);
        (void)close(from[0]);
        errno = error;
        return false;
    }
    *pipes = (struct child_pipes){.to = to[1], .from = from[0]};
    return true;
}
