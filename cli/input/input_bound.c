#include "input/input_bound.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "core/base/str.h"
#include "input/input_format.h"

enum {
    FIRST_BYTES = 64 * 1024
};

/* A configuration's URLs may stand for any number of others ([1-1000000]). */
static bool may_have_globs(int fd, enum input_format format)
{
    char first[FIRST_BYTES];
    if (format != INPUT_AUTO)
        return format == INPUT_CURL;
    ssize_t n = pread(fd, first, sizeof first, 0);
    if (n < 0)
        return true;
    size_t mark = whole_file_mark_len(first, (size_t)n);
    return !input_format_guess(first + mark, (size_t)n - mark,
                               (size_t)n < sizeof first, &format) ||
           format == INPUT_CURL;
}

/* Of one file; 0: unknown.  The shortest entry is a byte and the end of its
 * line, and the last may lack that. */
static uint64_t bound(const char *path, enum input_format format)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat st;
    uint64_t n = 0;
    if (fd < 0)
        return 0;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
        !may_have_globs(fd, format))
        n = (uint64_t)st.st_size / 2 + 1;
    close(fd);
    return n;
}

uint64_t input_bound(const char *const *files, size_t n,
                     enum input_format format)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_stdin = strcmp(files[i], "-") == 0;
        uint64_t one = is_stdin ? 0 : bound(files[i], format);
        if (!one)
            return 0;
        sum += one;
    }
    return sum;
}
