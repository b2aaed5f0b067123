/*
 * The kernel can do the whole job since Linux 5.6: openat2() with
 * RESOLVE_BENEATH refuses every step that leaves the folder, without a race.
 * Where it is missing (older kernels, seccomp filters that answer EPERM or
 * ENOSYS) the path is walked one name at a time and symbolic links are not
 * followed at all: less is served, but nothing escapes.
 *
 * Rejected: realpath() and a comparison of prefixes, which a rename between
 * the check and the open defeats.
 */
#include "serve/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPEN_FLAGS (O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)

/* A rename during the walk makes the kernel give up with EAGAIN. */
#define TRIES 16

static int open_beneath(int root, const char *path)
{
    struct open_how how = {
        .flags = OPEN_FLAGS,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    long fd = -1;
    for (int i = 0; i < TRIES; i++) {
        fd = syscall(SYS_openat2, root, path, &how, sizeof how);
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
            break;
    }
    return fd >= 0 ? (int)fd : -errno;
}

/* Opens one name below `dir`, which is closed unless it is the root. */
static int step(int root, int dir, const char *name, int flags)
{
    int fd = -EXDEV;
    if (strcmp(name, "..") != 0) {
        fd = openat(dir, name, flags | O_NOFOLLOW);
        if (fd < 0)
            fd = -errno;
    }
    if (dir != root)
        close(dir);
    return fd;
}

static int open_by_steps(int root, const char *path)
{
    char name[NAME_MAX + 1];
    int dir = root;
    for (;;) {
        path += strspn(path, "/");
        size_t len = strcspn(path, "/");
        if (len > NAME_MAX) {
            if (dir != root)
                close(dir);
            return -ENAMETOOLONG;
        }
        memcpy(name, path, len);
        name[len] = '\0';
        path += len;
        if (*path == '\0')
            return step(root, dir, len > 0 ? name : ".", OPEN_FLAGS);
        dir = step(root, dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (dir < 0)
            return dir;
    }
}

int confine_open(int root, const char *path)
{
    if (path[0] == '/')
        return -EXDEV;
    int fd = open_beneath(root, path);
    if (fd == -ENOSYS || fd == -EPERM)
        fd = open_by_steps(root, path);
    return fd;
}
