#include <string.h>

#include "args/parser.h"
#include "request/cmdline.h"
#include "request/options.h"

#define CALL(function, member)                                                 \
    .kind = OPTION_CALL, .call = (function), OPTION_AT(SESSION, member)

static struct screen_options *screen(struct parser *p)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    return &s->screen;
}

static bool take_pretty(struct parser *p, const struct option *o,
                        const char *arg)
{
    static const struct parser_word words[] = {
        {"auto", SCREEN_PRETTY_AUTO},
        {"always", SCREEN_PRETTY_ALWAYS},
        {"never", SCREEN_PRETTY_NEVER},
        /* HTTPie's */
        {"all", SCREEN_PRETTY_ALWAYS},
        {"none", SCREEN_PRETTY_NEVER},
        {NULL, 0},
    };
    int value = 0;
    if (!parser_choose(p, o, arg, words, &value))
        return false;
    screen(p)->pretty = (enum screen_pretty)value;
    return true;
}

static bool take_color(struct parser *p, const struct option *o,
                       const char *arg)
{
    static const struct parser_word words[] = {
        {"auto", COLOUR_AUTO},
        {"always", COLOUR_ALWAYS},
        {"never", COLOUR_NEVER},
        {NULL, 0},
    };
    int value = 0;
    if (!parser_choose(p, o, arg, words, &value))
        return false;
    screen(p)->colour = (enum colour_when)value;
    return true;
}

static bool take_progress(struct parser *p, const struct option *o,
                          const char *arg)
{
    static const struct parser_word words[] = {
        {"auto", SCREEN_PROGRESS_AUTO},
        {"plain", SCREEN_PROGRESS_PLAIN},
        {"json", SCREEN_PROGRESS_JSON},
        {"none", SCREEN_PROGRESS_NONE},
        {NULL, 0},
    };
    int value = 0;
    if (!parser_choose(p, o, arg, words, &value))
        return false;
    screen(p)->progress = (enum screen_progress)value;
    return true;
}

static bool take_print(struct parser *p, const struct option *o,
                       const char *arg)
{
    static const char letters[] = "HBhbmctx";
    struct operation *op = p->scope[SCOPE_OPERATION];
    unsigned parts = 0;
    (void)o;
    for (const char *c = arg; *c; c++) {
        const char *at = strchr(letters, *c);
        if (!at)
            return parser_fail(p,
                               "option --print: '%.20s' has other letters "
                               "than H, B, h, b, m, c, t and x",
                               arg);
        parts |= 1U << (at - letters);
    }
    op->prints = true;
    op->parts = parts;
    return true;
}

static const struct option rows[] = {
    {.name = "color",
     .argument = "<auto|always|never>",
     CALL(take_color, screen.colour),
     .category = CATEGORY_OUTPUT,
     .values = VALUES_WHEN,
     .brief = "Whether there are colours",
     .text = "auto, the default: on a terminal, unless NO_COLOR is set or TERM "
             "is dumb; CLICOLOR_FORCE gives colours to what is formatted all "
             "the same.  always formats and colours into a pipe as well.  The "
             "colours are the terminal's own sixteen, and nothing is said by "
             "colour alone.",
     .example = "--color never https://example.com/",
     .since = "0.1.0"},
    {.name = "progress",
     .argument = "<auto|plain|json|none>",
     CALL(take_progress, screen.progress),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_BATCH_PROGRESS,
     .brief = "How progress is shown",
     .text = "auto, the default: lines on a terminal that are redrawn, and "
             "erased at the end.  plain and json: a line every five seconds on "
             "standard error, whatever that is.",
     .example = "--progress=plain -o file https://example.com/",
     .since = "0.1.0"},
};

static const struct option bodies[] = {
    {.name = "pretty",
     .argument = "<auto|always|never>",
     CALL(take_pretty, screen.pretty),
     .category = CATEGORY_OUTPUT,
     .values = VALUES_WHEN,
     .brief = "Whether answers are formatted",
     .text =
         "auto, the default: on a terminal.  There JSON is indented, with "
         "every "
         "number and string as it was written; what is no JSON is shown as it "
         "is, from where it is none.  Lines of JSON and streams of events come "
         "line by line; heads, JSON and events have colours (--color); text in "
         "Latin-1 or UTF-16 becomes UTF-8; a last line gets its end.  A body "
         "is asked for compressed, and decoded, unless --no-compressed or an "
         "Accept-Encoding says otherwise.\n\n"
         "never: text as it comes.  Control bytes are shown as \\xNN and "
         "binary bodies refused (exit 23) all the same, unless --binary is "
         "given; -o - writes every byte as it is.\n\n"
         "always does the same where standard output is a pipe or file; binary "
         "bodies go there as they are.  Otherwise pipes and files get every "
         "byte as it came, and files of -o do in any case.",
     .example = "--pretty never https://example.com/data.json",
     .since = "0.1.0"},
    {.name = "binary",
     .kind = OPTION_FLAG,
     OPTION_AT(SESSION, screen.binary),
     .category = CATEGORY_OUTPUT,
     .brief = "Show what is no text on a terminal, too",
     .text =
         "A binary body is refused there (exit 23), because a terminal takes "
         "some of its bytes for orders.  With this it is written as it is; "
         "text is still made harmless, which -o - does not do.",
     .example = "--binary https://example.com/drawing",
     .since = "0.1.0"},
    {.name = "print",
     .letter = 'P',
     .argument = "<letters>",
     .kind = OPTION_CALL,
     .call = take_print,
     OPTION_AT(OPERATION, parts),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Which parts are written: HBhbmctx",
     .text =
         "HTTPie's letters: H and B are head and body of the request, h "
         "and b those of the answer, m some facts about the exchange (its "
         "time, version, address and size).  c is the connection that it "
         "went over, t where its time went, and x why it went as it did "
         "(--explain).  They go where the body goes, in the order in which "
         "they happen, those of redirects "
         "included.  "
         "Without it the body alone is written (b), and for \"quiver METHOD "
         "URL\" on a terminal the head as well (hb).  Heads of requests "
         "look as those of HTTP/1.1, whatever the version; secrets in them "
         "are shown as <redacted> unless --show-secrets is given.",
     .example = "-P Hh https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_screen = {rows, sizeof rows / sizeof rows[0]};
const struct option_group options_bodies = {bodies,
                                            sizeof bodies / sizeof bodies[0]};
