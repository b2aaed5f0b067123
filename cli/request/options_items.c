#include "request/cmdline.h"
#include "request/items.h"
#include "request/options.h"

static const struct option rows[] = {
    {.name = "items",
     .argument = "<form>",
     .may_lack_argument = true,
     .kind = OPTION_CALL,
     .scope = SCOPE_OPERATION,
     .call = items_option,
     .category = CATEGORY_HTTP,
     .values = VALUES_ITEMS,
     .where = WHERE_NO_CONFIG,
     .brief = "Words behind the URL are HTTPie's items",
     .text = "Of the operands only the first is a URL.  The others say what is "
             "in the request: Name:value is a header field (\"Name:\" takes it "
             "away, \"Name;\" sends it empty), key==value a piece of the "
             "query, key=value a field of the body with this text, key:=value "
             "one with this JSON (a number, true, an array), and key@path a "
             "file.  With @path in place of a value it is read from a file.  A "
             "backslash before a separator takes its meaning away.  \"quiver "
             "METHOD URL ITEM...\" does the same with a method, and shows the "
             "head of the answer too where it goes to a terminal (--print b: "
             "the body alone).\n\n"
             "The body is JSON; a key a[b] or a[] reaches into objects and "
             "arrays.  With --items=form it is URL-encoded, with "
             "--items=multipart or a file among them multipart/form-data.",
     .example = "--items https://example.com/api name=Ada age:=36 X-Key:abc",
     .since = "0.1.0"},
};

const struct option_group options_items = {rows, sizeof rows / sizeof rows[0]};

static const struct option looking[] = {
    {.name = "as-curl",
     .kind = OPTION_FLAG,
     OPTION_AT(SESSION, as_curl),
     .category = CATEGORY_VERBOSE,
     .where = WHERE_TYPED,
     .brief = "Print the same as a curl command",
     .text = "Prints a curl command for each URL that makes the same request, "
             "ready to be pasted into a shell, and sends nothing.  What "
             "configuration files say for the URL is in it; what curl has no "
             "option for is not.  Passwords and other secrets are printed as "
             "<redacted> unless --show-secrets is given.\n\n"
             "Of `batch` there is a command for each entry, one a line and in "
             "the order of the input with --ordered; a bad entry is a "
             "comment.  A body that no argument can hold comes from a pipe.",
     .example = "--as-curl -u me:secret -d a=b https://example.com/",
     .since = "0.1.0"},
    {.name = "dry-run",
     .kind = OPTION_FLAG,
     OPTION_AT(SESSION, dry_run),
     .category = CATEGORY_VERBOSE,
     .where = WHERE_TYPED,
     .brief = "Print the request, send nothing",
     .text =
         "Prints the request of each URL with all that options, "
         "configuration files, cookies and the like make of it, and ends: "
         "no name is looked up, no connection is made, no file is written. "
         " The head is printed as HTTP/1.1 has it.  Of the body, text is "
         "printed and files are named.  The URL, whose scheme may have been "
         "found by quiver, is on standard error.  Passwords and other "
         "secrets are printed as <redacted> unless --show-secrets is "
         "given.\n\n"
         "Of `batch` there is a line of JSON for each entry, in place of its "
         "record, whose \"request\" is that text.  An entry that needs what "
         "another one captures cannot be told of.",
     .example = "--dry-run PUT https://example.com/item a=b",
     .since = "0.1.0"},
};

const struct option_group options_looking = {looking, sizeof looking /
                                                          sizeof looking[0]};
