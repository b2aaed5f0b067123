#include "files/filename.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

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
    len = max;
    while (len && ((unsigned char)s[len] & 0xc0) == 0x80)
        len--;
    return len ? len : max;
}

char *filename_from_path(const char *path)
{
    struct text name = {0};
    const char *last = filename_last(path);
    if (!*last)
        return NULL;
    if (*last == '.')
        text_putc(&name, '_');
    for (; *last; last++) {
        unsigned char c = (unsigned char)*last;
        bool is_odd = c < 0x20 || c == 0x7f || c == '\\';
        text_add(&name, is_odd ? "_" : last, 1);
    }
    name.len = cut_len(name.at, FILENAME_LONGEST);
    return text_take(&name);
}

char *filename_join(const char *folder, const char *name)
{
    struct text path = {0};
    if (folder && *folder) {
        text_puts(&path, folder);
        if (path.at[path.len - 1] != '/')
            text_putc(&path, '/');
    }
    text_puts(&path, name);
    return text_take(&path);
}
