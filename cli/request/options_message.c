#include "request/cmdline.h"
#include "request/message_calls.h"
#include "request/options.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(REQUEST, member)
#define CALL(function) .kind = OPTION_CALL, .call = function

/* How a message travels, whatever it says. */
static const struct option rows[] = {
    {.name = "expect100-timeout",
     .argument = "<seconds>",
     .kind = OPTION_SECONDS,
     OPTION_AT(REQUEST, engine.expect_100),
     .has_none = true,
     .category = CATEGORY_HTTP,
     .usual = "1",
     .brief = "How long to wait for 100 Continue",
     .text = "A request with a large body asks the server first whether it "
             "wants it (Expect: 100-continue); without an answer in this time "
             "the body is sent.  0 does not wait.",
     .example = "--expect100-timeout 2.5 -T photo.jpg https://example.com/up/",
     .since = "0.1.0"},
    {.name = "ignore-content-length",
     FLAG(engine.ignore_length),
     .category = CATEGORY_HTTP,
     .brief = "The answer's Content-Length is nothing",
     .text = "Of HTTP/1 answers: the body ends with the connection, whatever "
             "length the server has said.  For servers that say a wrong one.",
     .example = "--ignore-content-length https://example.com/",
     .since = "0.1.0"},
    {.name = "priority",
     .argument = "<u=0-7, i>",
     CALL(message_calls_priority),
     OPTION_AT(REQUEST, priority),
     .category = CATEGORY_HTTP,
     .brief = "How urgent the answer is",
     .text = "Sends a Priority field (RFC 9218), and in HTTP/2 and HTTP/3 a "
             "PRIORITY_UPDATE frame to those who go by it: u from 0, the most "
             "urgent, to 7, and "
             "i where a part of the answer is of use before all of it is "
             "there.  Without it a server takes u=3.",
     .example = "--priority 'u=1, i' https://example.com/",
     .since = "0.1.0"},
    {.name = "raw",
     FLAG(engine.raw),
     .category = CATEGORY_HTTP,
     .brief = "Leave all codings of the answer",
     .text = "Nothing is undone: neither compression that --compressed has "
             "asked for nor, in HTTP/1, the chunks of the transfer, whose "
             "sizes then stand in the output.",
     .example = "--raw https://example.com/",
     .since = "0.1.0"},
    {.name = "record-request",
     .kind = OPTION_FLAG,
     OPTION_AT(OPERATION, record_request),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_CONFIG,
     .brief = "Tell in the record what was sent",
     .text =
         "The result record (of `batch`, --json-out and -w '%{json}') has the "
         "request: method, target, authority and header fields, of "
         "redirects too.  `report --har` has them then.  Secrets are "
         "hidden unless --show-secrets is given.",
     .example = "batch --record-request list.jsonl",
     .since = "0.1.0"},
    {.name = "request-target",
     .not_empty = true,
     .argument = "<path>",
     .kind = OPTION_STRING,
     OPTION_AT(OPERATION, request_target),
     .category = CATEGORY_HTTP,
     .where = WHERE_NO_CONFIG,
     .brief = "Ask for this, not for the URL's path",
     .text = "Sends this in the place of the URL's path and query, as it is; "
             "blanks and control bytes are refused.",
     .example = "-X OPTIONS --request-target '*' https://example.com/",
     .since = "0.1.0"},
    {.name = "tr-encoding",
     FLAG(engine.tr_encoding),
     .category = CATEGORY_HTTP,
     .brief = "Ask for a compressed transfer",
     .text = "In HTTP/1.1: sends TE: gzip and undoes what the server "
             "compresses on the way.  --compressed is what servers know.",
     .example = "--tr-encoding https://example.com/",
     .since = "0.1.0"},
    {.name = "trailer",
     .argument = "<name: value>",
     CALL(message_calls_trailer),
     .scope = SCOPE_REQUEST,
     .category = CATEGORY_POST,
     .where = WHERE_NO_CONFIG,
     .brief = "Send this field behind the body",
     .text = "Sends a trailer field (RFC 9110 6.5): with the last chunk of "
             "HTTP/1.1, whose body then is always chunked, and in HTTP/2 and "
             "HTTP/3.  A Trailer field announces it.  Fields that frame, "
             "route or authenticate a message cannot be sent so.  May be "
             "given several times; needs a body.",
     .example = "--trailer 'X-Checksum: 9a0364b9' -T log https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_message = {rows,
                                             sizeof rows / sizeof rows[0]};
