#include "view/media.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    enum media_kind kind;
} types[] = {
    {"application/octet-stream", MEDIA_UNKNOWN},
    {"application/json", MEDIA_JSON},
    {"text/json", MEDIA_JSON},
    {"application/x-json", MEDIA_JSON},
    {"application/x-ndjson", MEDIA_JSON_LINES},
    {"application/ndjson", MEDIA_JSON_LINES},
    {"application/jsonl", MEDIA_JSON_LINES},
    {"application/x-jsonl", MEDIA_JSON_LINES},
    {"application/jsonlines", MEDIA_JSON_LINES},
    {"application/x-jsonlines", MEDIA_JSON_LINES},
    {"application/json-seq", MEDIA_JSON_LINES},
    {"text/event-stream", MEDIA_EVENTS},
};

static const struct {
    const char *name;
    enum media_charset charset;
} charsets[] = {
    {"iso-8859-1", MEDIA_LATIN1}, {"latin1", MEDIA_LATIN1},
    {"iso8859-1", MEDIA_LATIN1},  {"windows-1252", MEDIA_LATIN1},
    {"cp1252", MEDIA_LATIN1},     {"iso-8859-15", MEDIA_LATIN9},
    {"latin9", MEDIA_LATIN9},     {"utf-16", MEDIA_UTF16LE},
    {"utf-16le", MEDIA_UTF16LE},  {"utf-16be", MEDIA_UTF16BE},
};

static bool is_word(const char *s, size_t len, const char *word)
{
    return len == strlen(word) && strncasecmp(s, word, len) == 0;
}

static bool ends_with(const char *s, size_t len, const char *end)
{
    size_t n = strlen(end);
    return len > n && strncasecmp(s + len - n, end, n) == 0;
}

static enum media_kind kind_of(const char *type, size_t len)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (is_word(type, len, types[i].name))
            return types[i].kind;
    }
    if (ends_with(type, len, "+json"))
        return MEDIA_JSON;
    return ends_with(type, len, "+json-seq") ? MEDIA_JSON_LINES : MEDIA_OTHER;
}

static enum media_charset charset_of(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof charsets / sizeof charsets[0]; i++) {
        if (is_word(name, len, charsets[i].name))
            return charsets[i].charset;
    }
    return MEDIA_UTF8;
}

/* "; q=1; charset=\"latin1\"": parameters (RFC 9110 5.6.6). */
static enum media_charset find_charset(const char *at)
{
    static const char name[] = "charset=";
    while ((at = strchr(at, ';'))) {
        at += 1 + strspn(at + 1, " \t");
        if (strncasecmp(at, name, strlen(name)) != 0)
            continue;
        at += strlen(name);
        at += *at == '"';
        return charset_of(at, strcspn(at, "\"; \t"));
    }
    return MEDIA_UTF8;
}

struct media media_of(const char *content_type)
{
    if (!content_type)
        return (struct media){MEDIA_UNKNOWN, MEDIA_UTF8};
    const char *type = content_type + strspn(content_type, " \t");
    return (struct media){
        .kind = kind_of(type, strcspn(type, "; \t")),
        .charset = find_charset(type),
    };
}

#define MAGIC(at, bytes, name)                                                 \
    {                                                                          \
        bytes, sizeof(bytes) - 1, at, false, name                              \
    }
/* What text may begin with, too. */
#define WITH_NUL(at, bytes, name)                                              \
    {                                                                          \
        bytes, sizeof(bytes) - 1, at, true, name                               \
    }

static const struct {
    const char *bytes;
    size_t len;
    size_t at;
    bool needs_nul;
    const char *name;
} magics[] = {
    MAGIC(0, "\x1f\x8b", "gzip data"),
    MAGIC(0, "\x28\xb5\x2f\xfd", "zstd data"),
    MAGIC(0,
          "\xfd"
          "7zXZ",
          "xz data"),
    MAGIC(4, "1AY&SY", "bzip2 data"),
    MAGIC(0, "\x89PNG", "a PNG image"),
    MAGIC(0, "\xff\xd8\xff", "a JPEG image"),
    WITH_NUL(0, "GIF87a", "a GIF image"),
    WITH_NUL(0, "GIF89a", "a GIF image"),
    WITH_NUL(8, "WEBP", "a WebP image"),
    WITH_NUL(4, "ftypavif", "an AVIF image"),
    WITH_NUL(4, "ftyp", "an MP4 video"),
    MAGIC(0, "%PDF-", "a PDF document"),
    MAGIC(0, "PK\x03\x04", "a ZIP archive"),
    MAGIC(0,
          "\x7f"
          "ELF",
          "a program (ELF)"),
    MAGIC(0, "\0asm", "WebAssembly"),
    WITH_NUL(0, "OggS", "Ogg audio"),
    WITH_NUL(0, "fLaC", "FLAC audio"),
    WITH_NUL(0, "ID3", "MP3 audio"),
    WITH_NUL(0, "wOF2", "a font (WOFF2)"),
    WITH_NUL(0, "SQLite format 3", "an SQLite database"),
    WITH_NUL(257, "ustar", "a tar archive"),
};

const char *media_magic(const void *bytes, size_t len, bool has_nul)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        size_t at = magics[i].at;
        if ((has_nul || !magics[i].needs_nul) && at + magics[i].len <= len &&
            memcmp((const char *)bytes + at, magics[i].bytes, magics[i].len) ==
                0)
            return magics[i].name;
    }
    return NULL;
}
