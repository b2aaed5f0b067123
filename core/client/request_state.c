#include "client/request_state.h"

const struct qv_options *request_state_asked(const struct qv_request *ask)
{
    static const struct qv_options none;
    return ask->options ? ask->options : &none;
}

bool request_state_is_trusted(const struct qv_request *ask,
                              const struct request_build_state *state)
{
    return !state->is_foreign || request_state_asked(ask)->follow_trusted;
}

size_t request_state_first_header(const struct qv_request *ask,
                                  const struct request_build_state *state)
{
    return state->is_foreign ? ask->norigin_headers : 0;
}

bool request_state_may_pass(const struct qv_request *ask,
                            const struct request_build_state *state,
                            struct span name)
{
    return request_state_is_trusted(ask, state) ||
           (!span_equal_nocase(name, SPAN_LIT("authorization")) &&
            !span_equal_nocase(name, SPAN_LIT("cookie")));
}

bool request_state_is_named(const struct qv_request *ask,
                            const struct request_build_state *state,
                            struct span name)
{
    if (!request_state_may_pass(ask, state, name))
        return false;
    for (size_t i = request_state_first_header(ask, state); i < ask->nheaders;
         i++) {
        struct span line = span_str(ask->headers[i]);
        if (line.len > name.len && span_starts_nocase(line, name) &&
            (line.base[name.len] == ':' || line.base[name.len] == ';'))
            return true;
    }
    return false;
}
