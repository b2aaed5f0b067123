/*
 * Two runs at once: each reads a file as it begins.  Before one writes, it locks
 * the folder, reads what the file has become meanwhile, and puts the two together;
 * the newest wins.  The lock is advisory and held for milliseconds.  Whoever holds
 * it for long (a run that was stopped) is not waited for: a file is replaced as a
 * whole in any case, and what the other had is lost at worst.
 *
 * Rejected: a lock file beside each, which would lie about for ever.
 */
#include "state/state_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "core/base/xalloc.h"
#include "files/atomic_file.h"
#include "files/special_file.h"
#include "terminal/escape.h"

/* A thousand tickets with all that they may have are less. */
#define FILE_MAX ((size_t)256 * 1024 * 1024)

#define PIECE      ((size_t)65536)
#define LOCK_TRIES 200
#define LOCK_WAIT  ((long)10 * 1000 * 1000) /* ns between two */

void state_text_warn(const struct state_teller *t, const char *format, ...)
{
    struct str text;
    va_list args;
    str_init(&text);
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    t->warn(t->user, str_text(&text));
    str_fini(&text);
}

void state_text_wipe(struct str *text)
{
    volatile char *p = text->base;
    for (size_t i = 0; i < text->len; i++)
        p[i] = '\0';
    str_fini(text);
}

/* ---- reading ---- */

/* Somebody else could have written it, or read the secrets in it. */
static bool is_safe(const char *path, bool is_named, const struct stat *st,
                    const struct state_teller *t)
{
    const char *why = NULL;
    if (!S_ISREG(st->st_mode))
        why = "it is no regular file";
    else if (!is_named && st->st_uid != geteuid() && st->st_uid != 0)
        why = "it is another user's";
    else if (!is_named && (st->st_mode & (S_IWGRP | S_IWOTH)))
        why = "others may write to it";
    if (why)
        state_text_warn(t, "%s is not used: %s", path, why);
    return why == NULL;
}

static bool read_all(int fd, struct str *text)
{
    for (;;) {
        char *to = str_reserve(text, PIECE);
        ssize_t n = read(fd, to, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || text->len > FILE_MAX) {
            errno = n < 0 ? errno : EFBIG;
            return false;
        }
        if (n == 0)
            return true;
        str_commit(text, (size_t)n);
    }
}

static int open_it(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

bool state_text_read(struct str *text, const char *path, bool is_named,
                     const struct state_teller *t)
{
    struct stat st;
    int fd = open_it(path);
    if (fd < 0 && errno == ENOENT)
        return true;
    bool is_good = fd >= 0 && fstat(fd, &st) == 0;
    if (!is_good)
        state_text_warn(t, "cannot read %s: %s", path, strerror(errno));
    else
        is_good = is_safe(path, is_named, &st, t);
    if (is_good && !read_all(fd, text)) {
        state_text_warn(t, "cannot read %s: %s", path, strerror(errno));
        is_good = false;
    }
    if (fd >= 0)
        close(fd);
    return is_good;
}

bool state_text_read_again(struct str *text, const char *path)
{
    struct stat st;
    int fd = open_it(path);
    if (fd < 0)
        return errno == ENOENT;
    bool is_read =
        fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read_all(fd, text);
    close(fd);
    return is_read;
}

/* The file stays where it is until there is a better one; an older copy goes. */
void state_text_put_aside(const char *path, const char *why,
                          const struct state_teller *t)
{
    struct str bad;
    str_init(&bad);
    str_printf(&bad, "%s.bad", path);
    bool is_kept =
        (unlink(str_text(&bad)) == 0 || errno == ENOENT) &&
        (link(path, str_text(&bad)) == 0 || rename(path, str_text(&bad)) == 0);
    state_text_warn(t, "%s: %s; %s%s", path, why,
                    is_kept ? "it is put aside as "
                            : "it cannot be put aside: ",
                    is_kept ? str_text(&bad) : strerror(errno));
    str_fini(&bad);
}

/* ---- writing ---- */

int state_text_lock(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *dir = slash == path ? xalloc_string("/")
                : slash       ? xalloc_copy(path, (size_t)(slash - path))
                              : xalloc_string(".");
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(dir);
    const struct timespec wait = {.tv_nsec = LOCK_WAIT};
    for (int i = 0; fd >= 0 && i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
            break;
        (void)nanosleep(&wait, NULL);
    }
    return fd;
}

void state_text_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}

/* The file is nobody else's before there is anything in it. */
static bool own(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    bool is_own = fd >= 0 && fchmod(fd, 0600) == 0;
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return is_own;
}

/* What servers have said, on a terminal perhaps. */
static int write_stdout(const struct str *text)
{
    struct str shown = {0};
    escape_for_fd(&shown, STDOUT_FILENO, text);
    int error = whole_file_write(&shown, STDOUT_FILENO) ? 0 : errno;
    str_fini(&shown);
    return error;
}

int state_text_replace(const char *path, const struct str *text)
{
    if (strcmp(path, "-") == 0)
        return write_stdout(text);
    if (!special_file_is(path) && !own(path))
        return errno;
    return atomic_file_replace(path, text);
}
