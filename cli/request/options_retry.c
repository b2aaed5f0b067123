#include "args/parser.h"
#include "base/number.h"
#include "request/cmdline.h"
#include "request/options.h"

#define FLAG(member)    .kind = OPTION_FLAG, OPTION_AT(REQUEST, member)
#define NUMBER(member)  .kind = OPTION_NUMBER, OPTION_AT(REQUEST, member)
#define SECONDS(member) .kind = OPTION_SECONDS, OPTION_AT(REQUEST, member)
#define SIZE(member)    .kind = OPTION_SIZE, OPTION_AT(REQUEST, member)

static bool read_rate(struct parser *p, const struct option *o, const char *arg,
                      double *rate)
{
    return number_rate(arg, rate) ||
           parser_fail(p,
                       "option --%s: '%.60s' is not a rate such as 5/s, 30/m, "
                       "100/h or 3/15m",
                       o->name, arg);
}

static bool set_rate(struct parser *p, const struct option *o, const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    return read_rate(p, o, arg, &s->rate);
}

static bool set_origin_rate(struct parser *p, const struct option *o,
                            const char *arg)
{
    struct request_options *r = p->scope[SCOPE_REQUEST];
    return read_rate(p, o, arg, &r->engine.pool.rate);
}

static const struct option rows[] = {
    /* ---- tries ---- */
    {.name = "retry",
     .argument = "<num>",
     NUMBER(engine.retry.max),
     .category = CATEGORY_TIMEOUT,
     .important = true,
     .usual = "0",
     .brief = "Try again so many times",
     .text =
         "Begins a transfer anew when it failed for a reason that may pass (no "
         "name, no connection, time is up, the connection was lost), and when "
         "it was answered by 408, 425, 429, 500, 502, 503, 504, 522 or 524.  "
         "It waits 1 second first and twice as long each time, up to 10 "
         "minutes, and a random bit longer, so that many that failed together "
         "do not come back together.  A longer Retry-After of the server is "
         "heeded, and with 429 and 503 nothing else is sent to that host until "
         "then; nor is it when a RateLimit field says that the quota is used "
         "up, or would be by what is under way.\n\n"
         "A request that is not idempotent (POST, PATCH) and may have reached "
         "the server is not sent again unless it was answered, or "
         "--retry-all-errors is given.  A body from a pipe cannot be sent "
         "again.\n\n"
         "When a body has broken off and its entity tag (or a date of its last "
         "change that can be relied on) is known, the next try asks for the "
         "rest alone, by If-Range, and what came is kept; a try that has "
         "brought something of it is as good as the first one, and the wait "
         "begins anew.  Otherwise what a failed try had delivered to a file is "
         "taken back, and when it went to standard output, the transfer is not "
         "tried again.  The answers that lead to another try are not shown.\n\n"
         "When many transfers to one host fail, only some of them are tried "
         "again: retries are a fraction of the requests, after the first 200.",
     .example = "--retry 5 https://example.com/",
     .since = "0.1.0"},
    {.name = "retry-delay",
     .argument = "<seconds>",
     SECONDS(engine.retry.delay),
     .category = CATEGORY_TIMEOUT,
     .brief = "Wait so long between tries",
     .text = "A fixed time, in place of one that doubles; fractions are "
             "allowed.  0 is the default.  A longer Retry-After still counts.",
     .example = "--retry 3 --retry-delay 0.5 https://example.com/",
     .since = "0.1.0"},
    {.name = "retry-max-time",
     .argument = "<seconds>",
     SECONDS(engine.retry.max_time),
     .category = CATEGORY_TIMEOUT,
     .brief = "Begin no other try after this time",
     .text = "Counted from the beginning of the first try.  A try that would "
             "begin later, because of Retry-After too, is not made.  A single "
             "try may take longer: --max-time limits each of them.",
     .example = "--retry 9 --retry-max-time 60 https://example.com/",
     .since = "0.1.0"},
    {.name = "retry-connrefused",
     FLAG(engine.retry.connrefused),
     .category = CATEGORY_TIMEOUT,
     .brief = "Try again when refused, too",
     .text = "With --retry: a connection that is refused is tried again as "
             "well.",
     .example = "--retry 5 --retry-connrefused https://example.com/",
     .since = "0.1.0"},
    {.name = "retry-all-errors",
     FLAG(engine.retry.all_errors),
     .category = CATEGORY_TIMEOUT,
     .brief = "Try again after any error",
     .text = "With --retry: whatever failed but for our own side (a bad URL, "
             "an output that cannot be written), with --fail any status of 400 "
             "or more.  Requests such as POST may be processed twice then.",
     .example = "--retry 5 --retry-all-errors https://example.com/",
     .since = "0.1.0"},
    /* ---- speed ---- */
    {.name = "speed-limit",
     .letter = 'Y',
     .argument = "<speed>",
     SIZE(engine.speed_limit),
     .category = CATEGORY_TIMEOUT,
     .brief = "Give up when slower than this",
     .text = "A transfer that is slower than this many bytes a second for "
             "--speed-time (30 seconds) ends with exit 28.",
     .example = "-Y 1000 -y 10 https://example.com/large",
     .since = "0.1.0"},
    {.name = "speed-time",
     .letter = 'y',
     .argument = "<seconds>",
     SECONDS(engine.speed_time),
     .category = CATEGORY_TIMEOUT,
     .brief = "Be slower than -Y so long at most",
     .text = "The time for --speed-limit, which is 1 byte a second if it is "
             "not given.  Fractions are allowed.",
     .example = "-y 20 https://example.com/large",
     .since = "0.1.0"},
    {.name = "limit-rate",
     .argument = "<speed>",
     SIZE(engine.limit_rate),
     .category = CATEGORY_TIMEOUT,
     .brief = "Take and send no faster than this",
     .text = "So many bytes of bodies a second at most, for each transfer and "
             "each direction by itself, evenly.  Suffixes k, M, G, T, P are "
             "powers of 1024; fractions are allowed.  0 is any speed.",
     .example = "--limit-rate 1.5M -O https://example.com/large.iso",
     .since = "0.1.0"},
    /* ---- rates and shares ---- */
    {.name = "rate",
     .argument = "<num/unit>",
     .kind = OPTION_CALL,
     .call = set_rate,
     .category = CATEGORY_TIMEOUT,
     OPTION_AT(SESSION, rate),
     .brief = "Begin so many requests a time unit",
     .text = "5/s, 30/m, 100/h, 1000/d, or 3/15m: so many in 15 minutes; "
             "without a unit the number is for an hour.  Requests begin evenly "
             "spaced, those after redirects too, with -Z as well; a pause is "
             "not made up for.",
     .example = "-Z --rate 10/s 'https://example.com/[1-100]'",
     .since = "0.1.0"},
    {.name = "origin-rate",
     .argument = "<num/unit>",
     .kind = OPTION_CALL,
     .call = set_origin_rate,
     .category = CATEGORY_TIMEOUT,
     OPTION_AT(REQUEST, engine.pool.rate),
     .brief = "The same for each origin",
     .text = "As --rate, but counted for each scheme, host and port by itself.",
     .example =
         "-Z --origin-rate 2/s https://example.com/ https://example.org/",
     .since = "0.1.0"},
    {.name = "jobs-host",
     .argument = "<num>",
     .kind = OPTION_NUMBER,
     OPTION_AT(SESSION, jobs_host),
     .category = CATEGORY_CONNECTION,
     .brief = "Transfers to one host at most",
     .text = "How many of --jobs may be to one scheme, host and port at the "
             "same time, over however many connections.\n\n"
             "Without it a host may have all of them when it is alone, three "
             "quarters beside others, and a quarter while it does not answer: "
             "a host that is dead or slow does not hold up the rest.",
     .example = "-Z -j 20 --jobs-host 5 'https://example.com/[1-100]'",
     .since = "0.1.0"},
};

const struct option_group options_retry = {rows, sizeof rows / sizeof rows[0]};
