/*
 * Digest hashes the method, which is another one in HTTP/1.1 for what asks for a
 * protocol there: GET.  Which version it is, is known once there was an answer,
 * and before that there is no challenge.  A tunnel has no body to wait for one.
 */
#include "client/channel_login.h"

#include "client/credentials.h"
#include "http/auths.h"

static bool is_tunnel(const struct channel *ch)
{
    return ch->ask->kind == QV_CHANNEL_KIND_CONNECT ||
           ch->ask->kind == QV_CHANNEL_KIND_UDP;
}

void channel_login_describe(const struct channel *ch,
                            struct request_build_state *state)
{
    state->method = channel_method(ch);
    state->url = &ch->url;
    state->options = &ch->options;
    state->logins = &ch->client->logins;
    state->has_asked = true;
    state->is_proxy = ch->ask->kind == QV_CHANNEL_KIND_CONNECT;
}

/* NULL: there is no user, or he has said himself what is sent. */
static struct auth *proxy_auth(const struct channel *ch)
{
    const struct qv_options *o = &ch->options;
    const unsigned known = AUTH_BASIC | AUTH_DIGEST;
    const struct request_build_state state = {.options = o};
    struct auth_login login = {.wants = o->auth & known,
                               .password = span_str(o->user)};
    if (!is_tunnel(ch) || o->user == NULL ||
        request_state_is_named(&ch->ask->request, &state,
                               SPAN_LIT("proxy-authorization")))
        return NULL;
    (void)span_next(&login.password, ':', &login.user);
    if (login.wants == 0)
        login.wants = AUTH_BASIC;
    struct str place;
    str_init(&place);
    str_printf(&place, "proxy %.*s %u ", SPAN_ARG(ch->url.scheme->name),
               ch->url.port);
    str_add(&place, ch->url.host.text);
    struct auth *auth =
        auths_find(&ch->client->logins, str_span(&place), &login);
    str_fini(&place);
    return auth;
}

void channel_login_add(struct channel *ch)
{
    struct auth *auth = proxy_auth(ch);
    const struct auth_request what = {.method = channel_method(ch),
                                      .uri = ch->request.target};
    struct str value;
    if (auth == NULL)
        return;
    str_init(&value);
    if (auth_answer(auth, &what, &value))
        fields_add(&ch->request.fields, SPAN_LIT("Proxy-Authorization"),
                   str_span(&value));
    str_fini(&value);
}

static bool is_challenged_by_proxy(struct channel *ch,
                                   const struct response_head *head)
{
    struct auth *auth = head->status == 407 ? proxy_auth(ch) : NULL;
    return auth && auth_challenged(auth, head->fields, "proxy-authenticate",
                                   ch->nchallenged);
}

bool channel_login_again(struct channel *ch, const struct response_head *head)
{
    struct request_build_state state = {.has_body = false};
    channel_login_describe(ch, &state);
    if (is_challenged_by_proxy(ch, head)) {
        ch->nchallenged++;
        return true;
    }
    if (state.is_proxy || !credentials_on_head(&ch->request, &ch->ask->request,
                                               &state, head, ch->nunauthorized))
        return false;
    ch->nunauthorized++;
    return true;
}
