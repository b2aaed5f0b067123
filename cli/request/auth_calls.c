#include "request/auth_calls.h"

#include <string.h>

#include "args/parser.h"
#include "request/request_options.h"
#include "terminal/secret.h"

static struct request_options *request(struct parser *p)
{
    return p->scope[SCOPE_REQUEST];
}

static void ask_password(const char *whose, const char *user, struct str *out)
{
    struct str prompt = {0};
    str_printf(&prompt, "Enter %s password for user '%s':", whose, user);
    (void)secret_ask(str_text(&prompt), out);
    str_fini(&prompt);
}

/* "name:password", asked for if it is not there; NULL with p->error. */
static const char *take_user(struct parser *p, const struct option *o,
                             const char *arg, const char *whose)
{
    bool has_password = strchr(arg, ':') != NULL;
    struct str user = {0};
    if (!has_password && p->place.layer < OCCURRENCE_FILE) {
        (void)parser_fail(p,
                          "option --%s: the password is missing, and would "
                          "be asked for at every start",
                          o->name);
        return NULL;
    }
    str_add_text(&user, arg);
    if (!has_password) {
        str_add_char(&user, ':');
        ask_password(whose, arg, &user); /* no terminal: an empty password */
    }
    arg = strings_own(p->owned, str_take(&user));
    parser_record(p, o, arg);
    return arg;
}

bool auth_calls_user(struct parser *p, const struct option *o, const char *arg)
{
    return (request(p)->engine.user = take_user(p, o, arg, "host")) != NULL;
}

bool auth_calls_proxy_user(struct parser *p, const struct option *o,
                           const char *arg)
{
    arg = take_user(p, o, arg, "proxy");
    request(p)->engine.proxy_user = arg;
    return arg != NULL;
}

bool auth_calls_bearer(struct parser *p, const struct option *o,
                       const char *arg)
{
    (void)o;
    request(p)->engine.bearer = arg;
    request(p)->engine.auth |= QV_AUTH_BEARER;
    return true;
}

bool auth_calls_aws_sigv4(struct parser *p, const struct option *o,
                          const char *arg)
{
    (void)o;
    request(p)->engine.aws_sigv4 = arg;
    request(p)->engine.auth |= QV_AUTH_AWS_SIGV4;
    return true;
}
