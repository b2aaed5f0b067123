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
#include "state/state.h"

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

#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "files/atomic_file.h"

/* A thousand tickets with all that they may have are less. */
#define FILE_MAX ((size_t)256 * 1024 * 1024)

#define PIECE      ((size_t)65536)
#define LOCK_TRIES 200
#define LOCK_WAIT  ((long)10 * 1000 * 1000) /* ns between two */

static const struct row {
    const char *name;  /* in the folder */
    const char *holds; /* in words */
} rows[QV_STATE_COUNT] = {
    [QV_STATE_ALT_SVC] = {"alt-svc", "alternative services"},
    [QV_STATE_BROKEN] = {"broken", "broken alternatives"},
    [QV_STATE_TICKETS] = {"tickets", "TLS sessions"},
    [QV_STATE_COOKIES] = {"cookies", "cookies"},
    [QV_STATE_HSTS] = {"hsts", "hosts that want TLS"},
};

static void warn(struct state *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void warn(struct state *s, const char *format, ...)
{
    struct str text;
    va_list args;
    str_init(&text);
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    s->warn(s->user, str_text(&text));
    str_fini(&text);
}

/* ---- where ---- */

static char *join(const char *dir, const char *name)
{
    struct str path;
    str_init(&path);
    str_printf(&path, "%s/%s", dir, name);
    return str_take(&path);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* NULL: there is none. */
static char *folder(const struct state_options *o)
{
    const char *dir = o->dir ? o->dir : variable("QUIVER_STATE_DIR");
    const char *state = variable("XDG_STATE_HOME");
    const char *home = variable("HOME");
    if (dir)
        return xalloc_string(dir);
    if (state)
        return join(state, "quiver");
    return home ? join(home, ".local/state/quiver") : NULL;
}

static bool make_folders(char *path)
{
    for (char *at = path + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        bool is_there = mkdir(path, 0700) == 0 || errno == EEXIST;
        *at = '/';
        if (!is_there)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static void choose(struct state *s, const struct state_options *o)
{
    s->files[QV_STATE_TICKETS].path =
        o->ssl_sessions ? xalloc_string(o->ssl_sessions) : NULL;
    s->files[QV_STATE_ALT_SVC].path =
        o->alt_svc ? xalloc_string(o->alt_svc) : NULL;
    if (!o->is_on || o->is_off)
        return;
    char *dir = folder(o);
    if (dir == NULL)
        warn(s, "nowhere to keep state: HOME is not set");
    else if (!make_folders(dir))
        warn(s, "no folder for state, %s: %s", dir, strerror(errno));
    else
        for (size_t i = 0; i < QV_STATE_COUNT; i++)
            if (s->files[i].path == NULL)
                s->files[i].path = join(dir, rows[i].name);
    free(dir);
}

/* ---- reading ---- */

/* Somebody else could have written it, or read the secrets in it. */
static bool is_safe(struct state *s, const char *path, const struct stat *st)
{
    if (!S_ISREG(st->st_mode)) {
        warn(s, "%s is not used: it is no regular file", path);
        return false;
    }
    if (st->st_uid != geteuid() && st->st_uid != 0) {
        warn(s, "%s is not used: it is another user's", path);
        return false;
    }
    if (st->st_mode & (S_IWGRP | S_IWOTH)) {
        warn(s, "%s is not used: others may write to it", path);
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
static bool read_file(struct state *s, const char *path, struct str *text)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return true;
    bool is_good = fd >= 0 && fstat(fd, &st) == 0;
    if (!is_good)
        warn(s, "cannot read %s: %s", path, strerror(errno));
    else
        is_good = is_safe(s, path, &st);
    if (is_good && !read_all(fd, text)) {
        warn(s, "cannot read %s: %s", path, strerror(errno));
        is_good = false;
    }
    if (fd >= 0)
        close(fd);
    return is_good;
}

static void put_aside(struct state *s, struct state_file *f, const char *why)
{
    struct str bad;
    str_init(&bad);
    str_printf(&bad, "%s.bad", f->path);
    bool is_moved = rename(f->path, str_text(&bad)) == 0;
    warn(s, "%s: %s; %s%s", f->path, why,
         is_moved ? "it is put aside as " : "it cannot be put aside: ",
         is_moved ? str_text(&bad) : strerror(errno));
    str_fini(&bad);
    f->must_write = true;
}

static void forget(struct state_file *f)
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

static void load(struct state *s, enum qv_state_kind kind)
{
    struct state_file *f = &s->files[kind];
    struct qv_state_report report;
    struct str why;
    struct str text;
    str_init(&text);
    str_init(&why);
    if (!read_file(s, f->path, &text)) {
        forget(f);
    } else if (!qv_state_load(s->client, kind, str_text(&text), text.len,
                              &report)) {
        str_printf(&why, "no file of %s", rows[kind].holds);
        put_aside(s, f, str_text(&why));
    } else if (report.bad > 0) {
        str_printf(&why, "damaged in line %u (%zu of %zu lines)",
                   report.first_bad, report.bad,
                   report.bad + report.taken + report.expired);
        put_aside(s, f, str_text(&why));
    }
    str_fini(&why);
    wipe(&text);
}

void state_begin(struct state *s, struct qv_client *client,
                 const struct state_options *o,
                 void (*warning)(void *user, const char *text), void *user)
{
    *s = (struct state){.client = client, .warn = warning, .user = user};
    choose(s, o);
    for (size_t i = 0; i < QV_STATE_COUNT; i++)
        if (s->files[i].path)
            load(s, (enum qv_state_kind)i);
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

/* What another run has written since. */
static void merge(struct state *s, enum qv_state_kind kind)
{
    struct qv_state_report report;
    struct str text;
    str_init(&text);
    struct stat st;
    int fd = open(s->files[kind].path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
        read_all(fd, &text) && text.len > 0)
        (void)qv_state_load(s->client, kind, text.base, text.len, &report);
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

static void save(struct state *s, enum qv_state_kind kind)
{
    const char *path = s->files[kind].path;
    struct str text;
    str_init(&text);
    int fd = lock(path);
    merge(s, kind);
    qv_state_save(s->client, kind, add, &text);
    int error = own(path) ? atomic_file_replace(path, &text) : errno;
    if (error)
        warn(s, "%s is not written (%s): what this run has learned is lost",
             path, strerror(error));
    if (fd >= 0)
        close(fd); /* the lock goes with it */
    wipe(&text);
}

void state_end(struct state *s)
{
    for (size_t i = 0; i < QV_STATE_COUNT; i++) {
        struct state_file *f = &s->files[i];
        enum qv_state_kind kind = (enum qv_state_kind)i;
        if (f->path && (f->must_write || qv_state_is_changed(s->client, kind)))
            save(s, kind);
        forget(f);
    }
}
