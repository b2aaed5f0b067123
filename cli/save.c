#include "save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "mem.h"
#include "text.h"

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
 * When the folder takes no new file, but the file itself can be written, it is
 * written in place and emptied if the transfer fails.
 */

enum {
    GATHER_MAX = 64 * 1024,
    DIRECT_MIN = 16 * 1024
};

void save_init(struct save *s, const char *path)
{
    *s = (struct save){.path = mem_string(path), .fd = -1, .mode_bits = -1};
}

void save_fini(struct save *s)
{
    free(s->path);
    free(s->target);
    free(s->temp);
    free(s->buffer);
    *s = (struct save){.fd = -1};
}

/* Creates the folders that the path names, as mkdir -p. */
static bool make_folders(const char *path)
{
    enum {
        FOLDER_MODE = 0750
    };
    char *folder = mem_string(path);
    bool ok = true;

    for (char *c = folder + 1; *c && ok; c++) {
        if (*c != '/')
            continue;
        *c = '\0';
        ok = mkdir(folder, FOLDER_MODE) == 0 || errno == EEXIST;
        *c = '/';
    }
    free(folder);
    return ok;
}

static bool is_null_device(const struct stat *st)
{
    return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

/* Not O_CREAT: what is there is there. */
static bool open_special(struct save *s, const struct stat *st)
{
    s->mode = is_null_device(st) ? SAVE_IGNORE : SAVE_DIRECT;
    if (s->mode == SAVE_IGNORE)
        return true;
    s->fd = open(s->path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    return s->fd >= 0;
}

static bool open_inplace(struct save *s)
{
    s->fd = open(s->target,
                 O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC |
                     (s->no_follow ? O_NOFOLLOW : 0),
                 0666);
    s->mode = SAVE_INPLACE;
    return s->fd >= 0;
}

/* "FOLDER/.NAME.XXXXXX.part", NAME cut so that the whole is a legal name. */
static char *temp_template(const char *target)
{
    enum {
        EXTRA = sizeof("..XXXXXX.part") - 1
    };
    const char *slash = strrchr(target, '/');
    const char *name = slash ? slash + 1 : target;
    size_t len = strlen(name);
    struct text t = {0};

    if (len > NAME_MAX - EXTRA)
        len = NAME_MAX - EXTRA;
    text_add(&t, target, (size_t)(name - target));
    text_putc(&t, '.');
    text_add(&t, name, len);
    text_puts(&t, ".XXXXXX.part");
    return text_take(&t);
}

static bool open_temp(struct save *s)
{
    mode_t mask;
    int bits = s->mode_bits;

    s->temp = temp_template(s->target);
    s->fd = mkostemps(s->temp, (int)sizeof(".part") - 1, O_CLOEXEC);
    if (s->fd < 0)
        return false;
    s->mode = SAVE_TEMP;
    if (bits < 0) {
        mask = umask(0);
        umask(mask);
        bits = (int)(0666 & ~mask);
    }
    /* mkostemps() makes it 0600, which is right when this fails. */
    if (fchmod(s->fd, (mode_t)bits) < 0)
        errno = 0;
    return true;
}

/* What stands at the path now decides how it is opened. */
static bool examine(struct save *s, bool *is_special, struct stat *st)
{
    bool is_link = lstat(s->path, st) == 0 && S_ISLNK(st->st_mode);

    *is_special = false;
    if (!is_link || s->no_follow) {
        s->target = mem_string(s->path);
        if (is_link || lstat(s->path, st) < 0)
            return true;
    } else {
        s->target = realpath(s->path, NULL);
        if (!s->target || stat(s->target, st) < 0) {
            free(s->target);
            s->target = NULL;
            return true; /* it leads nowhere */
        }
    }
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
    return access(s->path, W_OK) == 0;
}

bool save_open(struct save *s)
{
    struct stat st;
    bool is_special;

    if (!examine(s, &is_special, &st))
        return false;
    if (is_special)
        return open_special(s, &st);
    if (!s->target) { /* a link to a file that is still to be made */
        s->target = mem_string(s->path);
        return open_inplace(s);
    }
    if (open_temp(s))
        return true;
    if (errno == ENOENT && s->create_dirs) {
        free(s->temp);
        s->temp = NULL;
        return make_folders(s->target) && open_temp(s);
    }
    if ((errno == EACCES || errno == EPERM || errno == EROFS) &&
        s->mode_bits >= 0)
        return open_inplace(s);
    return false;
}

static bool write_all(struct save *s, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(s->fd, data, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static bool flush(struct save *s)
{
    size_t used = s->used;

    s->used = 0;
    return !used || write_all(s, s->buffer, used);
}

bool save_write(struct save *s, const void *data, size_t len)
{
    if (s->mode == SAVE_UNOPENED && !save_open(s))
        return false;
    if (s->mode == SAVE_IGNORE)
        return true;
    if (s->mode == SAVE_DIRECT || s->is_immediate)
        return write_all(s, data, len);
    if (s->used + len > GATHER_MAX || len >= DIRECT_MIN) {
        if (!flush(s))
            return false;
        if (len >= DIRECT_MIN)
            return write_all(s, data, len);
    }
    if (!s->buffer)
        s->buffer = mem_resize(NULL, GATHER_MAX, 1);
    memcpy(s->buffer + s->used, data, len);
    s->used += len;
    return true;
}

static bool close_file(struct save *s)
{
    int fd = s->fd;

    s->fd = -1;
    return fd < 0 || close(fd) == 0 || errno == EINTR;
}

bool save_finish(struct save *s)
{
    if (s->mode == SAVE_UNOPENED && !save_open(s))
        return false;
    if (!flush(s) || !close_file(s))
        return false;
    if (s->mode != SAVE_TEMP)
        return true;
    if (rename(s->temp, s->target) < 0)
        return false;
    free(s->temp);
    s->temp = NULL;
    return true;
}

void save_abort(struct save *s)
{
    int why = errno;

    s->used = 0;
    if (s->mode == SAVE_INPLACE && s->fd >= 0)
        (void)!ftruncate(s->fd, 0); /* no more can be done about it */
    close_file(s);
    if (s->mode == SAVE_TEMP && s->temp)
        unlink(s->temp);
    errno = why;
}

bool save_restart(struct save *s)
{
    if (s->mode == SAVE_DIRECT)
        return false;
    save_abort(s);
    save_fini(s);
    return true;
}
