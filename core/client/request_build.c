#include "client/request_build.h"

#include "base/fault.h"
#include "base/header_line.h"
#include "client/credentials.h"
#include "client/decode.h"
#include "client/request_message.h"
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

/* Of a body it says which part of the whole that is (curl's). */
static void add_content_range(struct request *r, const struct qv_request *ask,
                              const struct request_build_state *state)
{
    struct str range;
    str_init(&range);
    str_printf(&range, "bytes %s/", ask->range);
    if (state->body_len < 0)
        str_add_char(&range, '*');
    else
        str_add_u64(&range, (uint64_t)state->body_len);
    add_default(r, ask, state, "Content-Range", str_span(&range));
    str_fini(&range);
}

static void add_range(struct request *r, const struct qv_request *ask,
                      const struct request_build_state *state)
{
    struct str range;
    if (state->from == 0 && ask->range == NULL)
        return;
    if (state->from == 0 && state->has_body) {
        add_content_range(r, ask, state);
        return;
    }
    str_init(&range);
    if (state->from > 0)
        str_printf(&range, "bytes=%llu-", (unsigned long long)state->from);
    else
        str_printf(&range, "bytes=%s", ask->range);
    add_default(r, ask, state, "Range", str_span(&range));
    str_fini(&range);
    if (state->from > 0 && state->if_range)
        add_default(r, ask, state, "If-Range", span_str(state->if_range));
}

static void add_defaults(struct request *r, const struct qv_request *ask,
                         const struct request_build_state *state)
{
    const char *agent = ask->user_agent ? ask->user_agent : DEFAULT_AGENT;
    add_range(r, ask, state);
    if (agent[0])
        add_default(r, ask, state, "User-Agent", span_str(agent));
    add_default(r, ask, state, "Accept", SPAN_LIT("*/*"));
    if (request_state_options(ask, state)->tr_encoding)
        add_default(r, ask, state, "TE", SPAN_LIT("gzip"));
    if (request_state_options(ask, state)->compressed)
        add_default(r, ask, state, "Accept-Encoding", SPAN_LIT(DECODE_ACCEPT));
    if (state->referer.base)
        add_default(r, ask, state, "Referer", state->referer);
    if (ask->priority)
        add_default(r, ask, state, "Priority", span_str(ask->priority));
}

/* What the client keeps is sent in any case; the user's text beside it only
 * where no header of the user's says otherwise (curl). */
static void add_cookies(struct request *r, const struct qv_request *ask,
                        const struct request_build_state *state)
{
    struct span own = span_trim(span_str(ask->cookies));
    struct str all;
    if (!request_state_is_trusted(ask, state) ||
        (state->is_foreign && ask->are_origin_cookies) ||
        request_state_is_named(ask, state, SPAN_LIT("Cookie")))
        own.len = 0;
    str_init(&all);
    str_add(&all, state->cookies);
    if (all.len > 0 && own.len > 0)
        str_add_text(&all, "; ");
    str_add(&all, own);
    if (all.len > 0)
        fields_add(&r->fields, SPAN_LIT("Cookie"), str_span(&all));
    str_fini(&all);
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

/* How a body is sent, of one that is not sent yet. */
static bool is_about_sending(struct span name)
{
    return span_equal_nocase(name, SPAN_LIT("content-length")) ||
           span_equal_nocase(name, SPAN_LIT("transfer-encoding")) ||
           span_equal_nocase(name, SPAN_LIT("expect")) ||
           span_equal_nocase(name, SPAN_LIT("trailer"));
}

struct span request_build_host(const struct qv_request *ask, bool is_foreign)
{
    struct span host = {NULL, 0};
    for (size_t i = 0; i < ask->nheaders && !is_foreign; i++) {
        struct header_line line;
        if (header_line_split(ask->headers[i], &line) &&
            span_equal_nocase(line.name, SPAN_LIT("host")))
            host = line.is_removal ? (struct span){NULL, 0} : line.value;
    }
    return host;
}

/* The user's own Expect: its words are sent, and one is understood. */
static bool expects_continue(const struct header_line *line,
                             const struct request_build_state *state)
{
    return !line->is_removal && !state->no_expect && state->has_body &&
           !state->keeps_body &&
           span_equal_nocase(line->value, SPAN_LIT("100-continue"));
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
        bool is_expect = span_equal_nocase(line.name, SPAN_LIT("expect"));
        if (is_expect)
            r->expect_continue = expects_continue(&line, state);
        if ((is_expect && (state->no_expect || lost_body)) ||
            (state->keeps_body && is_about_sending(line.name)) ||
            !request_state_may_pass(ask, state, line.name) ||
            (lost_body && is_about_body(line.name)))
            continue;
        if (span_equal_nocase(line.name, SPAN_LIT("host")))
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
        .scheme = state->url->scheme->name,
        .authority = url_authority(state->url, arena),
        .target = ask->request_target ? span_str(ask->request_target)
                                      : url_target(state->url, arena),
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
    add_cookies(r, ask, state);
    if (!add_user_headers(r, ask, state, fault) ||
        !request_message(r, ask, state, fault))
        return false;
    return request_check_head(r, fault);
}
