#include "files/replace.h"

#include <errno.h>

#include "files/atomic_file.h"

int replace_file(const char *path, const struct str *content)
{
    struct atomic_file file;
    int failed = 0;
    atomic_file_init(&file, path);
    if (!atomic_file_write(&file, content->base, content->len) ||
        !atomic_file_finish(&file)) {
        failed = errno;
        atomic_file_abort(&file);
    }
    atomic_file_fini(&file);
    return failed;
}
