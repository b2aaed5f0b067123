#include "client/request_message.h"

#include "base/fault.h"
#include "base/header_line.h"
#include "base/str.h"

/* TE is a field of the connection and Connection says so (RFC 9110 10.1.4), in
 * the user's own list if there is one. */
static void add_connection(struct request *r)
{
    struct field *own = NULL;
    struct str list;
    if (!fields_find(&r->fields, SPAN_LIT("te")) ||
        fields_has_token(&r->fields, "connection", "te"))
        return;
    for (size_t i = 0; i < r->fields.len; i++)
        if (span_equal_nocase(r->fields.items[i].name, SPAN_LIT("connection")))
            own = &r->fields.items[i];
    if (!own) {
        fields_add(&r->fields, SPAN_LIT("Connection"), SPAN_LIT("TE"));
        return;
    }
    str_init(&list);
    str_add(&list, own->value);
    str_add_text(&list, ", TE");
    own->value = arena_copy(r->fields.arena, str_span(&list));
    str_fini(&list);
}

/* Who forwards the message may want to know what will come (RFC 9110 6.6.2). */
static void announce_trailers(struct request *r, const struct qv_request *ask,
                              const struct request_build_state *state)
{
    struct str names;
    str_init(&names);
    for (size_t i = 0; i < r->trailers->len; i++) {
        if (i > 0)
            str_add_text(&names, ", ");
        str_add(&names, r->trailers->items[i].name);
    }
    if (!request_state_is_named(ask, state, SPAN_LIT("trailer")))
        fields_add(&r->fields, SPAN_LIT("Trailer"), str_span(&names));
    str_fini(&names);
}

static bool add_trailers(struct request *r, const struct qv_request *ask,
                         const struct request_build_state *state,
                         struct fault *fault)
{
    if (ask->ntrailers == 0)
        return true;
    if (ask->body.kind == QV_BODY_NONE) {
        fault_set(fault, ERR_USAGE, 0, "trailers need a body");
        return false;
    }
    if (!state->has_body ||
        state->keeps_body) /* a redirect has left it behind */
        return true;
    struct fields *all = ARENA_NEW(r->fields.arena, struct fields);
    fields_init(all, r->fields.arena);
    for (size_t i = 0; i < ask->ntrailers; i++) {
        struct header_line line;
        if (!header_line_split(ask->trailers[i], &line) || line.is_removal) {
            fault_set(fault, ERR_USAGE, 0,
                      "a trailer is \"Name: value\": '%.80s'",
                      ask->trailers[i]);
            return false;
        }
        fields_add(all, line.name, line.value);
    }
    r->trailers = all;
    announce_trailers(r, ask, state);
    return true;
}

/* Of a body whose length nobody knows the user may: it is promised, and the codec
 * holds the body to it. */
static void take_length(struct request *r)
{
    struct span said = fields_only_value(&r->fields, "content-length");
    uint64_t len = 0;
    if (r->body_len == BODY_LEN_UNKNOWN && said.base &&
        span_to_u64(said, &len) && len <= INT64_MAX)
        r->body_len = (int64_t)len;
}

bool request_message(struct request *r, const struct qv_request *ask,
                     const struct request_build_state *state,
                     struct fault *fault)
{
    const struct qv_options *o = request_state_options(ask, state);
    r->is_raw = o->raw;
    r->ignores_length = o->ignore_length;
    r->takes_coding = o->tr_encoding;
    if (ask->priority)
        r->priority = span_str(ask->priority);
    /* A form that stays here is none: it has not even its last boundary. */
    bool is_absent = state->keeps_body && ask->body.kind == QV_BODY_PARTS;
    if (state->has_body && !is_absent && ask->content_type &&
        !request_state_is_named(ask, state, SPAN_LIT("content-type")))
        r->content_type = span_str(ask->content_type);
    if (o->tr_encoding)
        add_connection(r);
    take_length(r);
    return add_trailers(r, ask, state, fault);
}
