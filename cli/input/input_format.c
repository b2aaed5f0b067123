#include "input/input_format.h"

#include <string.h>

#include "config/options_config.h"

/*
 * '{' begins JSON: a HAR when its first key is "log", which no line has, and
 * lines otherwise.
 *
 * The other two have comments in common, so the first line that is none
 * decides.  A configuration's begins with a dash or with the name of an
 * option, or it has a blank or '=' in its first words, where a URL has none.
 */

struct bytes {
    const char *at;
    const char *end;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\r' || c == '\n';
}

static void skip_space(struct bytes *b)
{
    while (b->at < b->end && is_space(*b->at))
        b->at++;
}

/* Empty lines and comments; false: in one of them the bytes end. */
static bool skip_comments(struct bytes *b)
{
    for (;;) {
        skip_space(b);
        if (b->at == b->end)
            return false;
        if (*b->at != '#')
            return true;
        b->at = memchr(b->at, '\n', (size_t)(b->end - b->at));
        if (!b->at) {
            b->at = b->end;
            return false;
        }
    }
}

static bool guess_json(struct bytes b, bool is_all, enum input_format *format)
{
    static const char key[] = "\"log\"";
    const size_t key_len = sizeof key - 1;
    b.at++;
    skip_space(&b);
    size_t len = (size_t)(b.end - b.at);
    if (len > key_len)
        len = key_len;
    *format = INPUT_JSONL;
    if (len && memcmp(b.at, key, len) != 0)
        return true;
    if (len == key_len)
        *format = INPUT_HAR;
    return len == key_len || is_all;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* b is a whole line. */
static bool is_config(struct bytes b)
{
    const char *word = b.at;
    if (*word == '-')
        return true;
    while (b.at < b.end && is_word(*b.at))
        b.at++;
    size_t len = (size_t)(b.at - word);
    if (!len ||
        (b.at < b.end && !is_blank(*b.at) && *b.at != '=' && *b.at != ':'))
        return false; /* a URL, or nothing that can be understood */
    if (option_find(options_fetch, word, len))
        return true;
    while (b.at < b.end && is_blank(*b.at))
        b.at++;
    return b.at < b.end && (*b.at == '=' || is_blank(b.at[-1]));
}

bool input_format_guess(const char *bytes, size_t len, bool is_all,
                        enum input_format *format)
{
    struct bytes b = {bytes, bytes + len};
    const char *end;
    *format = INPUT_URLS;
    if (!skip_comments(&b))
        return is_all;
    if (*b.at == '{')
        return guess_json(b, is_all, format);
    end = memchr(b.at, '\n', (size_t)(b.end - b.at));
    if (!end && !is_all)
        return false;
    if (end)
        b.end = end;
    while (b.end > b.at && is_space(b.end[-1]))
        b.end--;
    *format = is_config(b) ? INPUT_CURL : INPUT_URLS;
    return true;
}
