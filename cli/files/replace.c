#include "files/replace.h"

#include <errno.h>

#include "files/save.h"

int replace_file(const char *path, const struct text *content)
{
    struct save file;
    int failed = 0;
    save_init(&file, path);
    if (!save_write(&file, content->at, content->len) || !save_finish(&file)) {
        failed = errno;
        save_abort(&file);
    }
    save_fini(&file);
    return failed;
}
