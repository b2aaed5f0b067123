#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Reads on to the end, or behind `last`; the descriptor stands at `at`. */
static bool read_bytes(struct str *to, int fd, uint64_t at, uint64_t first,
                       uint64_t last)
{
    enum {
        STEP = 65536
    };
    ssize_t n;
    do {
        char *room = str_reserve(to, STEP);
        n = read(fd, room, STEP);
        if (n <= 0) {
            str_commit(to, 0); /* of nothing there is a text, too */
            continue;
        }
        uint64_t end = at + (uint64_t)n;
        if (end > first) {
            size_t skipped = first > at ? (size_t)(first - at) : 0;
            size_t len = (size_t)n - skipped;
            if (end - 1 > last)
                len -= (size_t)(end - 1 - last);
            memmove(room, room + skipped, len);
            str_commit(to, len);
        }
        at = end;
    } while ((n > 0 && at <= last) || (n < 0 && errno == EINTR));
    return n >= 0;
}

bool whole_file_read_part(struct str *to, const char *path, uint64_t first,
                          uint64_t last)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    /* A pipe cannot be skipped through. */
    bool is_there = first > 0 && first <= INT64_MAX &&
                    lseek(fd, (off_t)first, SEEK_CUR) >= 0;
    bool ok = read_bytes(to, fd, is_there ? first : 0, first, last);
    int failed = ok ? 0 : errno;
    if (!is_stdin)
        close(fd);
    errno = failed;
    return ok;
}

bool whole_file_read(struct str *to, const char *path)
{
    return whole_file_read_part(to, path, 0, UINT64_MAX);
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
