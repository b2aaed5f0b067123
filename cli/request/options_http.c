#include <string.h>

#include "args/parser.h"
#include "request/cmdline.h"
#include "request/download_calls.h"
#include "request/header_calls.h"
#include "request/options.h"
#include "request/postdata.h"
#include "request/target_calls.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(REQUEST, member)
#define STRING(member) .kind = OPTION_STRING, OPTION_AT(REQUEST, member)
#define CALL(function)                                                         \
    .kind = OPTION_CALL, .scope = SCOPE_REQUEST, .call = function
/* What is asked for, whatever the origin. */
#define OPERATION_FLAG(member) .kind = OPTION_FLAG, OPTION_AT(OPERATION, member)
#define OPERATION_STRING(member)                                               \
    .kind = OPTION_STRING, OPTION_AT(OPERATION, member)
#define OPERATION_CALL(function)                                               \
    .kind = OPTION_CALL, .scope = SCOPE_OPERATION, .call = function
#define VERSION(v)                                                             \
    .kind = OPTION_CHOICE, .value = (v), OPTION_AT(REQUEST, engine.http)

static bool set_bound(struct parser *p, const struct option *o, const char *arg)
{
    static const char *const names[] = {
        [QV_HTTP_BOUND_1_1] = "1.1",
        [QV_HTTP_BOUND_2] = "2",
        [QV_HTTP_BOUND_3] = "3",
    };
    enum qv_http_bound *bound =
        (enum qv_http_bound *)((char *)p->scope[SCOPE_REQUEST] + o->at);
    for (size_t i = QV_HTTP_BOUND_1_1; i < sizeof names / sizeof *names; i++) {
        if (strcmp(arg, names[i]) == 0) {
            *bound = (enum qv_http_bound)i;
            return true;
        }
    }
    return parser_fail(p, "option --%s: '%.20s' is none of 1.1, 2 and 3",
                       o->name, arg);
}

static const struct option rows[] = {
    /* ---- the request ---- */
    {.name = "request",
     .not_empty = true,
     .letter = 'X',
     .argument = "<method>",
     OPERATION_STRING(method),
     .category = CATEGORY_HTTP,
     .values = VALUES_METHOD,
     .important = true,
     .of_transfers = true,
     .where = WHERE_NO_CONFIG,
     .brief = "Use this method",
     .text = "Sends this method instead of the one that follows from the "
             "other options (GET, POST with -d, PUT with -T, HEAD with -I).  "
             "It changes only the word in the request: use -I rather than "
             "-X HEAD.",
     .example = "-X DELETE https://example.com/item/7",
     .since = "0.1.0"},
    {.name = "header",
     .letter = 'H',
     .argument = "<header/@file>",
     CALL(header_calls_header),
     .empty_is_none = true,
     .category = CATEGORY_HTTP,
     .values = VALUES_HEADER,
     .important = true,
     .brief = "Send this header field",
     .text = "Adds \"Name: value\" to the request, or replaces the field of "
             "that name that quiver sends itself.  \"Name:\" without a value "
             "takes such a field away, \"Name;\" sends it empty.  With @file "
             "each line of the file is a field, @- reads standard input.  May "
             "be given several times.\n\n"
             "A field with a line break or a NUL in it is refused before "
             "anything is sent.",
     .example = "-H 'Accept: text/html' https://example.com/",
     .since = "0.1.0"},
    {.name = "user-agent",
     .letter = 'A',
     .argument = "<name>",
     STRING(user_agent),
     .category = CATEGORY_HTTP,
     .usual = "quiver/" QUIVER_VERSION,
     .brief = "Send this User-Agent",
     .text = "Names the client in the User-Agent field.  An empty name sends "
             "no such field.",
     .example = "-A 'agent/1.0' https://example.com/",
     .since = "0.1.0"},
    {.name = "referer",
     .letter = 'e',
     .argument = "<URL>",
     STRING(referer),
     .category = CATEGORY_HTTP,
     .brief = "Send this Referer",
     .text = "Sends the URL as the page that led here.  With \";auto\" at its "
             "end each redirect sends the URL before it.",
     .example = "-e https://example.com/start https://example.com/",
     .since = "0.1.0"},
    {.name = "cookie",
     .letter = 'b',
     .argument = "<data|file>",
     CALL(header_calls_cookie),
     .category = CATEGORY_HTTP,
     .brief = "Send this cookie, or those of a file",
     .text =
         "With a \"=\" it is text for the Cookie field; several are joined by "
         "\"; \".  It goes to the first origin alone, unless "
         "--location-trusted is given, and behind the cookies that are "
         "kept.\n\n"
         "Without one it names a file of cookies (\"-\" is standard input), "
         "in Netscape's format or with Set-Cookie fields, and switches the "
         "keeping of cookies on: what answers set is sent to whom it is for, "
         "by the rules of browsers (RFC 6265bis), in all requests of this "
         "run, redirects too, but not behind a --next without -b or -c of its "
         "own.  An empty name, or that of a file that is not "
         "there, does just that.  The file is not written: that is "
         "--cookie-jar, which may name the same one.  A Set-Cookie without "
         "Domain, which says not whose it is, goes to the host of the first "
         "request.\n\n"
         "Cookies for a public suffix (\"co.uk\", \"github.io\") are refused, "
         "and Secure ones are neither taken nor sent over http, but for this "
         "machine's own names.  No more than 50 of an answer are taken, and "
         "150 or 8190 bytes sent.",
     .example = "-b 'session=abc' https://example.com/",
     .since = "0.1.0"},
    {.name = "range",
     .not_empty = true,
     .letter = 'r',
     .argument = "<range>",
     .kind = OPTION_CALL,
     .call = download_calls_range,
     OPTION_AT(OPERATION, range),
     .category = CATEGORY_HTTP,
     .where = WHERE_NO_CONFIG,
     .brief = "Ask for these bytes only",
     .text = "Sends \"Range: bytes=<range>\": 0-499 are the first 500 bytes, "
             "-500 the last, 500- all but the first.",
     .example = "-r 0-99 https://example.com/",
     .since = "0.1.0"},
    {.name = "head",
     .letter = 'I',
     OPERATION_FLAG(head),
     .category = CATEGORY_HTTP,
     .important = true,
     .of_transfers = true,
     .where = WHERE_NO_CONFIG,
     .brief = "Fetch and show the head only",
     .text = "Sends a HEAD request and prints the header fields of the "
             "answer.",
     .example = "-I https://example.com/",
     .since = "0.1.0"},
    {.name = "compressed",
     FLAG(engine.compressed),
     .category = CATEGORY_HTTP,
     .brief = "Ask for compression and undo it",
     .text = "Offers gzip, deflate, br and zstd to the server and decodes "
             "what it sends.  A body that ends within its compression is an "
             "error (exit 61).",
     .example = "--compressed https://example.com/",
     .since = "0.1.0"},
    {.name = "url",
     .not_empty = true,
     .argument = "<url/@file>",
     OPERATION_CALL(target_calls_url),
     .category = CATEGORY_HTTP,
     .values = VALUES_DATA,
     .where = WHERE_NO_CONFIG,
     .brief = "Fetch this URL",
     .text = "The same as the URL alone, also for one that begins with a "
             "dash.  With @file each line of the file is a URL (@- reads "
             "standard input), and what comes from it goes into a file of its "
             "name as with -O, unless -o says where.  In these lines braces "
             "and brackets mean nothing; empty ones, and those that begin with "
             "'#', are passed over.",
     .example = "--url https://example.com/",
     .since = "0.1.0"},
    {.name = "globoff",
     .letter = 'g',
     OPERATION_FLAG(globoff),
     .category = CATEGORY_HTTP,
     .where = WHERE_NO_ORIGIN,
     .brief = "Take {} and [] in URLs as they are",
     .text = "Without it {one,two} and [1-9] in a URL stand for several "
             "URLs.",
     .example = "-g 'https://example.com/{a}[1]'",
     .since = "0.1.0"},
    {.name = "path-as-is",
     FLAG(engine.path_as_is),
     .category = CATEGORY_HTTP,
     .brief = "Leave /../ and /./ in the path",
     .text = "Sends the path as typed instead of resolving its dot "
             "segments.",
     .example = "--path-as-is https://example.com/../../etc/passwd",
     .since = "0.1.0"},
    {.name = "proto-default",
     .not_empty = true,
     .argument = "<protocol>",
     .values = VALUES_PROTO,
     OPERATION_STRING(proto_default),
     .category = CATEGORY_HTTP,
     .where = WHERE_NO_ORIGIN,
     .brief = "Scheme of URLs without one",
     .text = "Without it a URL that names no scheme means https, but http "
             "for localhost and for numeric addresses.  curl means http.",
     .example = "--proto-default http example.com",
     .since = "0.1.0"},
    /* ---- versions ---- */
    {.name = "http1.0",
     .letter = '0',
     VERSION(QV_HTTP_1_0),
     .category = CATEGORY_HTTP,
     .brief = "Use HTTP/1.0",
     .text = "Speaks HTTP/1.0 and nothing else.",
     .example = "--http1.0 https://example.com/",
     .since = "0.1.0"},
    {.name = "http1.1",
     VERSION(QV_HTTP_1_1),
     .category = CATEGORY_HTTP,
     .brief = "Use HTTP/1.1",
     .text = "Offers HTTP/1.1 alone in the TLS handshake.",
     .example = "--http1.1 https://example.com/",
     .since = "0.1.0"},
    {.name = "http2",
     .letter = '2',
     VERSION(QV_HTTP_2),
     .category = CATEGORY_HTTP,
     .important = true,
     .usual = "",
     .brief = "Use HTTP/2, or HTTP/1.1",
     .text = "Offers HTTP/2 and HTTP/1.1 in the TLS handshake, which is also "
             "the default; the server chooses.",
     .example = "--http2 https://example.com/",
     .since = "0.1.0"},
    {.name = "http2-prior-knowledge",
     VERSION(QV_HTTP_2_PRIOR),
     .category = CATEGORY_HTTP,
     .brief = "Use HTTP/2 without asking",
     .text = "Begins with HTTP/2 at once, also over http:// where nothing is "
             "negotiated.",
     .example = "--http2-prior-knowledge http://localhost:8080/",
     .since = "0.1.0"},
    {.name = "http3",
     .letter = '3',
     VERSION(QV_HTTP_3),
     .category = CATEGORY_HTTP,
     .important = true,
     .brief = "Use HTTP/3, else an older version",
     .text =
         "Tries QUIC first and, a moment later, TCP beside it; the first "
         "connection that is usable serves the request.  Where QUIC "
         "did not work a while ago, TCP begins at the same time.\n\n"
         "Without an option, HTTP/3 is tried in the same way where an HTTPS "
         "record (--no-https-rr) or the server's own word in Alt-Svc "
         "promises it, and it has not failed there lately.",
     .example = "--http3 https://example.com/",
     .since = "0.1.0"},
    {.name = "http3-only",
     VERSION(QV_HTTP_3_ONLY),
     .category = CATEGORY_HTTP,
     .brief = "Use HTTP/3 or fail",
     .text = "Speaks HTTP/3 over QUIC and never falls back.",
     .example = "--http3-only https://example.com/",
     .since = "0.1.0"},
    {.name = "http-min",
     .argument = "<version>",
     .kind = OPTION_CALL,
     .call = set_bound,
     .category = CATEGORY_HTTP,
     .values = VALUES_HTTP_BOUND,
     OPTION_AT(REQUEST, engine.http_min),
     .brief = "Fail where HTTP is older",
     .text = "1.1, 2 or 3.  A server that speaks an older version is told "
             "nothing: exit status 1.  With 3 nothing but QUIC is tried, as "
             "with --http3-only.",
     .example = "--http-min 2 https://example.com/",
     .since = "0.1.0"},
    {.name = "http-max",
     .argument = "<version>",
     .kind = OPTION_CALL,
     .call = set_bound,
     .category = CATEGORY_HTTP,
     .values = VALUES_HTTP_BOUND,
     OPTION_AT(REQUEST, engine.http_max),
     .brief = "Offer no newer HTTP",
     .text = "1.1, 2 or 3.  What an HTTPS record or Alt-Svc promises beyond "
             "it is left alone.",
     .example = "--http-max 2 https://example.com/",
     .since = "0.1.0"},
    /* ---- bodies ---- */
    {.name = "data",
     .letter = 'd',
     .argument = "<data>",
     OPERATION_CALL(postdata_ascii),
     .category = CATEGORY_POST,
     .values = VALUES_DATA,
     .important = true,
     .of_transfers = true,
     .where = WHERE_NO_CONFIG,
     .brief = "Send this body by POST",
     .text = "Sends the text as application/x-www-form-urlencoded.  Several "
             "pieces are joined by '&'.  @file reads a file without its line "
             "breaks, @- reads standard input.",
     .example = "-d name=curl -d tool=cmdline https://example.com/form",
     .since = "0.1.0"},
    {.name = "data-ascii",
     .argument = "<data>",
     OPERATION_CALL(postdata_ascii),
     .category = CATEGORY_POST,
     .values = VALUES_DATA,
     .where = WHERE_NO_CONFIG,
     .brief = "The same as --data",
     .text = "The same as --data.",
     .example = "--data-ascii @form.txt https://example.com/form",
     .since = "0.1.0"},
    {.name = "data-binary",
     .argument = "<data>",
     OPERATION_CALL(postdata_binary),
     .category = CATEGORY_POST,
     .values = VALUES_DATA,
     .where = WHERE_NO_CONFIG,
     .brief = "As --data, every byte kept",
     .text = "Like --data, but a file is sent exactly as it is.  A file that "
             "is the only piece is streamed and not loaded.",
     .example = "--data-binary @photo.jpg https://example.com/form",
     .since = "0.1.0"},
    {.name = "data-raw",
     .argument = "<data>",
     OPERATION_CALL(postdata_raw),
     .category = CATEGORY_POST,
     .where = WHERE_NO_CONFIG,
     .brief = "As --data, '@' means itself",
     .text = "Like --data, but a leading '@' has no meaning.",
     .example = "--data-raw '@at@' https://example.com/form",
     .since = "0.1.0"},
    {.name = "data-urlencode",
     .argument = "<data>",
     OPERATION_CALL(postdata_urlencode),
     .category = CATEGORY_POST,
     .values = VALUES_DATA,
     .where = WHERE_NO_CONFIG,
     .brief = "As --data, percent-encoded",
     .text = "Encodes \"content\", \"=content\", \"name=content\" (the "
             "content only), \"@file\" or \"name@file\" before it is added.",
     .example = "--data-urlencode 'q=two words' https://example.com/form",
     .since = "0.1.0"},
    {.name = "json",
     .argument = "<data>",
     OPERATION_CALL(postdata_json),
     .category = CATEGORY_POST,
     .values = VALUES_DATA,
     .where = WHERE_NO_CONFIG,
     .brief = "Send this JSON by POST",
     .text = "Sends the text with Content-Type and Accept application/json.  "
             "Several are joined without a separator; @file reads a file.",
     .example = "--json '{\"name\":\"Ada\"}' https://example.com/users",
     .since = "0.1.0"},
    {.name = "get",
     .letter = 'G',
     OPERATION_FLAG(get),
     .category = CATEGORY_POST,
     .where = WHERE_NO_CONFIG,
     .brief = "Put the data into the URL",
     .text = "What -d and its relatives gathered becomes part of the query, "
             "and the method is GET.",
     .example = "-G -d q=words https://example.com/search",
     .since = "0.1.0"},
    {.name = "url-query",
     .argument = "<data>",
     CALL(postdata_url_query),
     .category = CATEGORY_POST,
     .values = VALUES_DATA,
     .brief = "Add this to the URL's query",
     .text = "Encodes like --data-urlencode and adds the result to the query; "
             "text behind a leading '+' is taken as it is.",
     .example = "--url-query 'q=two words' https://example.com/search",
     .since = "0.1.0"},
    {.name = "upload-file",
     .letter = 'T',
     .argument = "<file>",
     OPERATION_CALL(target_calls_upload),
     .category = CATEGORY_UPLOAD,
     .values = VALUES_FILE,
     .important = true,
     .of_transfers = true,
     .where = WHERE_NO_CONFIG,
     .brief = "Send this file by PUT",
     .text = "The file is streamed.  When the URL ends with a slash the "
             "file's name is added to it.  - and . read standard input.",
     .example = "-T photo.jpg https://example.com/up/",
     .since = "0.1.0"},
};

const struct option_group options_http = {rows, sizeof rows / sizeof rows[0]};
