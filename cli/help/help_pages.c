#include "help/help_pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args/command.h"
#include "core/quiver.h"
#include "help/help_config.h"
#include "help/help_schema.h"
#include "help/help_telemetry.h"
#include "help/help_wrap.h"
#include "hints/hints.h"
#include "record/variables.h"

const char *const help_pages_differences[] = {
    "A URL without a scheme means https, but http for localhost and numeric "
    "addresses.  --proto-default http brings curl's guess back.",
    "-j is --jobs, the same as --parallel-max; -2 and -3 are --http2 and "
    "--http3.  Options may be written --name=value.",
    "An -o or -O file appears under its name only when it is complete; what a "
    "failed transfer received is removed.  A signal that ends the program "
    "(HUP, QUIT, ALRM ...) removes it too; only SIGKILL and a crash leave the "
    "hidden file.",
    "-O never creates a name that begins with a dot or holds control bytes, "
    "and does not follow a symbolic link.  -J reads filename* (RFC 8187) too, "
    "and parameters in capitals.",
    "HTTP/3 is spoken without being asked for where an HTTPS record of the "
    "name "
    "or an Alt-Svc of the server promises it; TCP follows a moment later.  "
    "What "
    "does not work is left alone for a while.  The certificate is always "
    "checked for the origin's name, and Alt-Svc counts only where it was.",
    "--dns-servers, --dns-interface and their kin work in every build; "
    "--doh-url asks for HTTPS records too.",
    "With -Z what several transfers write to standard output comes in the "
    "order "
    "of the URLs and is never mixed, but for --parallel-output raw.",
    "A named pipe (-o, -D, %output{}, --stats-out ...) holds up nobody but the "
    "transfer whose body goes into it: quiver waits for its reader beside its "
    "other work, and until the end of the program it stays open.  The first "
    "signal stops the transfers, a second one the wait for readers.",
    "A QUIC connection follows the machine to another network by itself, when "
    "it lasts for more than a moment; SIGUSR1 has each go over to a new path "
    "at once.  A connection to a server that does not allow that finishes what "
    "it has, and others are made.  While transfers run SIGUSR1 ends nothing: "
    "where there is no QUIC, they go on as if it had not come.",
    "The exit status for several URLs is that of the first failure in the "
    "order of the command line, with and without -Z.",
    "On a terminal JSON is indented, heads and JSON have colours, and bodies "
    "are asked for compressed; --pretty never shows text as it comes.  Control "
    "bytes are shown as \\xNN, and what is no text is refused (exit 23) "
    "however "
    "it begins.  Pipes and files get every byte as it is; -o - sends them to a "
    "terminal too.",
    "-P is --print, HTTPie's choice of the parts that are written.",
    "-D has the heads of a transfer's last try alone, those of its redirects "
    "included.",
    "A command line that is wrong anywhere sends nothing.  A file that an "
    "option names is looked for when it is needed: one that is not there is "
    "23, 26, 58, 77 or 82, and what curl calls 43 or 49 is a mistake of the "
    "command line (2); so is a --capath without a certificate.  A file of "
    "--alt-svc or --hsts appears when there is something to keep.  -z reads "
    "ISO 8601 dates as well, and of a body that it does not want %{http_code} "
    "stays what the server has said.",
    "Connections are shared between all URLs of a run that ask for the same "
    "versions, and -f does not close one: what came of a refused body counts.",
    "-C - of a file that is longer than the server's is exit 36.  -C N with -T "
    "sends the rest, and without a number no Content-Range.  "
    "--retry-max-time counts the wait for the next try.",
    "-v ends its lines with a line feed alone, and tells the sizes of bodies "
    "in --trace and -vvv only.",
    "-X CONNECT: a 2xx answer is a tunnel, whose bytes come until it is "
    "closed; its Content-Length does not count (RFC 9110 9.3.6).",
    "HEAD has no body, and -X HEAD waits for none.  A folder is no body "
    "either: -T or -F of one is exit 26, where curl sends nothing in its "
    "place.",
    "A number with anything behind it is a mistake: curl takes -m 1e3 for one "
    "second and -m 500ms for 500.  Where whole numbers are asked for in curl "
    "seconds may have a fraction, and \".5\" is one.",
    "Connections are numbered from 1 in %{conn_id}, as in records and traces: "
    "0 is none.  %{size_request} is what HTTP/2 and HTTP/3 have put on the "
    "wire for the head, compressed; curl counts it as HTTP/1 would write it.",
    "What -w %output{} cannot write is a warning.",
    "A request that is answered by 421 goes once more at once, on a connection "
    "of its own (RFC 9110 15.5.20), and one by 425 if it was early data (RFC "
    "8470 5.2); --retry counts 425 among what may pass.",
    "Transfer-Encoding stands behind the fields of -H in a request over "
    "HTTP/1.1, as Content-Length does; curl has the two in different places.",
    "A file of -K may have tabs before an option, lines that end as those of "
    "DOS do, and a byte order mark.  Of a file of --etag-compare the first "
    "line counts.",
    "Only http, https, ws and wss are spoken: FTP, file and the others are "
    "exit 1.",
    "304, 305 and 306 are no redirects, whatever Location they have.",
    "-C - remembers the entity tag of what it got (xattr "
    "user.quiver.validator) and asks with If-Range; a try of --retry goes on "
    "with the body in the same way.  --etag-save writes when the transfer has "
    "succeeded.  RFC 9530's digests are checked (exit 56).  "
    "--create-file-mode is for files of -o.",
    "--url-query adds to what -G puts into the URL.  A body that is tried "
    "again "
    "is not written twice.  A method that usually has a body says "
    "Content-Length: 0 without one, white space around the value of a field is "
    "not sent, and letters beyond ASCII in a URL are percent-encoded; what is "
    "percent-encoded stays as it is typed.  Host has the name in small "
    "letters, and cannot be taken away.",
    "A digest nonce goes on to the next URL.  A user name with a colon is "
    "refused for Basic, which cannot carry it.",
    "\\{{ in --expand-NAME is {{ in every case, and a bad --variable is an "
    "error.",
    "Cookies follow RFC 6265bis where curl has ways of its own: of equal paths "
    "the one set first goes first, a value may lack a name, Expires is read as "
    "browsers do, the prefixes __Host- and __Secure- count in any case.  A "
    "Set-Cookie without Domain in a file of -b goes to the host of the first "
    "request.  -c writes a file that nobody else can read, and with -b of the "
    "same file two runs at once lose nothing.  A line whose flags are neither "
    "TRUE nor FALSE is left out.",
    "Strict-Transport-Security is heeded of a certificate that was checked "
    "alone: with -k nobody can say it.",
    "-v and records hide cookies, credentials, fields whose name says that "
    "they are secret (auth, key, token, secret, password), fields of -H @file "
    "and the user names and passwords of URLs unless --show-secrets is given.",
    "%{json} is quiver's result record: curl's names and units, null for what "
    "is not known, and more below headers, conn, phases and attempts.",
    "A body or head that ends early, an HTTP/2 or HTTP/3 stream reset before "
    "its end, and a truncated compression are errors in every case.",
    "An HTTP/1 answer whose end would be a guess is an error: one with both "
    "Content-Length and Transfer-Encoding, with two lengths, with a "
    "Transfer-Encoding that is not just chunked or identity, with one of these "
    "two folded, or with a blank or control byte in its name or value, and a "
    "chunk extension that ends with LF alone.  Of an answer without a body "
    "(HEAD, 204, 304) they do not matter.",
    "In other fields of an HTTP/1 answer a bare CR, an empty name, and a "
    "folded line before the first field are errors too; a blank before the "
    "colon is not part of the name, and a field whose name has other bytes "
    "than a name may have is left out (-v shows it).",
    "A label of a host name that has a symbol as well as a sharp s, a final "
    "sigma or a zero width joiner is refused, and not turned into another "
    "name.",
    "A name and password in a Location are not used.  Credentials that a "
    "redirect has left behind stay behind, even when another one leads back; "
    "from https to http none is followed unless --proto-redir names http, and "
    "then without a Referer.",
    "What a server asked --digest or --anyauth for holds for all URLs of a run "
    "that go to it; curl asks anew for each.  --aws-sigv4 reads a file twice "
    "to "
    "sign it (but for S3), where curl signs an empty body.",
    "After a redirect that drops the body the fields about it (Content-Type) "
    "are not sent again, not even those given with -H.",
    "A request is one message to everybody who reads it, or it is not sent: "
    "line breaks in fields, blanks in --request-target, a Content-Length that "
    "is not the body's and two that say how long it is are errors.  The "
    "Content-Length of a pipe (-T -) is believed, and the body held to it; of "
    "a file behind -T - it is known.  A -H without a colon, or whose name is "
    "none, is a mistake, and Content-Length cannot be taken away; a line of -H "
    "@file that begins with # is a comment.",
    "In -F an encoder that there is not, a header that is none and a "
    "headers=@file that cannot be read are errors before anything is sent.",
    "--rate holds with -Z as well, and --max-time does not run while a "
    "transfer "
    "waits for its turn.",
    "--retry also tries again after a connection that was lost, but a request "
    "that is not idempotent only if it cannot have reached the server or was "
    "answered.  The answers that lead to another try are not shown, and what "
    "was printed is not followed by a second copy.",
    "Certificates must name the host in their subjectAltName; wildcards stand "
    "for exactly one whole label.  TLS 1.2 is the oldest version.",
    "No .curlrc is read, unless -K names it.  quiver has a configuration file "
    "of its own, with sections for origins: see quiver-config(5).  A value "
    "typed on the command line counts more than one of a -K file behind it.",
    "An http:// or https:// proxy that names no port is at 1080 or 443, as "
    "curl's manual says; curl 8.23 takes 80 for http://.",
    "CURL_CA_BUNDLE, SSL_CERT_FILE and SSL_CERT_DIR hold for https:// proxies "
    "too, unless --proxy-cacert or --proxy-capath is given.",
    "The answer of a proxy that asks for credentials is not shown when there "
    "are some, and what a proxy refuses CONNECT with is told in the error "
    "alone.",
    "%{http_connect} is what the proxy said to CONNECT over HTTP/2 and HTTP/3 "
    "too, where curl 8.23 has 000.",
    "A tunnel serves requests with any User-Agent, so CONNECT has quiver's "
    "own; "
    "--proxy-header gives it another.",
    "ws:// and wss:// URLs are opened by \"quiver ws\", with both directions, "
    "over any version of HTTP; a transfer does not know them.",
    "--ech: the name in the clear is the one of the keys, so pn:NAME is not "
    "there; the HTTPS record comes from any name server, not from --doh-url's "
    "alone; and a server that has other keys is asked once more with those.",
    NULL,
};

const struct help_variable help_pages_environment[] = {
    {"QUIVER_CONFIG", "The configuration file; empty: none is read.  See "
                      "quiver-config(5)."},
    {"XDG_CONFIG_HOME", "The folder that has quiver/config, in place of "
                        "~/.config."},
    {"CURL_CA_BUNDLE", "File of certificates to trust, as --cacert."},
    {"SSL_CERT_FILE", "The same, when CURL_CA_BUNDLE is not set."},
    {"SSL_CERT_DIR", "Folders of certificates to trust too, as --capath, when "
                     "CURL_CA_BUNDLE is not set."},
    {"http_proxy", "The proxy for http:// URLs, as -x; in lower case only."},
    {"https_proxy", "The proxy for https:// URLs; HTTPS_PROXY if it is not "
                    "set."},
    {"ws_proxy", "The proxy for ws:// URLs, and wss_proxy that for wss://; "
                 "without them those for http:// and https:// are used."},
    {"all_proxy", "The proxy for URLs whose own variable is not set; ALL_PROXY "
                  "if it is not set either."},
    {"no_proxy", "Hosts that are reached without a proxy, as --noproxy; "
                 "NO_PROXY if it is not set."},
    {"SSLKEYLOGFILE", "TLS secrets are appended to this file, so that tools "
                      "can decrypt a recording of the traffic; as by "
                      "--key-log."},
    {"QLOGDIR", "Traces of connections are written to this folder, as by "
                "--qlog-dir."},
    {"NO_COLOR", "Not empty: no colours, unless --color says otherwise."},
    {"CLICOLOR_FORCE", "Neither empty nor 0: messages and what --pretty puts "
                       "into a form have colours, wherever they go."},
    {"COLUMNS", "Width of progress lines when the terminal does not tell; "
                "LINES is its height."},
    {"TERM", "Empty or \"dumb\": nothing is drawn over, and there are no "
             "colours."},
    {"TMPDIR", "Where a body waits whose file can only be written in place."},
    {NULL, NULL},
};

static void render_exit_codes(struct str *out)
{
    for (int i = 0; i <= HELP_PAGES_EXIT_MAX; i++) {
        const char *text = qv_exit_text(i);
        if (text)
            str_printf(out, "%4d  %s\n", i, text);
    }
}

static void render_write_out(struct str *out)
{
    size_t n;
    struct variable_name *all = variables_names(&n);
    str_add_text(out, "Variables of -w, written %{NAME}:\n");
    for (size_t i = 0; i < n; i++)
        str_printf(out, "  %-22s %s\n", all[i].name, all[i].brief);
    free(all);
    str_add_text(out,
                 "\\n \\r \\t \\\\ and %% stand for themselves.  Times are "
                 "seconds, sizes bytes.\n");
}

static void render_differences(struct str *out)
{
    for (size_t i = 0; help_pages_differences[i]; i++) {
        size_t start;
        size_t len;
        struct str one = {0};
        char number[8];
        help_wrap(&one, help_pages_differences[i], 4);
        start = out->len;
        len = one.len;
        str_add(out, span_of(one.base, len));
        str_fini(&one);
        (void)snprintf(number, sizeof number, "%3zu", i + 1);
        memcpy(out->base + start, number, 3);
    }
}

static void render_config(struct str *out)
{
    help_config_render(out, help_config_parts);
}

static void render_telemetry(struct str *out)
{
    help_config_render(out, help_telemetry_parts);
}

static const struct {
    const char *subject;
    void (*render)(struct str *out);
    bool is_list;
} pages[] = {
    {"exit-codes", render_exit_codes, true},
    {"write-out", render_write_out, true},
    {"differences", render_differences, false},
    {"config", render_config, false},
    {"telemetry", render_telemetry, false},
    {"hints", hints_render, true},
    {"json-schema", help_schema_render, false},
};

enum {
    NPAGES = sizeof pages / sizeof pages[0]
};

bool help_pages_render(struct str *out, const char *subject)
{
    for (size_t i = 0; i < NPAGES; i++) {
        if (strcmp(subject, pages[i].subject) == 0) {
            pages[i].render(out);
            return true;
        }
    }
    return false;
}

const char *help_pages_subject(size_t i)
{
    return i < NPAGES ? pages[i].subject : NULL;
}

bool help_pages_is_list(const char *subject)
{
    for (size_t i = 0; i < NPAGES; i++) {
        if (strcmp(pages[i].subject, subject) == 0)
            return pages[i].is_list;
    }
    return false;
}

void help_pages_subjects(const struct command *table, const char *separator,
                         struct str *out)
{
    for (size_t i = 0; i < NPAGES; i++) {
        if (!command_find(table, pages[i].subject))
            str_printf(out, "%s%s", separator, pages[i].subject);
    }
}
