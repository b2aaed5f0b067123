/* How the connections of an origin are kept. */
#include "args/option.h"
#include "request/options.h"
#include "request/request.h"

#define FIELD(k, m)     .kind = (k), OPTION_AT(REQUEST, m)
#define NUMBER(member)  FIELD(OPTION_NUMBER, member)
#define SECONDS(member) FIELD(OPTION_SECONDS, member)

static const struct option rows[] = {
    {.name = "pool-size",
     .argument = "<num>",
     NUMBER(engine.pool.size),
     .category = CATEGORY_CONNECTION,
     .usual = "64, or 8",
     .brief = "Connections to one origin at most",
     .text = "How many connections take requests for one origin at the "
             "same time.  By default 64 with HTTP/1.1, where each "
             "carries one request, and 8 with HTTP/2 and HTTP/3, where a"
             " new one is made only when the others have no free stream."
             "  A connection that the server sends away (GOAWAY) "
             "finishes what it has beside them.  The first request to an "
             "origin decides for those that share its connections.",
     .example = "-Z --pool-size 2 'https://example.com/[1-100]'",
     .since = "0.1.0"},
    {.name = "streams-max",
     .argument = "<num>",
     NUMBER(engine.pool.streams),
     .category = CATEGORY_CONNECTION,
     .brief = "Requests at once on a connection",
     .text = "How many requests run on one HTTP/2 or HTTP/3 connection "
             "at the same time.  The server's own limit holds as well.  "
             "More wait, or get another connection, up to --pool-size.",
     .example = "-Z --streams-max 10 'https://example.com/[1-100]'",
     .since = "0.1.0"},
    {.name = "pool-max-requests",
     .argument = "<num>",
     NUMBER(engine.pool.max_requests),
     .category = CATEGORY_CONNECTION,
     .brief = "Requests in the life of a connection",
     .text = "A connection that has carried so many takes no more and "
             "closes when they are answered; others follow it.",
     .example = "-Z --pool-max-requests 1000 'https://example.com/[1-5000]'",
     .since = "0.1.0"},
    {.name = "pool-max-age",
     .argument = "<seconds>",
     SECONDS(engine.pool.max_age),
     .category = CATEGORY_CONNECTION,
     .brief = "Age at which connections are replaced",
     .text = "A connection that was made so long ago takes no more "
             "requests and closes when those on it are answered.  So a "
             "long run follows a name that moves to other addresses.",
     .example = "-Z --pool-max-age 300 'https://example.com/[1-5000]'",
     .since = "0.1.0"},
    {.name = "pool-idle",
     .argument = "<seconds>",
     SECONDS(engine.pool.idle),
     .category = CATEGORY_CONNECTION,
     .usual = "60",
     .brief = "How long unused connections are kept",
     .text = "A connection that carries nothing is closed after this "
             "time, or earlier when the server has said in Keep-Alive "
             "that it would.",
     .example = "--pool-idle 5 https://example.com/a https://example.com/b",
     .since = "0.1.0"},
    {.name = "checkout-timeout",
     .argument = "<seconds>",
     SECONDS(engine.pool.checkout),
     .category = CATEGORY_TIMEOUT,
     .brief = "Time allowed to wait for a connection",
     .text = "A request that has waited so long for a free connection, "
             "or a free stream on one, fails.  The time that connecting "
             "takes counts as well.  Exit 28.",
     .example = "-Z --checkout-timeout 10 'https://example.com/[1-100]'",
     .since = "0.1.0"},
};

const struct option_group options_pool = {rows, sizeof rows / sizeof rows[0]};
