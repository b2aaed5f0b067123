#include "files/filename.h"

#include <string.h>

#include "core/base/str.h"
#include "core/base/utf8.h"
#include "core/base/xalloc.h"

/*
 * A URL chooses the name, and whoever gave the user the URL chose that:
 * ".bashrc" or a name with an escape sequence in it must not come out of it.
 * Bytes are mapped rather than refused, since most such names are accidents.
 */

const char *filename_last(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Cuts at a character's start, not within one. */
static size_t cut_len(const char *s, size_t max)
{
    size_t len = strlen(s);
    if (len <= max)
        return len;
    len = utf8_cut(span_of(s, len), max);
    return len ? len : max;
}

char *filename_from_path(const char *path)
{
    struct str name = {0};
    const char *last = filename_last(path);
    if (!*last)
        return NULL;
    if (*last == '.')
        str_add_char(&name, '_');
    for (; *last; last++) {
        unsigned char c = (unsigned char)*last;
        bool is_odd = c < 0x20 || c == 0x7f || c == '\\';
        str_add(&name, span_of(is_odd ? "_" : last, 1));
    }
    name.len = cut_len(name.base, FILENAME_LONGEST);
    return str_take(&name);
}

char *filename_join(const char *folder, const char *name)
{
    struct str path = {0};
    if (folder && *folder) {
        str_add_text(&path, folder);
        if (path.base[path.len - 1] != '/')
            str_add_char(&path, '/');
    }
    str_add_text(&path, name);
    return str_take(&path);
}
