#include "args/options_general.h"

#include "args/parser.h"
#include "hints/hints.h"

static bool ask_manual(struct parser *p, const struct option *o,
                       const char *arg)
{
    (void)o;
    (void)arg;
    p->help = "manual";
    return true;
}

static bool set_hints(struct parser *p, const struct option *o, const char *arg)
{
    static const struct parser_word words[] = {
        {"auto", HINTS_AUTO},
        {"always", HINTS_ALWAYS},
        {"never", HINTS_NEVER},
        {NULL, 0},
    };
    int when = HINTS_AUTO;
    if (!parser_choose(p, o, arg, words, &when))
        return false;
    hints_set((enum hints_when)when);
    return true;
}

static const struct option general[] = {
    {.name = "help",
     .letter = 'h',
     .argument = "<subject>",
     .kind = OPTION_HELP,
     .category = CATEGORY_GENERAL,
     .values = VALUES_CATEGORY,
     .where = WHERE_TYPED,
     .brief = "Help: a category, or all",
     .text = "Without a subject: the options most used.  Subjects are "
             "\"all\", the categories, the commands, the pages of "
             "`quiver help`, and options: \"--help --retry\" and \"--help -L\" "
             "tell all about one.  Another word is looked for in all of them.",
     .example = "--help tls",
     .since = "0.1.0"},
    {.name = "hints",
     .argument = "<auto|always|never>",
     .kind = OPTION_CALL,
     .category = CATEGORY_GENERAL,
     .call = set_hints,
     .values = VALUES_WHEN,
     .where = WHERE_NO_ORIGIN,
     .usual = "auto",
     .brief = "Say what to try behind an error",
     .text = "Behind an error, and behind an answer that is one, a line "
             "\"hint: ...\" says what to try, if it is one of the usual cases "
             "of `quiver help hints`.  auto: on a terminal, and not with -s.  "
             "Each hint is said once in a run.",
     .example = "--hints always https://example.com/",
     .since = "0.1.0"},
    {.name = "manual",
     .letter = 'M',
     .kind = OPTION_CALL,
     .category = CATEGORY_GENERAL,
     .call = ask_manual,
     .where = WHERE_TYPED,
     .brief = "Print the manual",
     .text =
         "Prints the whole manual of the command: what it does, and every "
         "option with its explanation and an example.  The manual pages say "
         "the same.",
     .example = "--manual",
     .since = "0.1.0"},
    {.name = "version",
     .letter = 'V',
     .kind = OPTION_VERSION,
     .category = CATEGORY_GENERAL,
     .where = WHERE_TYPED,
     .brief = "Print versions and features",
     .text = "Names quiver's version, those of its libraries, the protocols "
             "and the features.",
     .example = "--version",
     .since = "0.1.0"},
};

const struct option_group options_general = {general, sizeof general /
                                                          sizeof general[0]};
