/*
 * Where only Digest is wanted and nothing is known of the server, a body would be
 * sent twice: so the first request has none (Content-Length: 0), as curl does it,
 * and the body goes with the answer to the challenge, or once the server has said
 * yes without one.  With --anyauth the first request is complete, as in curl:
 * most of those servers turn out to want nothing.
 */
#include "client/credentials.h"

#include "base/fault.h"
#include "client/body_reread.h"
#include "client/signing.h"
#include "http/auths.h"

_Static_assert((int)QV_AUTH_BASIC == (int)AUTH_BASIC &&
                   (int)QV_AUTH_DIGEST == (int)AUTH_DIGEST &&
                   (int)QV_AUTH_BEARER == (int)AUTH_BEARER,
               "a scheme is the same bit everywhere");

#define SCHEMES (QV_AUTH_BASIC | QV_AUTH_DIGEST | QV_AUTH_BEARER)

/* ---- whose ---- */

/* -u and its kin of the request, in this hop? */
static bool are_own_here(const struct qv_request *ask,
                         const struct request_build_state *state)
{
    return request_state_is_trusted(ask, state) &&
           !(state->is_foreign && ask->is_origin_user);
}

/* "name:password": that of the options, or what on_origin has made of it. */
static const char *user_of(const struct qv_request *ask,
                           const struct request_build_state *state)
{
    const char *user = request_state_options(ask, state)->user;
    if (user != request_state_asked(ask)->user)
        return user;
    return are_own_here(ask, state) ? user : NULL;
}

static unsigned wants_of(const struct qv_options *o,
                         const struct auth_login *login)
{
    unsigned wants = o->auth & SCHEMES;
    if (wants == 0 || (wants == QV_AUTH_BEARER && login->token.base == NULL))
        return QV_AUTH_BASIC;
    return wants;
}

/* False: there are none. */
static bool find_login(struct auth_login *login, const struct qv_request *ask,
                       const struct request_build_state *state)
{
    const struct qv_options *o = request_state_options(ask, state);
    const char *user = user_of(ask, state);
    bool has_user = user || state->url->user.base;
    *login = (struct auth_login){.wants = 0};
    if (o->bearer && are_own_here(ask, state))
        login->token = span_str(o->bearer);
    if (user) {
        struct span rest = span_str(user);
        (void)span_next(&rest, ':', &login->user);
        login->password = rest;
    } else if (has_user) {
        login->user = state->url->user;
        login->password = state->url->password;
    }
    login->wants = wants_of(o, login);
    return has_user || login->token.base;
}

/* ---- how ---- */

static struct auth *auth_at(const struct request_build_state *state,
                            const struct auth_login *login)
{
    const struct url *u = state->url;
    struct str place;
    str_init(&place);
    str_add(&place, u->scheme->name);
    str_printf(&place, ":%u:", u->port);
    str_add(&place, u->host.text);
    str_add_char(&place, '%');
    str_add(&place, u->host.zone);
    struct auth *auth = auths_find(state->logins, str_span(&place), login);
    str_fini(&place);
    return auth;
}

static bool add_basic(struct request *r, const struct auth_login *login,
                      struct fault *fault)
{
    struct str value;
    if (login->user.len == 0 && login->password.len == 0)
        return true; /* "-u :" is nobody */
    if (login->user.len > 0 && memchr(login->user.base, ':', login->user.len)) {
        fault_set(fault, ERR_USAGE, 0,
                  "a user name with ':' cannot be sent (RFC 7617 2)");
        return false;
    }
    str_init(&value);
    auth_basic(login->user, login->password, &value);
    fields_add(&r->fields, SPAN_LIT("Authorization"), str_span(&value));
    str_fini(&value);
    return true;
}

static void add_bearer(struct request *r, struct span token)
{
    struct str value;
    str_init(&value);
    str_add_text(&value, "Bearer ");
    str_add(&value, token);
    fields_add(&r->fields, SPAN_LIT("Authorization"), str_span(&value));
    str_fini(&value);
}

/* As the server has asked for it, if it has. */
static bool add_answer(struct request *r, const struct qv_request *ask,
                       struct request_build_state *state,
                       const struct auth_login *login, struct fault *fault)
{
    struct body_reread_hash upload = {
        .ask = ask, .state = state, .fault = fault};
    struct auth *auth = auth_at(state, login);
    if (auth_awaits_challenge(auth)) {
        state->keeps_body = login->wants == AUTH_DIGEST && state->has_body &&
                            state->body_len != 0 && !state->has_asked;
        return true;
    }
    const struct auth_request what = {.method = r->method,
                                      .uri = r->target,
                                      .hash_body = body_reread_hash,
                                      .user = &upload};
    struct str value;
    str_init(&value);
    if (auth_answer(auth, &what, &value))
        fields_add(&r->fields, SPAN_LIT("Authorization"), str_span(&value));
    str_fini(&value);
    return !upload.has_failed;
}

bool credentials_add(struct request *r, const struct qv_request *ask,
                     struct request_build_state *state, struct fault *fault)
{
    struct auth_login login;
    if (state->is_proxy ||
        request_state_is_named(ask, state, SPAN_LIT("authorization")) ||
        !find_login(&login, ask, state))
        return true;
    if (request_state_options(ask, state)->auth & QV_AUTH_AWS_SIGV4)
        return signing_add(r, ask, state, &login, fault);
    if (login.wants == AUTH_BASIC)
        return add_basic(r, &login, fault);
    if (login.wants == AUTH_BEARER)
        add_bearer(r, login.token);
    else if (state->logins)
        return add_answer(r, ask, state, &login, fault);
    return true;
}

/* ---- the answer ---- */

/* Shown as they are: there is no other way to show them. */
static bool were_plain(const struct request *r)
{
    struct span value = fields_value(&r->fields, "authorization");
    return span_starts_nocase(value, SPAN_LIT("basic ")) ||
           span_starts_nocase(value, SPAN_LIT("bearer "));
}

bool credentials_on_head(const struct request *r, const struct qv_request *ask,
                         const struct request_build_state *state,
                         const struct response_head *head, unsigned tries)
{
    struct auth_login login;
    const unsigned plain[] = {AUTH_BASIC, AUTH_BEARER};
    const struct qv_options *o = request_state_options(ask, state);
    if (state->logins == NULL || (o->auth & QV_AUTH_AWS_SIGV4) ||
        !find_login(&login, ask, state) || login.wants == plain[0] ||
        login.wants == plain[1] ||
        request_state_is_named(ask, state, SPAN_LIT("authorization")))
        return false;
    struct auth *auth = auth_at(state, &login);
    if (head->status != 401) {
        auth_informed(auth, head->fields, "authentication-info");
        return false;
    }
    return !were_plain(r) &&
           auth_challenged(auth, head->fields, "www-authenticate", tries);
}
