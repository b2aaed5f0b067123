#include "files/path.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/str.h"
#include "core/base/xalloc.h"

bool path_make_folders(const char *path)
{
    enum {
        FOLDER_MODE = 0750
    };
    char *folder = xalloc_string(path);
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

char *path_follow(const char *path)
{
    enum {
        LINKS_MAX = 40 /* as the kernel */
    };
    char *at = xalloc_string(path);
    for (int i = 0; i < LINKS_MAX; i++) {
        char to[PATH_MAX];
        ssize_t len = readlink(at, to, sizeof to);
        const char *slash = strrchr(at, '/');
        struct str next = {0};
        if (len < 0) /* no link, or nothing */
            return at;
        if (slash && *to != '/')
            str_add(&next, span_of(at, (size_t)(slash + 1 - at)));
        str_add(&next, span_of(to, (size_t)len));
        free(at);
        at = str_take(&next);
    }
    free(at);
    errno = ELOOP;
    return NULL;
}
