#include "config/options_config.h"

#include "args/options_general.h"
#include "args/variables.h"
#include "config/config_file.h"
#include "request/options.h"

static const struct option next[] = {
    {.name = "next",
     .letter = ':',
     .kind = OPTION_NEXT,
     .category = CATEGORY_GENERAL,
     .where = WHERE_NO_CONFIG,
     .brief = "Begin anew for the next URLs",
     .text = "Options before it belong to the URLs before it, options after "
             "it to those after.  Options about the whole run (such as -v, -s "
             "and -Z) count everywhere.",
     .example = "-d a=b https://example.com/ --next -I https://example.com/",
     .since = "0.1.0"},
};

/* Of every command that makes requests. */
static const struct option config[] = {
    {.name = "config",
     .letter = 'K',
     .argument = "<file>",
     .kind = OPTION_CALL,
     .category = CATEGORY_GENERAL,
     .call = config_file,
     .values = VALUES_FILE,
     .where = WHERE_NO_CONFIG,
     .brief = "Read options from a file",
     .text = "The file has an option on each line, in curl's syntax: \"name = "
             "value\", values with spaces in double quotes, comments behind "
             "'#'.  - reads standard input.  May be given several times.  What "
             "is typed on the command line counts more than what a file says.  "
             "All mistakes of all files are told at once, with their lines.  "
             "See quiver-config(5).",
     .example = "-K options.txt https://example.com/",
     .since = "0.1.0"},
    {.name = "disable",
     .letter = 'q',
     .kind = OPTION_NOTHING,
     .category = CATEGORY_GENERAL,
     .where = WHERE_TYPED,
     .brief = "Read no configuration file",
     .text = "As the first argument: the configuration file of "
             "quiver-config(5) is not read.  Elsewhere it has no effect.",
     .example = "-q https://example.com/",
     .since = "0.1.0"},
    {.name = "variable",
     .argument = "<[%]name=text/@file>",
     .kind = OPTION_CALL,
     .empty_is_none = true,
     .category = CATEGORY_GENERAL,
     .call = variables_set,
     .secret = true,
     .brief = "Set a variable for --expand-NAME",
     .text =
         "Sets a variable to the text, or with name@file to the bytes of a "
         "file (- is standard input).  %name is the variable of that name "
         "of the environment; if it is not there, %name=text and %name@file "
         "say what holds, and %name alone is a mistake.  name[2-5]=text is "
         "a part of it: bytes 2 to 5, counted from 0; name[2-] has no end.  "
         "The bytes of a file that are not wanted are not read.\n\n"
         "Each option with an argument can be typed with --expand- in front "
         "of its name, in configuration files as well: then {{name}} in the "
         "argument is the variable, or nothing when there is none.  "
         "{{name:function}} is what a function makes of it, and several "
         "follow each other: trim takes the white space away at both ends, "
         "json escapes for a string of JSON, url percent-encodes, b64 and "
         "64dec are base64 and back.  \\{{ is {{.",
     .example = "--variable name=smith --expand-url "
                "'https://example.com/{{name:url}}'",
     .since = "0.1.0"},
};

static const struct option_group options_next = {next,
                                                 sizeof next / sizeof next[0]};
const struct option_group options_config = {config,
                                            sizeof config / sizeof config[0]};

const struct option_group *const options_fetch[] = {
#define GROUP(table, fetch, batch, channel, tunnel, ping, probe)               \
    OPTION_GROUPS_##fetch(table)
#include "config/option_groups.def"
#undef GROUP
    NULL,
};
