#include "forward/forward_spec.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/str.h"
#include "http/url_host.h"

#define PARTS_MAX 4

static bool refuse(struct fault *fault, const char *text, const char *what)
{
    fault_set(fault, ERR_USAGE, 0,
              "'%.80s': %s; a tunnel is [BIND:]PORT:HOST:PORT, or - and "
              "HOST:PORT",
              text, what);
    return false;
}

/* Cuts at colons that are not in brackets; 0: too many, or no closing one. */
static size_t split(struct span text, struct span parts[PARTS_MAX])
{
    size_t n = 0;
    size_t begin = 0;
    bool is_inside = false;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && text.base[i] == '[')
            is_inside = true;
        else if (i < text.len && text.base[i] == ']')
            is_inside = false;
        if (i < text.len && (text.base[i] != ':' || is_inside))
            continue;
        if (n == PARTS_MAX)
            return 0;
        parts[n++] = span_of(text.base + begin, i - begin);
        begin = i + 1;
    }
    return is_inside ? 0 : n;
}

static bool take_port(uint16_t *port, struct span text, bool may_be_any)
{
    uint64_t n = 0;
    if (!span_to_u64(text, &n) || n > UINT16_MAX || (n == 0 && !may_be_any))
        return false;
    *port = (uint16_t)n;
    return true;
}

static bool take_target(struct forward_spec *s, struct span host,
                        struct span port, struct arena *arena)
{
    struct url_host parsed;
    struct fault ignored;
    if (!take_port(&s->port, port, false) ||
        !url_host_parse(&parsed, host, arena, &ignored) || parsed.zone.base)
        return false;
    bool is_ipv6 = parsed.kind == URL_HOST_IPV6;
    struct str text = {0};
    str_printf(&text, "%s%.*s%s:%u", is_ipv6 ? "[" : "", SPAN_ARG(parsed.text),
               is_ipv6 ? "]" : "", s->port);
    s->host = parsed.text;
    s->target = arena_string(arena, str_text(&text));
    str_fini(&text);
    return true;
}

static void add_both(struct forward_spec *s, const char *v4, const char *v6,
                     uint16_t port)
{
    s->is_lenient = true;
    s->nbinds = 2;
    (void)addr_parse(&s->binds[0], span_str(v4), port);
    (void)addr_parse(&s->binds[1], span_str(v6), port);
}

static bool take_bind(struct forward_spec *s, struct span bind, uint16_t port)
{
    if (bind.base == NULL || span_equal_nocase(bind, SPAN_LIT("localhost"))) {
        add_both(s, "127.0.0.1", "::1", port);
        return true;
    }
    if (bind.len == 0 || span_equal(bind, SPAN_LIT("*"))) {
        add_both(s, "0.0.0.0", "::", port);
        return true;
    }
    if (bind.len > 2 && bind.base[0] == '[' && bind.base[bind.len - 1] == ']')
        bind = span_of(bind.base + 1, bind.len - 2);
    s->nbinds = 1;
    return addr_parse(&s->binds[0], bind, port);
}

bool forward_spec_parse(struct forward_spec *s, const char *text,
                        struct arena *arena, struct fault *fault)
{
    struct span parts[PARTS_MAX];
    struct span none = {NULL, 0};
    uint16_t port = 0;
    size_t n = split(span_str(text), parts);
    *s = (struct forward_spec){.text = text};
    if (n < 3)
        return refuse(fault, text, "there are parts missing, or too many");
    if (!take_target(s, parts[n - 2], parts[n - 1], arena))
        return refuse(fault, text, "the target is no host and port");
    if (n == 3 && span_equal(parts[0], SPAN_LIT("-"))) {
        s->is_stdio = true;
        return true;
    }
    if (!take_port(&port, parts[n - 3], true))
        return refuse(fault, text, "what to listen at is no port");
    if (!take_bind(s, n == 4 ? parts[0] : none, port))
        return refuse(fault, text, "BIND is no address");
    return true;
}
