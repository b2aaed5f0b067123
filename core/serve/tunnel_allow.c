#include "serve/tunnel_allow.h"

#include "base/fault.h"
#include "base/str.h"

struct tunnel_allow_rule {
    struct tunnel_target target;
    bool is_below;    /* every name that ends in "." and the host */
    bool is_any_port; /* target.port means nothing */
};

static bool parse_rule(struct tunnel_allow_rule *r, struct span pattern,
                       struct arena *arena)
{
    struct span any_port = SPAN_LIT(":*");
    *r = (struct tunnel_allow_rule){.is_any_port = false};
    if (pattern.len > any_port.len &&
        span_equal(
            span_of(pattern.base + pattern.len - any_port.len, any_port.len),
            any_port)) {
        r->is_any_port = true;
        pattern.len -= any_port.len;
        struct str text = {0};
        str_add(&text, pattern);
        str_add_text(&text, ":1");
        pattern = arena_copy(arena, str_span(&text));
        str_fini(&text);
    }
    if (pattern.len > 2 && memcmp(pattern.base, "*.", 2) == 0) {
        r->is_below = true;
        pattern = span_of(pattern.base + 2, pattern.len - 2);
    }
    return tunnel_target_of_authority(&r->target, pattern, arena) &&
           (!r->is_below || r->target.kind == URL_HOST_NAME);
}

bool tunnel_allow_init(struct tunnel_allow *a, const char *option,
                       const char *const *patterns, size_t npatterns,
                       struct fault *fault)
{
    *a = (struct tunnel_allow){.nrules = npatterns};
    arena_init(&a->arena);
    a->rules = arena_zeroed(&a->arena, npatterns * sizeof *a->rules);
    for (size_t i = 0; i < npatterns; i++) {
        if (parse_rule(&a->rules[i], span_str(patterns[i]), &a->arena))
            continue;
        fault_set(fault, ERR_USAGE, 0,
                  "%s: '%.80s' is not HOST:PORT, where HOST is a name, an "
                  "address or *.NAME, and PORT a number or *",
                  option, patterns[i]);
        return false;
    }
    return true;
}

void tunnel_allow_fini(struct tunnel_allow *a)
{
    arena_fini(&a->arena);
}

/* "example.com." is the same host (RFC 3986 3.2.2). */
static struct span without_dot(struct span name)
{
    if (name.len > 1 && name.base[name.len - 1] == '.')
        name.len--;
    return name;
}

static bool is_below(struct span name, struct span domain)
{
    return name.len > domain.len + 1 &&
           name.base[name.len - domain.len - 1] == '.' &&
           span_equal(span_of(name.base + name.len - domain.len, domain.len),
                      domain);
}

static bool matches(const struct tunnel_allow_rule *r,
                    const struct tunnel_target *t)
{
    struct span host = without_dot(t->host);
    struct span wanted = without_dot(r->target.host);
    if (r->target.kind != t->kind ||
        (!r->is_any_port && r->target.port != t->port))
        return false;
    return r->is_below ? is_below(host, wanted) : span_equal(host, wanted);
}

bool tunnel_allow_has(const struct tunnel_allow *a,
                      const struct tunnel_target *t)
{
    for (size_t i = 0; i < a->nrules; i++)
        if (matches(&a->rules[i], t))
            return true;
    return false;
}
