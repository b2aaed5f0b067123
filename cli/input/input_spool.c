#include "input/input_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(const struct input_spool *s, struct qv_error *e)
{
    *e = (struct qv_error){.status = QV_EXIT_WRITE,
                           .name = "write",
                           .class_name = "unrecoverable",
                           .wire = (uint64_t)errno};
    (void)snprintf(e->text, sizeof e->text, "cannot write %.150s: %s", s->path,
                   strerror(errno));
    return false;
}

bool input_spool_open(struct input_spool *s, const char *path,
                      struct qv_error *error)
{
    *s = (struct input_spool){.path = path, .last_byte = '\n'};
    /* It may hold secrets, as what it is a copy of. */
    s->fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    return s->fd >= 0 || fail(s, error);
}

void input_spool_close(struct input_spool *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

bool input_spool_add(struct input_spool *s, const char *bytes, size_t len,
                     struct qv_error *error)
{
    while (len) {
        ssize_t n = write(s->fd, bytes, len);
        if (n < 0 && errno != EINTR)
            return fail(s, error);
        if (n > 0) {
            s->last_byte = bytes[n - 1];
            bytes += n;
            len -= (size_t)n;
        }
    }
    return true;
}

bool input_spool_end(struct input_spool *s, struct qv_error *error)
{
    return s->last_byte == '\n' || input_spool_add(s, "\n", 1, error);
}
