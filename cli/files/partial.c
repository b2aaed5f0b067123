#include "files/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "core/base/xalloc.h"
#include "files/attributes.h"

void partial_look(struct partial *p, const char *path, const char *at)
{
    struct stat st;
    bool is_there = path && stat(path, &st) == 0 && S_ISREG(st.st_mode);
    *p = (struct partial){.had = is_there ? (uint64_t)st.st_size : 0};
    if (strcmp(at, "-") != 0) {
        (void)number_parse(at, UINT64_MAX, &p->from);
        return;
    }
    p->from = p->had;
    if (p->had > 0)
        p->validator = attributes_validator(path);
}

static bool read_from(int fd, uint64_t len,
                      void (*take)(void *user, const void *data, size_t len),
                      void *user)
{
    enum {
        PIECE = 64 * 1024
    };
    char *piece = xalloc_array(NULL, PIECE, 1);
    ssize_t n = 1;
    while (len > 0 && n > 0) {
        n = read(fd, piece, len < PIECE ? (size_t)len : PIECE);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0) {
            take(user, piece, (size_t)n);
            len -= (uint64_t)n;
        }
    }
    if (n == 0)
        errno = 0;
    free(piece);
    return len == 0;
}

bool partial_read(const char *path, uint64_t len,
                  void (*take)(void *user, const void *data, size_t len),
                  void *user)
{
    if (len == 0)
        return true;
    int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = read_from(fd, len, take, user);
    int why = errno;
    close(fd);
    errno = why;
    return ok;
}
