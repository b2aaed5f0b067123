/*
 * What a client says of a tunnel's target, and the template that a proxy is
 * asked by.  A target that is taken is in the one form of its host: what is
 * written from it is taken again, as the same.
 */
#include <assert.h>
#include <stdio.h>

#include "base/arena.h"
#include "fuzz_input.h"
#include "http/uri_template.h"
#include "serve/tunnel_target.h"

static void check_target(const struct tunnel_target *t, struct arena *arena)
{
    struct tunnel_target again;
    struct str text;
    str_init(&text);
    str_printf(&text, t->kind == URL_HOST_IPV6 ? "[%.*s]:%u" : "%.*s:%u",
               SPAN_ARG(t->host), t->port);
    assert(t->port > 0 && t->host.len > 0);
    assert(memchr(t->host.base, '/', t->host.len) == NULL);
    assert(tunnel_target_of_authority(&again, str_span(&text), arena));
    assert(again.kind == t->kind && again.port == t->port);
    assert(span_equal(again.host, t->host));
    str_fini(&text);
}

static void check_template(struct span text, struct span value)
{
    const struct uri_template_value items[] = {
        {SPAN_LIT("target_host"), value},
        {SPAN_LIT("target_port"), SPAN_LIT("53")},
    };
    const struct uri_template_values values = {items, 2};
    struct fault fault;
    struct str to;
    str_init(&to);
    if (uri_template_expand(&to, text, &values, &fault))
        for (size_t i = 0; i < to.len; i++)
            assert((uint8_t)to.base[i] > 0x20 && (uint8_t)to.base[i] < 0x7f);
    str_fini(&to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct tunnel_target t;
    struct arena arena;
    struct span first = fuzz_input_take(&in, fuzz_input_u8(&in));
    struct span rest = span_of(in.at, in.len);
    arena_init(&arena);
    if (tunnel_target_of_authority(&t, rest, &arena))
        check_target(&t, &arena);
    if (tunnel_target_of_path(&t, rest, &arena))
        check_target(&t, &arena);
    check_template(rest, first);
    arena_fini(&arena);
    return 0;
}
