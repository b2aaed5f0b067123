#include "client/request_build.h"

#include "base/fault.h"
#include "base/header_line.h"
#include "client/credentials.h"
#include "client/decode.h"
#include "http/request_check.h"

/* Above this a server is asked first whether it wants the body (curl's). */
#define EXPECT_MIN ((int64_t)1024 * 1024)

#define DEFAULT_AGENT "quiver/" QUIVER_VERSION

static void add_default(struct request *r, const struct qv_request *ask,
                        const struct request_build_state *state,
                        const char *name, struct span value)
{
    if (!request_state_is_named(ask, state, span_str(name)))
        fields_add(&r->fields, span_str(name), value);
}

static void add_defaults(struct request *r, const struct qv_request *ask,
                         const struct request_build_state *state)
{
    const char *agent = ask->user_agent ? ask->user_agent : DEFAULT_AGENT;
    if (agent[0])
        add_default(r, ask, state, "User-Agent", span_str(agent));
    add_default(r, ask, state, "Accept", SPAN_LIT("*/*"));
    if (request_state_options(ask, state)->compressed)
        add_default(r, ask, state, "Accept-Encoding", SPAN_LIT(DECODE_ACCEPT));
    if (state->referer.base)
        add_default(r, ask, state, "Referer", state->referer);
}

/* Fields about a body that a redirect has left behind (RFC 9110 15.4). */
static bool is_about_body(struct span name)
{
    static const char *const names[] = {
        "content-type",     "content-encoding", "content-language",
        "content-location", "content-length",   "transfer-encoding"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (span_equal_nocase(name, span_str(names[i])))
            return true;
    return false;
}

static bool is_about_framing(struct span name)
{
    return span_equal_nocase(name, SPAN_LIT("content-length")) ||
           span_equal_nocase(name, SPAN_LIT("transfer-encoding"));
}

static bool add_user_headers(struct request *r, const struct qv_request *ask,
                             const struct request_build_state *state,
                             struct fault *fault)
{
    bool lost_body = ask->body.kind != QV_BODY_NONE && !state->has_body;
    for (size_t i = request_state_first_header(ask, state); i < ask->nheaders;
         i++) {
        struct header_line line;
        if (!header_line_split(ask->headers[i], &line)) {
            fault_set(fault, ERR_USAGE, 0, "header without a colon: '%.80s'",
                      ask->headers[i]);
            return false;
        }
        if (span_equal_nocase(line.name, SPAN_LIT("expect")))
            r->expect_continue = !line.is_removal && !state->keeps_body;
        else if ((state->keeps_body && is_about_framing(line.name)) ||
                 !request_state_may_pass(ask, state, line.name) ||
                 (lost_body && is_about_body(line.name)))
            continue;
        else if (span_equal_nocase(line.name, SPAN_LIT("host")))
            /* Of this origin: a redirect to another has its own. */
            r->authority = line.is_removal || state->is_foreign ? r->authority
                                                                : line.value;
        else if (!line.is_removal)
            fields_add(&r->fields, line.name, line.value);
    }
    return true;
}

bool request_build(struct request *r, const struct qv_request *ask,
                   struct request_build_state *state, struct arena *arena,
                   struct fault *fault)
{
    *r = (struct request){
        .method = state->method,
        .scheme = state->url->scheme,
        .authority = url_authority(state->url, arena),
        .target = url_target(state->url, arena),
        .body_len = state->has_body ? state->body_len : BODY_LEN_NONE,
    };
    r->expect_continue =
        !state->no_expect && state->has_body &&
        (state->body_len == BODY_LEN_UNKNOWN || state->body_len >= EXPECT_MIN);
    fields_init(&r->fields, arena);
    if (!credentials_add(r, ask, state, fault))
        return false;
    if (state->keeps_body) {
        r->body_len = 0;
        r->expect_continue = false;
    }
    add_defaults(r, ask, state);
    if (!add_user_headers(r, ask, state, fault))
        return false;
    return request_check_head(r, fault);
}
