/*
 * Configuration files: every line is taken apart within its own bytes, and the
 * name of a section means the same when it is read from the parts again.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "args/curlrc.h"
#include "config/config_origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_origin(const char *text)
{
    struct config_origin o;
    const char *why = NULL;

    if (config_origin_parse(&o, text, &why)) {
        unsigned port = o.port ? o.port : 443;

        assert(config_origin_is_same(&o, &o));
        assert(!config_origin_compare(&o, &o));
        if (!o.is_wildcard)
            assert(config_origin_matches(&o, o.scheme, o.host, port));
    } else {
        assert(why);
    }
    config_origin_fini(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *text = malloc(len + 1);
    struct curlrc_reader r = {.at = text};
    struct curlrc_line l;
    char *line;

    assert(text);
    memcpy(text, data, len);
    text[len] = '\0';
    check_origin(text);
    while ((line = curlrc_next(&r))) {
        char *end = line + strlen(line);

        curlrc_line(&l, line);
        assert(!l.option || (l.option >= line && l.option <= end));
        assert(!l.argument || (l.option && l.argument <= end));
    }
    free(text);
    return 0;
}
