#include "help/help_config.h"

#include <string.h>

#include "help/help_wrap.h"

const struct help_config_part help_config_parts[] = {
    {"DESCRIPTION",
     "Commands that make requests read a configuration file before anything "
     "else: the one that QUIVER_CONFIG names (an empty name: none), else "
     "quiver/config in the folder XDG_CONFIG_HOME, else "
     "~/.config/quiver/config.  With -q as the first argument none is read.  "
     "No file of curl is read unless -K names it.\n\n"
     "The file is checked as a whole at every start.  Everything that is "
     "wrong in it is told at once, with its line, and nothing is sent: also "
     "what stands in a section that the command has no use for.  A file that "
     "QUIVER_CONFIG does not name and that cannot be reached is not there.",
     NULL},
    {"SYNTAX",
     "As in files of curl's -K, each line is empty, a comment behind '#', or "
     "an option of quiver-fetch(1) by its long name, dashes or not, with its "
     "value behind '=', ':' or a space.  A value with spaces or '#' stands in "
     "double quotes, where \\\\ \\\" \\t \\n \\r and \\v are written for a "
     "backslash, a quote, a tab, a new line, a carriage return and a vertical "
     "tab.  A flag X stands alone; no-X takes it back.  File names that begin "
     "with ~/ are in the home folder.",
     "user-agent = \"ops/1 (night shift)\"\n"
     "connect-timeout = 5\n"
     "http3                        # a comment\n"
     "no-compressed\n"
     "cacert = ~/pki/ca.pem"},
    {"ORIGINS",
     "Options before the first section hold for every request.  A section "
     "holds for the origin in its brackets: scheme, host and port, where no "
     "port means 443, or 80 of http.  A host \"*\" is any host; \"*.name\" is "
     "what ends so, with one label or more in place of the star; a port \"*\" "
     "is any port.\n\n"
     "Of all sections that fit a URL one counts, the most specific: a host "
     "before a wildcard, more labels before fewer, a port before any port.  "
     "Sections do not add up.  -v names the one that counts.",
     "[https://api.example.com]            # this host, port 443\n"
     "[https://api.example.com:8443]       # this port\n"
     "[https://*.example.com]              # api.example.com, a.b.example.com\n"
     "[http://*:*]                         # everything without TLS\n"
     "[https://[2001:db8::1]:8443]         # an address"},
    {"STATE",
     "What a run learns of servers is kept for the next one if \"state\" says "
     "so, which is best said in the global part: TLS and QUIC sessions, "
     "alternative services, and which of those did not work, in the folder "
     "QUIVER_STATE_DIR, else quiver in XDG_STATE_HOME or ~/.local/state.  "
     "--no-state takes it back for one run.  Nothing of it is shared between "
     "requests that trust, verify, show or go through something else.",
     "state\n"
     "tls-earlydata"},
    {"ORDER",
     "What counts, the last most: the built-in default, the global part, the "
     "section, files of -K, the command line.  A value replaces those of the "
     "parts before.  Options that may be given several times add up: header, "
     "cookie, resolve, connect-to, url-query.\n\n"
     "Of a field that a request has only once, such as Authorization or "
     "Content-Type, and of all credentials (user, oauth2-bearer, an "
     "Authorization field) only the nearest are sent.  \"Name:\" takes away "
     "what the parts before say of the field.",
     NULL},
    {"WHAT MAY STAND WHERE",
     "A section may have every option about how a request is made and "
     "carried: versions, TLS, addresses, time limits, retries, the pool, "
     "header fields and credentials.  Options about what is asked for and "
     "where it goes (-X, -d, -o, --url and their kin) are typed, or stand in a "
     "file of -K; those about the whole run or its output (silent, parallel, "
     "write-out, fail) may stand in the global part.\n\n"
     "http3 and http3-only are refused in a section of http://, which cannot "
     "speak HTTP/3.  user needs its password, since it would be asked for at "
     "every start.",
     NULL},
    {"REDIRECTS",
     "When a redirect leads to another origin, the connection to that is made "
     "by its own section: trust, client certificate, versions, addresses, "
     "pool, retries.  Header fields and credentials of the first origin's "
     "section are not sent there, not with --location-trusted either; those "
     "of the other origin's section are not added, since somebody else chose "
     "to go there.  Fields of the global part and of the command line go "
     "along as always; so do user-agent and referer, wherever they are from.",
     NULL},
    {"ENVIRONMENT",
     "QUIVER_CONFIG names the file; empty: none is read.  A file that it names "
     "has to be there.  XDG_CONFIG_HOME and HOME say where the default one "
     "is.",
     NULL},
    {"FILES", "~/.config/quiver/config, which need not be there.", NULL},
    {"EXIT STATUS",
     "2 when a line of a file is wrong, 26 when a file cannot be read.", NULL},
    {"EXAMPLES", "A file with two origins:",
     "# ~/.config/quiver/config\n"
     "user-agent = \"ops/1\"\n"
     "connect-timeout = 5\n"
     "\n"
     "[https://api.example.com]            # exact\n"
     "http3\n"
     "header = @~/.secrets/api-header\n"
     "\n"
     "[https://*.internal.example:*]       # wildcard, one label or more\n"
     "cacert = /etc/pki/internal.pem\n"
     "tlsv1.3\n"
     "user = \"ops:open sesame\""},
    {NULL, "Is it right?",
     "$ quiver config check ~/.config/quiver/config\n"
     "~/.config/quiver/config: ok, 2 sections"},
    {NULL, "What holds for a URL, and who says so?  Among others:",
     "$ quiver config show -m 30 https://db.eu.internal.example:8443/\n"
     "# https://db.eu.internal.example:8443/: "
     "[https://*.internal.example:*] of ~/.config/quiver/config:9\n"
     "user-agent = ops/1                       # ~/.config/quiver/config:2\n"
     "connect-timeout = 5                      # ~/.config/quiver/config:3\n"
     "cacert = /etc/pki/internal.pem           # ~/.config/quiver/config:10\n"
     "tlsv1.3                                  # ~/.config/quiver/config:11\n"
     "user = \"ops:<redacted>\"                  # ~/.config/quiver/config:12\n"
     "max-time = 30                            # command line"},
    {NULL, "A file with mistakes, here in the file bad:",
     "connect-timout = 5\n"
     "user-agent = night shift\n"
     "[http://old.example.com]\n"
     "http3\n"
     "[https://api.example.com]\n"
     "tlsv1.3\n"
     "tls-max = 1.2"},
    {NULL, "All of them are told:",
     "$ quiver config check bad\n"
     "quiver: bad:1: option --connect-timout is unknown; did you mean "
     "--connect-timeout?\n"
     "quiver: bad:2: a value with spaces needs quotes\n"
     "quiver: bad:4: http:// cannot speak HTTP/3\n"
     "quiver: bad:7: the lowest TLS version is above the highest"},
    {NULL, NULL, NULL},
};

static void add_literal(struct str *out, const char *literal)
{
    while (*literal) {
        size_t len = strcspn(literal, "\n");
        if (len)
            str_add_text(out, "    ");
        str_add(out, span_of(literal, len));
        str_add_char(out, '\n');
        literal += len + (literal[len] == '\n');
    }
}

void help_config_render(struct str *out, const struct help_config_part *parts)
{
    for (const struct help_config_part *p = parts; p->text || p->literal; p++) {
        if (p != parts)
            str_add_char(out, '\n');
        if (p->title)
            str_printf(out, "%s\n", p->title);
        if (p->text)
            help_wrap(out, p->text, 0);
        if (p->text && p->literal)
            str_add_char(out, '\n');
        if (p->literal)
            add_literal(out, p->literal);
    }
}
