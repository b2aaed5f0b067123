#include "files/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "files/ending.h"
#include "files/path.h"
#include "files/special_file.h"

/*
 * A download that broke off must never be taken for the whole file.  curl
 * writes to the final name and leaves what it got; here the bytes go to
 * ".NAME.XXXXXX.part" and rename() makes them NAME in one step, so that a
 * reader sees the old file or the new one.  O_TMPFILE would leave nothing
 * behind even after a power cut, but would also hide the growing file from the
 * user, and not every file system has it.
 *
 * What rename() would lose is kept where it can be: a symbolic link given
 * by -o is followed, and the new file gets the permissions of the old one.
 *
 * Some files can be written, but not replaced: one that is mounted by itself
 * (EBUSY; how containers get single files), one of another user in a sticky
 * folder (EPERM), one in a folder that takes no new file (EACCES, EROFS).  They
 * are written in place once all of it is here, so that a transfer that fails
 * leaves them as they were.  Of the copy itself this cannot be said: when it
 * fails, half a file must not keep the name, and it is emptied.
 */

enum {
    GATHER_MAX = 64 * 1024,
    DIRECT_MIN = 16 * 1024
};

void atomic_file_init(struct atomic_file *s, const char *path)
{
    *s = (struct atomic_file){
        .path = xalloc_string(path), .fd = -1, .mode_bits = -1};
}

void atomic_file_fini(struct atomic_file *s)
{
    free(s->path);
    free(s->target);
    tempfile_remove(&s->temp);
    free(s->buffer);
    *s = (struct atomic_file){.fd = -1};
}

static bool is_null_device(const struct stat *st)
{
    return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

static void on_outlet_drain(void *user)
{
    struct atomic_file *s = user;
    s->on_drain(s);
}

static bool open_special(struct atomic_file *s, const struct stat *st)
{
    s->mode = is_null_device(st) ? ATOMIC_FILE_IGNORE : ATOMIC_FILE_DIRECT;
    if (s->mode == ATOMIC_FILE_IGNORE)
        return true;
    if (s->outlets == NULL) {
        errno = ESPIPE;
        return false;
    }
    s->outlet = outlet_open(s->outlets, s->path, on_outlet_drain, s);
    return s->outlet != NULL;
}

/* A file that is there, emptied; -1 with errno. */
static int open_target(const struct atomic_file *s)
{
    return open(s->target, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC |
                               (s->no_follow ? O_NOFOLLOW : 0));
}

/* The folder takes no new file. */
static bool open_elsewhere(struct atomic_file *s)
{
    s->fd = tempfile_nameless();
    s->mode = ATOMIC_FILE_SPOOL;
    if (s->fd >= 0)
        return true;
    s->fd = open_target(s);
    s->mode = ATOMIC_FILE_INPLACE;
    return s->fd >= 0;
}

static bool open_temp(struct atomic_file *s)
{
    mode_t mask;
    int bits = s->mode_bits;
    s->fd = tempfile_open(&s->temp, s->target);
    if (s->fd < 0)
        return false;
    s->mode = ATOMIC_FILE_TEMP;
    if (bits < 0 && s->create_mode)
        bits = (int)s->create_mode;
    if (bits < 0) {
        mask = umask(0);
        umask(mask);
        bits = (int)(0666 & ~mask);
    }
    /* It was made 0600, which is right when this fails. */
    if (fchmod(s->fd, (mode_t)bits) < 0)
        errno = 0;
    return true;
}

static bool open_append(struct atomic_file *s)
{
    mode_t bits = s->create_mode ? (mode_t)s->create_mode : 0666;
    s->fd = open(s->target,
                 O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC |
                     (s->no_follow ? O_NOFOLLOW : 0),
                 bits);
    if (s->fd < 0)
        return false;
    s->mode = ATOMIC_FILE_APPEND;
    if (s->create_mode && s->mode_bits < 0 && fchmod(s->fd, bits) < 0)
        errno = 0;
    return true;
}

static bool open_regular(struct atomic_file *s)
{
    return s->is_appended ? open_append(s) : open_temp(s);
}

/* What stands at the path now decides how it is opened. */
static bool examine(struct atomic_file *s, bool *is_special, struct stat *st)
{
    *is_special = false;
    bool is_followed = !s->no_follow && s->existing == ATOMIC_FILE_REPLACE;
    s->target = is_followed ? path_follow(s->path) : xalloc_string(s->path);
    if (!s->target)
        return false;
    if (lstat(s->target, st) < 0)
        return true;
    if (s->existing != ATOMIC_FILE_REPLACE &&
        (S_ISREG(st->st_mode) || S_ISLNK(st->st_mode))) {
        errno = EEXIST;
        return s->existing == ATOMIC_FILE_NUMBER;
    }
    /* A link that is not followed is replaced by rename(). */
    if (S_ISLNK(st->st_mode))
        return true;
    if (S_ISDIR(st->st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (!S_ISREG(st->st_mode)) {
        *is_special = true;
        return true;
    }
    s->mode_bits = (int)(st->st_mode & 0777);
    /* A file that may not be written may not be replaced either. */
    return access(s->target, W_OK) == 0;
}

/* False with errno, here and below; atomic_file_abort() is still to be called. */
static bool open_now(struct atomic_file *s)
{
    struct stat st;
    bool is_special;
    if (!examine(s, &is_special, &st))
        return false;
    if (is_special)
        return open_special(s, &st);
    if (open_regular(s))
        return true;
    if (errno == ENOENT && s->create_dirs)
        return path_make_folders(s->target) && open_regular(s);
    if ((errno == EACCES || errno == EPERM || errno == EROFS) &&
        s->mode_bits >= 0)
        return open_elsewhere(s);
    return false;
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static bool flush(struct atomic_file *s)
{
    size_t used = s->used;
    s->used = 0;
    return !used || write_all(s->fd, s->buffer, used);
}

bool atomic_file_write(struct atomic_file *s, const void *data, size_t len)
{
    if (s->mode == ATOMIC_FILE_UNOPENED && !open_now(s))
        return false;
    if (s->mode == ATOMIC_FILE_IGNORE || len == 0)
        return true;
    if (s->mode == ATOMIC_FILE_DIRECT)
        return outlet_write(s->outlet, data, len);
    if (s->is_immediate)
        return write_all(s->fd, data, len);
    if (s->used + len > GATHER_MAX || len >= DIRECT_MIN) {
        if (!flush(s))
            return false;
        if (len >= DIRECT_MIN)
            return write_all(s->fd, data, len);
    }
    if (!s->buffer)
        s->buffer = xalloc_array(NULL, GATHER_MAX, 1);
    memcpy(s->buffer + s->used, data, len);
    s->used += len;
    return true;
}

bool atomic_file_is_full(const struct atomic_file *s)
{
    return s->outlet != NULL && outlet_is_full(s->outlet);
}

bool atomic_file_cut(struct atomic_file *s, uint64_t len)
{
    if (s->mode == ATOMIC_FILE_UNOPENED && !open_now(s))
        return false;
    if (s->mode == ATOMIC_FILE_IGNORE)
        return true;
    s->used = 0;
    return s->fd >= 0 && ftruncate(s->fd, (off_t)len) == 0 &&
           lseek(s->fd, (off_t)len, SEEK_SET) >= 0;
}

static void tell_complete(struct atomic_file *s, int fd)
{
    if (s->on_complete)
        s->on_complete(s, fd);
}

static bool close_file(struct atomic_file *s)
{
    int fd = s->fd;
    s->fd = -1;
    return fd < 0 || close(fd) == 0 || errno == EINTR;
}

/* ---- the end ---- */

/* All of a file, from its start on. */
static bool copy(int from, int to)
{
    char *buffer = xalloc_zeroed(GATHER_MAX, 1);
    bool ok = lseek(from, 0, SEEK_SET) == 0;
    while (ok) {
        ssize_t n = read(from, buffer, GATHER_MAX);
        if (n == 0)
            break;
        if (n > 0)
            ok = write_all(to, buffer, (size_t)n);
        else
            ok = errno == EINTR;
    }
    free(buffer);
    return ok;
}

/* No signal ends the program while half of the file has the name. */
static bool write_inplace(struct atomic_file *s, int from)
{
    sigset_t before;
    int why = 0;
    ending_hold(&before);
    int to = open_target(s);
    if (to < 0 || !copy(from, to)) {
        why = errno;
        if (to >= 0)
            (void)!ftruncate(to, 0); /* no more can be done about it */
    } else {
        tell_complete(s, to);
    }
    if (to >= 0 && close(to) < 0 && !why && errno != EINTR)
        why = errno;
    ending_release(&before);
    errno = why;
    return !why;
}

static bool finish_spool(struct atomic_file *s)
{
    bool ok = write_inplace(s, s->fd);
    int why = errno;
    close_file(s);
    errno = why;
    return ok;
}

/* Under the first name that nobody has. */
static bool number(struct atomic_file *s)
{
    enum {
        NUMBER_MAX = 100 /* curl's */
    };
    bool ok = tempfile_rename_new(&s->temp, s->target);
    for (int n = 1; !ok && errno == EEXIST && n <= NUMBER_MAX; n++) {
        struct str name = {0};
        str_printf(&name, "%s.%d", s->target, n);
        ok = tempfile_rename_new(&s->temp, name.base);
        if (ok) {
            free(s->path);
            s->path = str_take(&name);
        }
        str_fini(&name);
    }
    return ok;
}

static bool take_name(struct atomic_file *s)
{
    switch (s->existing) {
    case ATOMIC_FILE_REPLACE:
        break;
    case ATOMIC_FILE_REFUSE:
        return tempfile_rename_new(&s->temp, s->target);
    case ATOMIC_FILE_NUMBER:
        return number(s);
    }
    return tempfile_rename(&s->temp, s->target);
}

/* Closed before it gets its name: on some file systems that is when a write
 * fails. */
static bool finish_temp(struct atomic_file *s)
{
    tell_complete(s, s->fd);
    if (!close_file(s))
        return false;
    if (take_name(s))
        return true;
    if (s->mode_bits < 0) /* it is not that there is a file */
        return false;
    int why = errno;
    int fd = open(s->temp.path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        errno = why;
        return false;
    }
    bool ok = write_inplace(s, fd);
    why = errno;
    close(fd);
    if (ok)
        tempfile_remove(&s->temp);
    errno = why;
    return ok;
}

static bool finish_outlet(struct atomic_file *s)
{
    struct outlet *o = s->outlet;
    s->outlet = NULL;
    return o == NULL || outlet_finish(o);
}

bool atomic_file_finish(struct atomic_file *s)
{
    if (s->mode == ATOMIC_FILE_UNOPENED && !open_now(s))
        return false;
    if (!flush(s))
        return false;
    switch (s->mode) {
    case ATOMIC_FILE_TEMP:
        return finish_temp(s);
    case ATOMIC_FILE_SPOOL:
        return finish_spool(s);
    case ATOMIC_FILE_DIRECT:
        return finish_outlet(s);
    case ATOMIC_FILE_INPLACE:
    case ATOMIC_FILE_APPEND:
        tell_complete(s, s->fd);
        break;
    case ATOMIC_FILE_UNOPENED:
    case ATOMIC_FILE_IGNORE:
        break;
    }
    return close_file(s);
}

void atomic_file_abort(struct atomic_file *s)
{
    int why = errno;
    if (s->mode == ATOMIC_FILE_APPEND && s->fd >= 0)
        (void)flush(s); /* what came stays */
    s->used = 0;
    if (s->mode == ATOMIC_FILE_INPLACE && s->fd >= 0)
        (void)!ftruncate(s->fd, 0); /* no more can be done about it */
    close_file(s);
    (void)finish_outlet(s);
    tempfile_remove(&s->temp);
    errno = why;
}

bool atomic_file_restart(struct atomic_file *s)
{
    if (s->mode == ATOMIC_FILE_DIRECT)
        return false;
    atomic_file_abort(s);
    atomic_file_fini(s);
    return true;
}

/* ---- all at once ---- */

int atomic_file_replace(const char *path, const struct str *content)
{
    struct atomic_file file;
    int failed = 0;
    if (special_file_is(path))
        return special_file_write(path, content) ? 0 : errno;
    atomic_file_init(&file, path);
    if (!atomic_file_write(&file, content->base, content->len) ||
        !atomic_file_finish(&file)) {
        failed = errno;
        atomic_file_abort(&file);
    }
    atomic_file_fini(&file);
    return failed;
}
