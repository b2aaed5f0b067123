#include "files/filename.h"

#include <stdlib.h>
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

char *filename_safe(const char *name)
{
    struct str safe = {0};
    if (!*name)
        return NULL;
    if (*name == '.')
        str_add_char(&safe, '_');
    for (; *name; name++) {
        unsigned char c = (unsigned char)*name;
        bool is_odd = c < 0x20 || c == 0x7f || c == '\\' || c == '/';
        str_add(&safe, span_of(is_odd ? "_" : name, 1));
    }
    safe.len = cut_len(safe.base, FILENAME_LONGEST);
    return str_take(&safe);
}

/* curl's name for what has none. */
#define NAMELESS "curl_response"

char *filename_from_path(const char *path)
{
    size_t len = strlen(path);
    if (len > 0 && path[len - 1] == '/')
        len--;
    char *whole = xalloc_copy(path, len);
    char *name = filename_safe(filename_last(whole));
    free(whole);
    return name ? name : xalloc_string(NAMELESS);
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
