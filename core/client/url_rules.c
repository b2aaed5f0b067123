/*
 * A redirect from https to http shows to everybody on the way what was meant for
 * one server: unlike curl we follow it only if the user has named http as a
 * scheme of redirects.
 */
#include "client/url_rules.h"

#include "base/fault.h"

static unsigned bit_of(struct span scheme)
{
    static const struct {
        const char *name;
        unsigned bit;
    } bits[] = {
        {"http", QV_SCHEME_HTTP},
        {"https", QV_SCHEME_HTTPS},
        {"ws", QV_SCHEME_WS},
        {"wss", QV_SCHEME_WSS},
    };
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (span_equal(scheme, span_str(bits[i].name)))
            return bits[i].bit;
    return 0;
}

static bool is_allowed(unsigned schemes, const struct url *u)
{
    return schemes == 0 || (schemes & bit_of(u->scheme->name)) != 0;
}

static bool refuse(struct fault *fault, const struct url *u, const char *where)
{
    fault_set(fault, ERR_PROTOCOL_UNSUPPORTED, 0,
              "protocol \"%.*s\" is disabled%s", SPAN_ARG(u->scheme->name),
              where);
    return false;
}

bool url_rules_first(const struct url *u, const struct qv_options *o,
                     struct fault *fault)
{
    if (!is_allowed(o->schemes, u))
        return refuse(fault, u, "");
    if (o->no_url_user && u->user.base) {
        fault_set(fault, ERR_LOGIN, 0, "the URL has a user name in it");
        return false;
    }
    return true;
}

bool url_rules_next(const struct url *from, const struct url *to,
                    const struct qv_options *o, struct fault *fault)
{
    if (!is_allowed(o->schemes, to) || !is_allowed(o->redir_schemes, to))
        return refuse(fault, to, " (in redirect)");
    if (from->scheme->is_secure && !to->scheme->is_secure &&
        (o->redir_schemes & QV_SCHEME_DOWNGRADE) == 0) {
        fault_set(fault, ERR_PROTOCOL_UNSUPPORTED, 0,
                  "a redirect from https to http is not followed");
        return false;
    }
    return true;
}
