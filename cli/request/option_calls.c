#include "request/option_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "args/curlrc.h"
#include "args/parser.h"
#include "base/number.h"
#include "base/redact.h"
#include "base/whole_file.h"
#include "core/base/xalloc.h"
#include "request/cmdline.h"
#include "terminal/complain.h"
#include "terminal/console.h"
#include "terminal/secret.h"

static struct operation *operation(struct parser *p)
{
    return p->scope[SCOPE_OPERATION];
}

static struct request_options *request(struct parser *p)
{
    return p->scope[SCOPE_REQUEST];
}

/* Each line of a file is a URL, and names the file for what is fetched from it,
 * as with curl.  Empty lines and those with '#' in front are none. */
static bool urls_from_file(struct parser *p, const char *path)
{
    struct str file = {0};
    if (!whole_file_read_edited(&file, path)) {
        (void)parser_fail_read(p, path);
        str_fini(&file);
        return false;
    }
    struct curlrc_reader lines = {.at = strings_own(p->owned, str_take(&file))};
    char *line;
    while ((line = curlrc_next(&lines))) {
        line[strcspn(line, "\r")] = '\0';
        if (!*line || *line == '#')
            continue;
        struct target *t = cmdline_url_target(operation(p));
        t->url = line;
        t->is_plain = true;
        if (!t->has_place)
            t->place = PLACE_REMOTE;
    }
    return true;
}

bool option_calls_url(struct parser *p, const struct option *o, const char *arg)
{
    (void)o;
    if (arg[0] == '@')
        return urls_from_file(p, arg + 1);
    cmdline_url_target(operation(p))->url = arg;
    return true;
}

bool option_calls_output(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct target *t = cmdline_place_target(operation(p));
    if (!*arg)
        return parser_fail(p, "option --%s: the file name is empty", o->name);
    t->output = arg;
    t->place = PLACE_FILE;
    return true;
}

bool option_calls_remote_name(struct parser *p, const struct option *o,
                              const char *arg)
{
    (void)o;
    (void)arg;
    cmdline_place_target(operation(p))->place = PLACE_REMOTE;
    return true;
}

bool option_calls_null_output(struct parser *p, const struct option *o,
                              const char *arg)
{
    (void)o;
    (void)arg;
    cmdline_place_target(operation(p))->place = PLACE_NULL;
    return true;
}

bool option_calls_upload(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct target *t = cmdline_upload_target(operation(p));
    (void)o;
    t->upload = *arg ? arg : NULL; /* -T "": this URL has no upload */
    return true;
}

/* Each line of a file is a header; empty ones and comments are not.  Who puts them
 * there does not want them to be seen. */
static bool headers_from_file(struct parser *p, const struct option *o,
                              const char *path, struct strings *headers)
{
    struct str file = {0};
    if (!whole_file_read_edited(&file, path)) {
        (void)parser_fail_read(p, path);
        str_fini(&file);
        return false;
    }
    char *line = strings_own(p->owned, str_take(&file));
    while (*line) {
        size_t len = strcspn(line, "\n");
        char *next = line + len + (line[len] == '\n');
        line[len] = '\0';
        if (len && line[len - 1] == '\r')
            line[--len] = '\0';
        /* Nor is it a file, not even when it is given once more. */
        if (line[0] == '@')
            return parser_fail(p, "%.100s: a header cannot begin with '@'",
                               path);
        if (len && line[0] != '#') {
            redact_add_field(line);
            strings_add(headers, line);
            parser_record(p, o, line);
        }
        line = next;
    }
    return true;
}

bool option_calls_header(struct parser *p, const struct option *o,
                         const char *arg)
{
    if (arg[0] == '@')
        return headers_from_file(p, o, arg + 1, &request(p)->headers);
    strings_add(&request(p)->headers, arg);
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool option_calls_cookie(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct str *cookies = &request(p)->cookies;
    bool is_file = strchr(arg, '=') == NULL;
    if (is_file && p->place.layer == OCCURRENCE_SECTION)
        return parser_fail(p,
                           "option --%s: a file of cookies is for all origins, "
                           "and cannot stand in the section of one",
                           o->name);
    if (is_file) {
        strings_add(&request(p)->cookie_files, arg);
        return true;
    }
    if (cookies->len)
        str_add_text(cookies, is_blank(arg[0]) ? ";" : "; ");
    str_add_text(cookies, arg);
    return true;
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

bool option_calls_user(struct parser *p, const struct option *o,
                       const char *arg)
{
    return (request(p)->engine.user = take_user(p, o, arg, "host")) != NULL;
}

bool option_calls_silent(struct parser *p, const struct option *o,
                         const char *arg)
{
    const struct cmdline *s = p->scope[SCOPE_SESSION];
    (void)o;
    (void)arg;
    complain_hide_warnings(s->silent);
    return true;
}

/* -f and --fail-with-body: the last one counts. */
bool option_calls_fail(struct parser *p, const struct option *o,
                       const char *arg)
{
    struct request_options *r = request(p);
    const bool *given = (const bool *)((const char *)r + o->at);
    bool *other =
        given == &r->engine.fail ? &r->fail_with_body : &r->engine.fail;
    (void)arg;
    *other = *other && !*given;
    return true;
}

bool option_calls_bearer(struct parser *p, const struct option *o,
                         const char *arg)
{
    (void)o;
    request(p)->engine.bearer = arg;
    request(p)->engine.auth |= QV_AUTH_BEARER;
    return true;
}

bool option_calls_aws_sigv4(struct parser *p, const struct option *o,
                            const char *arg)
{
    (void)o;
    request(p)->engine.aws_sigv4 = arg;
    request(p)->engine.auth |= QV_AUTH_AWS_SIGV4;
    return true;
}

bool option_calls_proxy_user(struct parser *p, const struct option *o,
                             const char *arg)
{
    arg = take_user(p, o, arg, "proxy");
    request(p)->engine.proxy_user = arg;
    return arg != NULL;
}

bool option_calls_proxy_header(struct parser *p, const struct option *o,
                               const char *arg)
{
    struct strings *headers = &request(p)->proxy_headers;
    if (arg[0] == '@')
        return headers_from_file(p, o, arg + 1, headers);
    strings_add(headers, arg);
    return true;
}

/* What each option takes for granted when no protocol is named. */
static const struct {
    const char *option;
    const char *protocol;
} proxies[] = {
    {"proxy", "http://"},    {"preproxy", "socks4://"},
    {"socks4", "socks4://"}, {"socks4a", "socks4a://"},
    {"socks5", "socks5://"}, {"socks5-hostname", "socks5h://"},
    {"proxy1.0", "http://"},
};

static const char *protocol_of(const struct option *o)
{
    size_t i = 0;
    while (strcmp(proxies[i].option, o->name) != 0)
        i++;
    return proxies[i].protocol;
}

/* As in settings/proxy.h: "localhost:80" names no protocol. */
static bool has_protocol(const char *arg)
{
    size_t len = strspn(arg, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return len > 0 && arg[len] == ':' && arg[len + 1] == '/';
}

/* The last of them counts, and its kind: that of an older --proxy1.0 does not
 * stay. */
bool option_calls_proxy(struct parser *p, const struct option *o,
                        const char *arg)
{
    struct qv_options *e = &request(p)->engine;
    bool is_before = strcmp(o->name, "preproxy") == 0;
    if (arg[0] && !has_protocol(arg)) {
        struct str url = {0};
        str_printf(&url, "%s%s", protocol_of(o), arg);
        arg = strings_own(p->owned, str_take(&url));
    }
    if (is_before) {
        e->preproxy = arg;
        return true;
    }
    e->proxy = arg;
    if (strcmp(o->name, "proxy1.0") == 0)
        e->proxy_http = QV_PROXY_HTTP_1_0;
    else if (e->proxy_http == QV_PROXY_HTTP_1_0)
        e->proxy_http = QV_PROXY_HTTP_1_1;
    return true;
}

/* The type of a certificate's file, or, with a value, of a key's. */
bool option_calls_tls_file(struct parser *p, const struct option *o,
                           const char *arg)
{
    static const struct {
        const char *name;
        enum qv_tls_file type;
    } types[] = {
        {"PEM", QV_TLS_FILE_PEM},
        {"DER", QV_TLS_FILE_DER},
        {"P12", QV_TLS_FILE_P12},
    };
    bool is_key = o->value != 0;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcasecmp(arg, types[i].name) != 0 ||
            (is_key && types[i].type == QV_TLS_FILE_P12))
            continue;
        *(enum qv_tls_file *)((char *)request(p) + o->at) = types[i].type;
        return true;
    }
    return parser_fail(p, "option --%s: '%.20s' is not known; %s are", o->name,
                       arg, is_key ? "PEM and DER" : "PEM, DER and P12");
}

bool option_calls_ech(struct parser *p, const struct option *o, const char *arg)
{
    return strcasecmp(arg, "false") == 0 ||
           parser_fail(p,
                       "option --%s: Encrypted Client Hello is not supported, "
                       "the server's name would be sent in the clear",
                       o->name);
}

bool option_calls_sessionid(struct parser *p, const struct option *o,
                            const char *arg)
{
    (void)o;
    (void)arg;
    request(p)->engine.no_sessionid = false;
    return true;
}

/* These three are one switch: the last of them counts. */
static bool follow(struct parser *p, unsigned redirects)
{
    struct qv_options *e = &request(p)->engine;
    e->redirects &= ~(unsigned)QV_REDIRECT_CUSTOM_METHOD;
    e->redirects |= redirects;
    return true;
}

bool option_calls_location(struct parser *p, const struct option *o,
                           const char *arg)
{
    (void)o;
    (void)arg;
    return follow(p, 0);
}

bool option_calls_location_trusted(struct parser *p, const struct option *o,
                                   const char *arg)
{
    (void)o;
    (void)arg;
    request(p)->engine.follow = true;
    request(p)->engine.follow_trusted = true;
    return follow(p, 0);
}

bool option_calls_follow(struct parser *p, const struct option *o,
                         const char *arg)
{
    (void)o;
    (void)arg;
    return follow(p, QV_REDIRECT_CUSTOM_METHOD);
}

bool option_calls_http_bound(struct parser *p, const struct option *o,
                             const char *arg)
{
    static const char *const names[] = {
        [QV_HTTP_BOUND_1_1] = "1.1",
        [QV_HTTP_BOUND_2] = "2",
        [QV_HTTP_BOUND_3] = "3",
    };
    enum qv_http_bound *bound =
        (enum qv_http_bound *)((char *)request(p) + o->at);
    for (size_t i = QV_HTTP_BOUND_1_1; i < sizeof names / sizeof *names; i++) {
        if (strcmp(arg, names[i]) == 0) {
            *bound = (enum qv_http_bound)i;
            return true;
        }
    }
    return parser_fail(p, "option --%s: '%.20s' is none of 1.1, 2 and 3",
                       o->name, arg);
}

bool option_calls_tls_max(struct parser *p, const struct option *o,
                          const char *arg)
{
    enum qv_tls *max = &request(p)->engine.tls_max;
    if (strcmp(arg, "1.2") == 0)
        *max = QV_TLS_1_2;
    else if (strcmp(arg, "1.3") == 0 || strcmp(arg, "default") == 0)
        *max = QV_TLS_1_3;
    else
        return parser_fail(p,
                           "option --%s: TLS '%.20s' is not spoken; 1.2 and "
                           "1.3 are",
                           o->name, arg);
    return true;
}

/* The lines of a format are for who edits it: a line end that is to be printed
 * is written \n, as for curl. */
static void without_line_ends(char *text)
{
    char *to = text;
    for (const char *c = text; *c; c++)
        if (*c != '\r' && *c != '\n')
            *to++ = *c;
    *to = '\0';
}

bool option_calls_write_out(struct parser *p, const struct option *o,
                            const char *arg)
{
    struct str format = {0};
    (void)o;
    if (arg[0] == '@') {
        if (!whole_file_read_edited(&format, arg + 1)) {
            (void)parser_fail_read(p, arg + 1);
            str_fini(&format);
            return false;
        }
        char *text = strings_own(p->owned, str_take(&format));
        without_line_ends(text);
        arg = text;
    }
    operation(p)->write_out = arg;
    return true;
}

bool option_calls_stderr(struct parser *p, const struct option *o,
                         const char *arg)
{
    int fd = STDOUT_FILENO;
    (void)p;
    if (strcmp(arg, "-") != 0)
        fd = open(arg, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        complain_warning("option --%s: cannot open %.100s: %s", o->name, arg,
                         strerror(errno));
        return true;
    }
    console_close();
    if (dup2(fd, STDERR_FILENO) < 0)
        return parser_fail(p, "option --%s: %s", o->name, strerror(errno));
    if (fd != STDOUT_FILENO)
        close(fd);
    return true;
}

bool option_calls_parallel_jobs(struct parser *p, const struct option *o,
                                const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    unsigned n = 0;
    for (const char *c = arg; *c; c++) {
        if (*c < '0' || *c > '9' || n > 99999)
            return parser_fail(p, "option --%s: '%.20s' is not a proper number",
                               o->name, arg);
        n = n * 10 + (unsigned)(*c - '0');
    }
    /* As curl: nonsense means the default, and 65535 is the most. */
    s->parallel_max = n ? n : PARALLEL_MAX_DEFAULT;
    if (s->parallel_max > 65535)
        s->parallel_max = 65535;
    return true;
}

static bool read_rate(struct parser *p, const struct option *o, const char *arg,
                      double *rate)
{
    return number_rate(arg, rate) ||
           parser_fail(p,
                       "option --%s: '%.60s' is not a rate such as 5/s, 30/m, "
                       "100/h or 3/15m",
                       o->name, arg);
}

bool option_calls_rate(struct parser *p, const struct option *o,
                       const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    return read_rate(p, o, arg, &s->rate);
}

bool option_calls_origin_rate(struct parser *p, const struct option *o,
                              const char *arg)
{
    return read_rate(p, o, arg, &request(p)->engine.pool.rate);
}

bool option_calls_eyeballs(struct parser *p, const struct option *o,
                           const char *arg)
{
    uint64_t ms = 0;
    if (!number_parse(arg, UINT32_MAX, &ms))
        return parser_fail(p, "option --%s: expected milliseconds, not '%s'",
                           o->name, arg);
    request(p)->engine.eyeballs_timeout = ms * 1000000;
    return true;
}
