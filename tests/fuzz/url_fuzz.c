/*
 * URLs: what parses can be written down, and what was written down parses again,
 * to the same text.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "http/url.h"

enum {
    PARTS = URL_TEXT_USER | URL_TEXT_FRAGMENT
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct arena arena;
    struct fault fault;
    struct url url;
    struct url again;

    arena_init(&arena);
    if (url_parse(&url, span_of(data, len), NULL, &arena, &fault)) {
        struct span text = url_text(&url, PARTS, &arena);
        assert(url_parse(&again, text, NULL, &arena, &fault));
        assert(span_equal(text, url_text(&again, PARTS, &arena)));
    }
    arena_fini(&arena);
    return 0;
}
