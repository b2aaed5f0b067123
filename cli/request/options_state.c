#include <string.h>

#include "args/parser.h"
#include "request/cmdline.h"
#include "request/options.h"

#define STRING(member) .kind = OPTION_STRING, OPTION_AT(SESSION, member)

static bool state(struct parser *p, const struct option *o, const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    (void)o;
    s->state.is_on = true;
    s->state.is_off = false;
    s->state.dir = arg;
    return true;
}

/* As -b, it switches cookies on for what stands between two --next alone. */
static bool cookie_jar(struct parser *p, const struct option *o,
                       const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    struct operation *op = p->scope[SCOPE_OPERATION];
    (void)o;
    s->state.cookie_jar = arg;
    if (p->place.layer == OCCURRENCE_GLOBAL)
        s->state.is_jar_of_all = true;
    else if (op)
        op->keeps_cookies = true;
    return true;
}

/* A name is a part of a path, or a path. */
static bool is_name(const char *name)
{
    const char *last = strrchr(name, '/');
    last = last ? last + 1 : name;
    return *last != '\0' && *last != '.' && strlen(last) < 200;
}

static bool session(struct parser *p, const struct option *o, const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    if (!is_name(arg))
        return parser_fail(p, "option --%s: '%.40s' is no name for a file",
                           o->name, arg);
    s->state.session = arg;
    s->state.session_read_only = false;
    return true;
}

static bool session_read_only(struct parser *p, const struct option *o,
                              const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    if (!session(p, o, arg))
        return false;
    s->state.session_read_only = true;
    return true;
}

static const struct option rows[] = {
    {.name = "state",
     .argument = "<dir>",
     .may_lack_argument = true,
     .kind = OPTION_CALL,
     .call = state,
     OPTION_AT(SESSION, state.is_on),
     .category = CATEGORY_CONNECTION,
     .values = VALUES_FOLDER,
     .where = WHERE_NO_ORIGIN,
     .brief = "Remember servers from run to run",
     .text =
         "Keeps in files of a folder what helps the next run: TLS and QUIC "
         "sessions (tickets), alternative services (alt-svc), which "
         "of those did not work (broken), and hosts that want TLS (hsts), but "
         "no cookies.  The folder is $QUIVER_STATE_DIR, "
         "else quiver in $XDG_STATE_HOME or ~/.local/state, and nobody "
         "else can read it.  Files are written at the end of a run and if "
         "something has changed; two runs at once lose nothing.  One that "
         "cannot be read is put aside as FILE.bad.  \"state\" in the "
         "configuration switches it on for good.",
     .example = "--state=/tmp/quiver https://example.com/",
     .since = "0.1.0"},
    {.name = "no-state",
     .kind = OPTION_FLAG,
     OPTION_AT(SESSION, state.is_off),
     .category = CATEGORY_CONNECTION,
     .where = WHERE_NO_ORIGIN,
     .brief = "Remember nothing from run to run",
     .text = "Takes --state back, which the configuration may have.  Files "
             "that --ssl-sessions and --alt-svc name are used all the same.",
     .example = "--no-state https://example.com/",
     .since = "0.1.0"},
    {.name = "ssl-sessions",
     .not_empty = true,
     .argument = "<file>",
     STRING(state.ssl_sessions),
     .category = CATEGORY_TLS,
     .values = VALUES_FILE,
     .where = WHERE_NO_ORIGIN,
     .brief = "Keep TLS sessions in this file",
     .text =
         "Tickets of TLS over TCP and of QUIC, with what belongs to them, and "
         "QUIC's address tokens.  A later connection, of this run or of "
         "another, resumes with one: it needs no certificate, and with "
         "--tls-earlydata no round trip.  Each is used once, and only where "
         "host, port, SNI, ALPN, trust, verification, client certificate and "
         "proxy are the same.\n\n"
         "The file holds secrets, so nobody else may read it; it is text, one "
         "ticket a line: its kind, a hash of what it is for, when it came and "
         "when it expires (Unix time), the round-trip time in microseconds, v "
         "for a verified peer and e for early data, nine parts in base64 (the "
         "session, transport parameters, HTTP/3 settings, ALPN; subject, "
         "issuer, end and check of the certificate; the address), and a "
         "CRC-32 of the line.",
     .example = "--ssl-sessions tickets https://example.com/",
     .since = "0.1.0"},
    {.name = "cookie-jar",
     .not_empty = true,
     .letter = 'c',
     .argument = "<file>",
     .kind = OPTION_CALL,
     .call = cookie_jar,
     OPTION_AT(SESSION, state.cookie_jar),
     .category = CATEGORY_HTTP,
     .values = VALUES_FILE,
     .where = WHERE_NO_ORIGIN,
     .brief = "Keep cookies, and write them to this file",
     .text =
         "Switches the keeping of cookies on, as --cookie with a file does, "
         "and writes all that are known to the file at the end of the run, "
         "also when a transfer has failed: in Netscape's format, which curl "
         "and others read.  \"-\" is standard output.  Nobody else can read "
         "the file, and it is replaced as a whole.\n\n"
         "What it has had is gone, unless --cookie reads the same file.  Then "
         "two runs at once lose nothing: each adds its changes to what the "
         "other has written.",
     .example = "-b cookies.txt -c cookies.txt https://example.com/",
     .since = "0.1.0"},
    {.name = "junk-session-cookies",
     .kind = OPTION_FLAG,
     OPTION_AT(SESSION, state.junk_session_cookies),
     .category = CATEGORY_HTTP,
     .where = WHERE_NO_ORIGIN,
     .brief = "Begin a new session",
     .text = "Cookies without a time of expiry are meant for one session: "
             "those that a file of --cookie has are passed over.  (curl's -j "
             "is this; quiver's is --jobs.)",
     .example = "--junk-session-cookies -b cookies.txt https://example.com/",
     .since = "0.1.0"},
    {.name = "hsts",
     .argument = "<file>",
     .kind = OPTION_LIST,
     OPTION_AT(SESSION, state.hsts),
     .category = CATEGORY_CONNECTION,
     .values = VALUES_FILE,
     .where = WHERE_NO_ORIGIN,
     .brief = "Keep hosts that want TLS in this file",
     .text =
         "Heeds Strict-Transport-Security (RFC 6797): a host that has said so, "
         "over TLS and with a certificate that was checked, is reached over "
         "https from then on, whatever a URL, a redirect or a line of a batch "
         "says.  The file is curl's; an empty name keeps them for this run "
         "only.  Of several all are read, and the last is written.  --state "
         "does it as well.",
     .example = "--hsts hosts http://example.com/",
     .since = "0.1.0"},
    {.name = "session",
     .argument = "<name>",
     .kind = OPTION_CALL,
     .call = session,
     OPTION_AT(SESSION, state.session),
     .category = CATEGORY_HTTP,
     .where = WHERE_NO_ORIGIN,
     .brief = "Keep cookies, logins and headers by a name",
     .text =
         "What this command line says to a server, it need not say again: "
         "header fields (-H), -u and --oauth2-bearer are kept for the origin "
         "of each URL and sent to it by later runs with the same name, unless "
         "those or the configuration say otherwise.  An -H of \"Name:\" "
         "forgets a field.  Fields "
         "about a body, a condition or the connection are not kept.  A "
         "redirect takes none of it to another origin.  Cookies are kept too, "
         "and go to whom they are for, as with --cookie-jar.  Of `batch` what "
         "the options say is kept, and what an entry says is that entry's "
         "alone.\n\n"
         "There are two files, NAME.json and NAME.cookies, in sessions in the "
         "folder of --state, or where a name with a slash says.  Nobody else "
         "can read them.  Two runs at once lose nothing.",
     .example = "--session work -u me:secret https://example.com/",
     .since = "0.1.0"},
    {.name = "session-read-only",
     .argument = "<name>",
     .kind = OPTION_CALL,
     .call = session_read_only,
     OPTION_AT(SESSION, state.session),
     .category = CATEGORY_HTTP,
     .where = WHERE_NO_ORIGIN,
     .brief = "Use a session, and leave it as it is",
     .text = "The same as --session, but nothing of it is written.",
     .example = "--session-read-only work https://example.com/",
     .since = "0.1.0"},
    {.name = "alt-svc",
     .argument = "<file>",
     STRING(state.alt_svc),
     .category = CATEGORY_CONNECTION,
     .values = VALUES_FILE,
     .where = WHERE_NO_ORIGIN,
     .brief = "Keep alternative services in this file",
     .text = "What servers say in Alt-Svc, in curl's format: where, and over "
             "which protocol, an origin can be reached too.",
     .example = "--alt-svc services https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_state = {rows, sizeof rows / sizeof rows[0]};
