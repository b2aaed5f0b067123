#include "files/tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/str.h"
#include "files/ending.h"

/*
 * The list is read by a signal handler.  It is the main thread's, as is the
 * handler (ending.h), and whoever changes it holds the signals back; so the
 * handler always finds it whole, and no file exists that is not in it.
 */
static struct tempfile *open_files;

static void remove_all(void)
{
    for (const struct tempfile *t = open_files; t; t = t->next)
        (void)unlink(t->path);
}

static void link_in(struct tempfile *t, char *path)
{
    *t = (struct tempfile){.next = open_files, .path = path};
    if (open_files)
        open_files->prev = t;
    open_files = t;
}

static void take_out(struct tempfile *t)
{
    sigset_t before;
    ending_hold(&before);
    *(t->prev ? &t->prev->next : &open_files) = t->next;
    if (t->next)
        t->next->prev = t->prev;
    ending_release(&before);
    free(t->path);
    *t = (struct tempfile){0};
}

/* NAME is cut so that the whole is a legal name. */
static char *name_template(const char *target)
{
    enum {
        EXTRA = sizeof("..XXXXXX.part") - 1
    };
    const char *slash = strrchr(target, '/');
    const char *name = slash ? slash + 1 : target;
    size_t len = strlen(name);
    struct str t = {0};
    if (len > NAME_MAX - EXTRA)
        len = NAME_MAX - EXTRA;
    str_add(&t, span_of(target, (size_t)(name - target)));
    str_add_char(&t, '.');
    str_add(&t, span_of(name, len));
    str_add_text(&t, ".XXXXXX.part");
    return str_take(&t);
}

int tempfile_open(struct tempfile *t, const char *target)
{
    char *path = name_template(target);
    sigset_t before;
    ending_guard(remove_all);
    ending_hold(&before);
    int fd = mkostemps(path, (int)sizeof(".part") - 1, O_CLOEXEC);
    if (fd >= 0)
        link_in(t, path);
    ending_release(&before);
    if (fd < 0)
        free(path);
    return fd;
}

bool tempfile_rename(struct tempfile *t, const char *target)
{
    if (rename(t->path, target) < 0)
        return false;
    take_out(t);
    return true;
}

/* A name that is there is taken by others who ask as we do; between the two calls
 * it is an empty file. */
static bool rename_over_reserved(const char *from, const char *to)
{
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    close(fd);
    if (rename(from, to) == 0)
        return true;
    int why = errno;
    (void)unlink(to);
    errno = why;
    return false;
}

bool tempfile_rename_new(struct tempfile *t, const char *target)
{
    bool ok =
        renameat2(AT_FDCWD, t->path, AT_FDCWD, target, RENAME_NOREPLACE) == 0;
    if (!ok && (errno == EINVAL || errno == ENOSYS)) /* not every file system */
        ok = rename_over_reserved(t->path, target);
    if (ok)
        take_out(t);
    return ok;
}

void tempfile_remove(struct tempfile *t)
{
    if (!t->path)
        return;
    (void)unlink(t->path);
    take_out(t);
}

int tempfile_nameless(void)
{
    const char *folder = getenv("TMPDIR");
    struct str path = {0};
    sigset_t before;
    str_add_text(&path, folder && *folder ? folder : "/tmp");
    str_add_text(&path, "/quiver-XXXXXX");
    ending_hold(&before);
    int fd = mkostemp(path.base, O_CLOEXEC);
    int why = errno;
    if (fd >= 0)
        (void)unlink(path.base);
    ending_release(&before);
    str_fini(&path);
    errno = why;
    return fd;
}
