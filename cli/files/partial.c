#include "files/partial.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
