#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

bool whole_file_read(struct str *to, const char *path)
{
    enum {
        STEP = 65536
    };
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n;
    do {
        n = read(fd, str_reserve(to, STEP), STEP);
        str_commit(to, n > 0 ? (size_t)n : 0);
    } while (n > 0 || (n < 0 && errno == EINTR));
    int failed = n < 0 ? errno : 0;
    if (!is_stdin)
        close(fd);
    errno = failed;
    return !failed;
}

size_t whole_file_mark_len(const char *bytes, size_t len)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t mark_len = sizeof mark - 1;
    return len >= mark_len && memcmp(bytes, mark, mark_len) == 0 ? mark_len : 0;
}

bool whole_file_read_edited(struct str *to, const char *path)
{
    size_t before = to->len;
    if (!whole_file_read(to, path))
        return false;
    size_t mark = whole_file_mark_len(to->base + before, to->len - before);
    char *text = to->base + before;
    memmove(text, text + mark, to->len - before - mark + 1);
    to->len -= mark;
    return true;
}

bool whole_file_write(const struct str *bytes, int fd)
{
    size_t done = 0;
    while (done < bytes->len) {
        ssize_t n = write(fd, bytes->base + done, bytes->len - done);
        if (n >= 0) {
            done += (size_t)n;
        } else if (errno == EAGAIN) {
            /* Somebody else made our descriptor non-blocking. */
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}
