#include "forward/forward_via.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/list.h"
#include "channel/connect_udp.h"
#include "http/uri_template.h"

/* "https://host:port" of a URL; all of it when there is nothing behind. */
static struct span origin_of(struct span url)
{
    size_t at = 0;
    for (size_t i = 0; i + 2 < url.len && at == 0; i++)
        if (memcmp(url.base + i, "://", 3) == 0)
            at = i + 3;
    while (at < url.len && url.base[at] != '/' && url.base[at] != '?' &&
           url.base[at] != '#')
        at++;
    return span_of(url.base, at);
}

struct variables {
    struct uri_template_visitor visitor;
    bool has_host;
    bool has_port;
    bool has_bad_operator;
};

/* RFC 9298 2: the operators that a template may have are "?" and "&". */
static bool visit(struct uri_template_visitor *v, char op, struct span name)
{
    struct variables *all = container_of(v, struct variables, visitor);
    all->has_host = all->has_host || span_equal(name, SPAN_LIT("target_host"));
    all->has_port = all->has_port || span_equal(name, SPAN_LIT("target_port"));
    if (op && op != '?' && op != '&')
        all->has_bad_operator = true;
    return true;
}

static bool check_template(struct span via, struct fault *fault)
{
    struct variables all = {.visitor.visit = visit};
    struct span origin = origin_of(via);
    if (memchr(origin.base, '{', origin.len)) {
        fault_set(fault, ERR_USAGE, 0,
                  "--via: a template's variables stand in its path or query "
                  "(RFC 9298 2)");
        return false;
    }
    if (!uri_template_visit(via, &all.visitor, fault))
        return false;
    if (all.has_host && all.has_port && !all.has_bad_operator)
        return true;
    fault_set(fault, ERR_USAGE, 0,
              all.has_bad_operator
                  ? "--via: of the operators in a template only ? and & are "
                    "allowed (RFC 9298 2)"
                  : "--via: a template needs the variables target_host and "
                    "target_port (RFC 9298 2)");
    return false;
}

bool forward_via_check(const char *via, bool is_udp, struct fault *fault)
{
    struct span text = span_str(via);
    if (uri_template_is_one(text))
        return check_template(text, fault);
    struct span origin = origin_of(text);
    size_t behind = text.len - origin.len;
    if (origin.len == 0) {
        fault_set(fault, ERR_USAGE, 0, "--via names no proxy");
        return false;
    }
    if (!is_udp || behind == 0 || (behind == 1 && text.base[origin.len] == '/'))
        return true;
    fault_set(fault, ERR_USAGE, 0,
              "--via: '%.80s' has a path and is no template: it lacks "
              "{target_host} and {target_port}",
              via);
    return false;
}

void forward_via_url(struct str *to, const char *via, struct span host,
                     uint16_t port)
{
    char digits[8];
    (void)snprintf(digits, sizeof digits, "%u", port);
    const struct uri_template_value items[] = {
        {SPAN_LIT("target_host"), host},
        {SPAN_LIT("target_port"), span_str(digits)},
    };
    const struct uri_template_values values = {items, 2};
    struct fault checked;
    if (uri_template_is_one(span_str(via))) {
        (void)uri_template_expand(to, span_str(via), &values, &checked);
        return;
    }
    str_add(to, origin_of(span_str(via)));
    (void)uri_template_expand(to, SPAN_LIT(CONNECT_UDP_TEMPLATE), &values,
                              &checked);
}
