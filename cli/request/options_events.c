#include "args/parser.h"
#include "request/cmdline.h"
#include "request/options.h"

static bool take_sse(struct parser *p, const struct option *o, const char *arg);

static const struct option rows[] = {
    {.name = "sse",
     .kind = OPTION_FLAG,
     OPTION_AT(OPERATION, sse),
     .call = take_sse,
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Write a stream of events as lines of JSON",
     .text = "Each event of a text/event-stream is a line: "
             "{\"t\":0.0123,\"event\":\"message\",\"data\":\"...\",\"id\":"
             "\"7\",\"retry\":null}, where t is the time since the start in "
             "seconds.  A stream that ends, or breaks, is asked for again with "
             "Last-Event-ID after the time that the server has set by "
             "\"retry\" (3 s), longer while nothing comes, until it answers "
             "204 or --max-time is over, which holds for all of it (exit 28).  "
             "Only GET is asked for again.\n\n"
             "An answer that is no such stream is not written: exit 22 for a "
             "status of 400 and more, else 8.",
     .example = "--sse https://example.com/events",
     .since = "0.1.0"},
    {.name = "sse-count",
     .argument = "<num>",
     .kind = OPTION_NUMBER,
     OPTION_AT(OPERATION, sse_count),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "End after so many events of --sse",
     .text = "The transfer ends, well, with this event.",
     .example = "--sse --sse-count 10 https://example.com/events",
     .since = "0.1.0"},
    {.name = "no-sse-reconnect",
     .kind = OPTION_FLAG,
     OPTION_AT(OPERATION, no_sse_reconnect),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "End with the first stream of --sse",
     .text = "A stream that ends is not asked for again.  One that breaks is "
             "an error.",
     .example = "--sse --no-sse-reconnect https://example.com/events",
     .since = "0.1.0"},
};

/* Nobody waits for events to fill a block. */
static bool take_sse(struct parser *p, const struct option *o, const char *arg)
{
    struct operation *op = p->scope[SCOPE_OPERATION];
    (void)o, (void)arg;
    op->no_buffer |= op->sse;
    return true;
}

const struct option_group options_events = {rows, sizeof rows / sizeof rows[0]};
