/*
 * Two runs at once: each reads a file as it begins.  Before one writes, it locks
 * the folder, reads what the file has become meanwhile, and lets the engine put
 * the two together; the newest wins.  The lock is advisory and held for
 * milliseconds.  Whoever holds it for long (a run that was stopped) is not waited
 * for: a file is replaced as a whole in any case, and what the other had is lost
 * at worst.
 *
 * Rejected: a lock file beside each, which would lie about for ever.
 */
#include "state/state_file.h"

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
#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "files/atomic_file.h"
#include "files/special_file.h"

/* A thousand tickets with all that they may have are less. */
#define FILE_MAX ((size_t)256 * 1024 * 1024)

#define PIECE      ((size_t)65536)
#define LOCK_TRIES 200
#define LOCK_WAIT  ((long)10 * 1000 * 1000) /* ns between two */

const char *state_file_holds(enum qv_state_kind kind)
{
    static const char *const words[QV_STATE_COUNT] = {
        [QV_STATE_ALT_SVC] = "alternative services",
        [QV_STATE_BROKEN] = "broken alternatives",
        [QV_STATE_TICKETS] = "TLS sessions",
        [QV_STATE_COOKIES] = "cookies",
        [QV_STATE_HSTS] = "hosts that want TLS",
    };
    return words[kind];
}

static void warn(const struct state_teller *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void warn(const struct state_teller *t, const char *format, ...)
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

void state_file_init(struct state_file *f, enum qv_state_kind kind, char *path)
{
    *f = (struct state_file){.path = path, .kind = kind};
}

void state_file_fini(struct state_file *f)
{
    free(f->path);
    f->path = NULL;
}

/* Secrets do not stay in memory that is used again. */
static void wipe(struct str *text)
{
    volatile char *p = text->base;
    for (size_t i = 0; i < text->len; i++)
        p[i] = '\0';
    str_fini(text);
}

/* ---- reading ---- */

/* Somebody else could have written it, or read the secrets in it. */
static bool is_safe(const struct state_file *f, const struct stat *st,
                    const struct state_teller *t)
{
    if (!S_ISREG(st->st_mode)) {
        warn(t, "%s is not used: it is no regular file", f->path);
        return false;
    }
    if (f->is_named)
        return true;
    if (st->st_uid != geteuid() && st->st_uid != 0) {
        warn(t, "%s is not used: it is another user's", f->path);
        return false;
    }
    if (st->st_mode & (S_IWGRP | S_IWOTH)) {
        warn(t, "%s is not used: others may write to it", f->path);
        return false;
    }
    return true;
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

/* False: it cannot be used, now or later. */
static bool read_file(const struct state_file *f, struct str *text,
                      const struct state_teller *t)
{
    struct stat st;
    int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return true;
    bool is_good = fd >= 0 && fstat(fd, &st) == 0;
    if (!is_good)
        warn(t, "cannot read %s: %s", f->path, strerror(errno));
    else
        is_good = is_safe(f, &st, t);
    if (is_good && !read_all(fd, text)) {
        warn(t, "cannot read %s: %s", f->path, strerror(errno));
        is_good = false;
    }
    if (fd >= 0)
        close(fd);
    return is_good;
}

/* The file stays where it is until there is a better one; an older copy goes. */
static void put_aside(struct state_file *f, const char *why,
                      const struct state_teller *t)
{
    struct str bad;
    str_init(&bad);
    str_printf(&bad, "%s.bad", f->path);
    bool is_kept = (unlink(str_text(&bad)) == 0 || errno == ENOENT) &&
                   (link(f->path, str_text(&bad)) == 0 ||
                    rename(f->path, str_text(&bad)) == 0);
    warn(t, "%s: %s; %s%s", f->path, why,
         is_kept ? "it is put aside as " : "it cannot be put aside: ",
         is_kept ? str_text(&bad) : strerror(errno));
    str_fini(&bad);
    f->is_written = true;
}

/* What is wrong with a text; false: nothing is. */
static bool describe(bool is_taken, const struct qv_state_report *r,
                     enum qv_state_kind kind, struct str *why)
{
    if (!is_taken)
        str_printf(why, "no file of %s", state_file_holds(kind));
    else if (r->bad > 0)
        str_printf(why, "damaged in line %u (%zu of %zu lines)", r->first_bad,
                   r->bad, r->bad + r->taken + r->expired);
    return why->len > 0;
}

static bool read_text(struct state_file *f, struct qv_client *client,
                      const struct state_teller *t, bool is_to_be_written)
{
    struct qv_state_report report = {0};
    struct str why;
    struct str text;
    str_init(&text);
    str_init(&why);
    f->was_read = read_file(f, &text, t);
    if (f->was_read) {
        bool is_taken = qv_state_load(client, f->kind, QV_STATE_HOME,
                                      str_text(&text), text.len, &report);
        bool is_damaged = describe(is_taken, &report, f->kind, &why);
        if (is_damaged && is_to_be_written)
            put_aside(f, str_text(&why), t);
        else if (is_damaged)
            warn(t, "%s: %s", f->path, str_text(&why));
    }
    str_fini(&why);
    wipe(&text);
    return f->was_read;
}

bool state_file_read(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t)
{
    return read_text(f, client, t, true);
}

bool state_file_look(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t)
{
    return read_text(f, client, t, false);
}

/* As curl: one that is not there is no mistake, for it may come to be. */
void state_file_input(const char *path, enum qv_state_kind kind,
                      struct qv_client *client, const struct state_teller *t)
{
    struct qv_state_report report = {0};
    struct str why;
    struct str text;
    str_init(&text);
    str_init(&why);
    if (whole_file_read_edited(&text, path)) {
        bool is_taken = qv_state_load(client, kind, QV_STATE_INPUT,
                                      str_text(&text), text.len, &report);
        if (describe(is_taken, &report, kind, &why))
            warn(t, "%s: %s", path, str_text(&why));
    } else if (errno != ENOENT && errno != EISDIR) {
        warn(t, "cannot read %s: %s", path, strerror(errno));
    }
    str_fini(&why);
    wipe(&text);
}

/* ---- writing ---- */

/* A descriptor that holds the lock; -1: there is none, which is no reason not to
 * write. */
static int lock(const char *path)
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

/* What another run has written since; nothing, when that took it away. */
static void merge(const struct state_file *f, struct qv_client *client)
{
    struct qv_state_report report;
    struct str text;
    struct stat st;
    str_init(&text);
    int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is_there = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                    read_all(fd, &text);
    if (is_there || errno == ENOENT)
        (void)qv_state_load(client, f->kind, QV_STATE_MERGE, str_text(&text),
                            text.len, &report);
    if (fd >= 0)
        close(fd);
    wipe(&text);
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

static void add(void *user, const void *data, size_t len)
{
    str_add(user, span_of(data, len));
}

/* 0, or errno. */
static int replace(const char *path, const struct str *text)
{
    if (strcmp(path, "-") == 0)
        return whole_file_write(text, STDOUT_FILENO) ? 0 : errno;
    if (!special_file_is(path) && !own(path))
        return errno;
    return atomic_file_replace(path, text);
}

static void unlock(int fd)
{
    if (fd >= 0)
        close(fd); /* the lock goes with it */
}

/* 0, or errno. */
static int write_back(const struct state_file *f, struct qv_client *client)
{
    struct str text;
    str_init(&text);
    qv_state_save(client, f->kind, add, &text);
    int error = replace(f->path, &text);
    wipe(&text);
    return error;
}

bool state_file_save(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t)
{
    if (!f->is_written && !qv_state_is_changed(client, f->kind))
        return true;
    int fd = lock(f->path);
    if (f->was_read)
        merge(f, client);
    int error = write_back(f, client);
    if (error)
        warn(t, "%s is not written (%s): what this run has learned is lost",
             f->path, strerror(error));
    unlock(fd);
    return error == 0;
}

bool state_file_edit(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t,
                     void (*edit)(void *user, struct qv_client *client),
                     void *user)
{
    int error = 0;
    int fd = lock(f->path);
    bool is_read = state_file_read(f, client, t);
    if (is_read) {
        edit(user, client);
        if (f->is_written || qv_state_is_changed(client, f->kind))
            error = write_back(f, client);
    }
    unlock(fd);
    if (error)
        warn(t, "%s is not written: %s", f->path, strerror(error));
    return is_read && error == 0;
}
