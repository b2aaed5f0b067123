#include "cache/cache_command.h"

static const struct option rows[] = {
    {.name = "state",
     .argument = "<dir>",
     .kind = OPTION_STRING,
     OPTION_AT(CACHE, dir),
     .category = CATEGORY_CONNECTION,
     .values = VALUES_FOLDER,
     .where = WHERE_TYPED,
     .important = true,
     .brief = "The folder that holds the files",
     .text = "As --state of the commands that send requests has it; without, "
             "$QUIVER_STATE_DIR, else quiver in $XDG_STATE_HOME or "
             "~/.local/state.",
     .example = "cache list --state /tmp/quiver",
     .since = "0.1.0"},
    {.name = "file",
     .argument = "<file>",
     .kind = OPTION_STRING,
     OPTION_AT(CACHE, file),
     .category = CATEGORY_CONNECTION,
     .values = VALUES_FILE,
     .where = WHERE_TYPED,
     .important = true,
     .brief = "A file of its own, such as a cookie jar",
     .text = "One that --cookie-jar, --hsts, --alt-svc or --ssl-sessions has "
             "written, in place of the one in the folder.  The kind of what "
             "it holds has to be given.",
     .example = "cache show cookies --file cookies.txt",
     .since = "0.1.0"},
    {.name = "json",
     .kind = OPTION_FLAG,
     OPTION_AT(CACHE, json),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_TYPED,
     .brief = "Print lines of JSON",
     .text = "One object a line: of list kind, entries and file; of show kind, "
             "host, port, text, value and expires (Unix time, null for the end "
             "of a session).  A port of 0 means any, a host that is null one "
             "of which only a hash is kept.",
     .example = "cache show hsts --json",
     .since = "0.1.0"},
    {.name = "show-secrets",
     .kind = OPTION_FLAG,
     OPTION_AT(CACHE, show_secrets),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_TYPED,
     .brief = "Show the values of cookies",
     .text = "Without it they are <redacted>.",
     .example = "cache show cookies --file cookies.txt --show-secrets",
     .since = "0.1.0"},
};

const struct option_group options_cache = {rows, sizeof rows / sizeof rows[0]};
