#include "transport/key_log.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#define NOT_OPEN    (-1)
#define CANNOT_OPEN (-2)

void key_log_init(struct key_log *log, const char *path)
{
    *log = (struct key_log){.path = path, .fd = NOT_OPEN};
}

void key_log_fini(struct key_log *log)
{
    if (log->fd >= 0)
        (void)close(log->fd);
    log->fd = NOT_OPEN;
}

/* One writev, so that lines of processes that share the file stay whole. */
void key_log_write(struct key_log *log, struct span line)
{
    if (log->fd == NOT_OPEN) {
        log->fd =
            open(log->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (log->fd < 0)
            log->fd = CANNOT_OPEN;
    }
    if (log->fd < 0)
        return;
    struct iovec iov[] = {
        {.iov_base = (void *)(uintptr_t)line.base, .iov_len = line.len},
        {.iov_base = (char[]){'\n'}, .iov_len = 1},
    };
    if (writev(log->fd, iov, 2) < 0) {
        (void)close(log->fd);
        log->fd = CANNOT_OPEN;
    }
}
