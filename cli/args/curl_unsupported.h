/*
 * curl_unsupported -- options of curl that quiver does not have, and why.
 *
 * A curl user who types one shall read the reason, not "unknown option".
 */
#ifndef CLI_ARGS_CURL_UNSUPPORTED_H
#define CLI_ARGS_CURL_UNSUPPORTED_H

#include <stddef.h>

enum curl_unsupported {
    UNSUPPORTED_UNKNOWN,  /* not curl's either */
    UNSUPPORTED_NOT_HTTP, /* belongs to a protocol that quiver does not speak */
    UNSUPPORTED_NOT_SAFE, /* switches on what quiver refuses to do */
    UNSUPPORTED_GSSAPI,   /* what it needs: */
    UNSUPPORTED_SRP,
    UNSUPPORTED_ENGINE,
    UNSUPPORTED_LIBCURL,
    UNSUPPORTED_NO_BUNDLE,
};

enum curl_unsupported curl_unsupported_find(const char *name, size_t len);
/* *name is set to the long name. */
enum curl_unsupported curl_unsupported_find_letter(char letter,
                                                   const char **name);
/* The name of the row i, NULL behind the last one. */
const char *curl_unsupported_name(size_t i);
const char *curl_unsupported_text(enum curl_unsupported f);

#endif
