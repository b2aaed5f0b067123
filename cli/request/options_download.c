#include "request/cmdline.h"
#include "request/download_calls.h"
#include "request/options.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(OPERATION, member)
#define STRING(member) .kind = OPTION_STRING, OPTION_AT(OPERATION, member)
#define CHOICE(member, choice)                                                 \
    .kind = OPTION_CHOICE, .value = choice, OPTION_AT(OPERATION, member)
#define CALL(function) .kind = OPTION_CALL, .call = function

static const struct option rows[] = {
    /* ---- names ---- */
    {.name = "remote-header-name",
     .letter = 'J',
     FLAG(remote_header_name),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "With -O, let the server name the file",
     .text =
         "The name is that of the answer's Content-Disposition field "
         "(filename*, else filename), without folders; a leading dot gets '_' "
         "before it, control bytes become '_'.  Without one, it is the name "
         "behind the last slash of the last redirect's Location, else the "
         "URL's.  A file that is there is not replaced by one that the server "
         "has named: exit 23, unless --clobber or --no-clobber is given.",
     .example = "-O -J https://example.com/download?id=5",
     .since = "0.1.0"},
    {.name = "clobber",
     CHOICE(clobber, OUTPUT_CLOBBER_YES),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Replace files that are there",
     .text = "Of -o and -O the default; of -J it is not.",
     .example = "--clobber -O -J https://example.com/download?id=5",
     .since = "0.1.0"},
    {.name = "no-clobber",
     CHOICE(clobber, OUTPUT_CLOBBER_NO),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Keep files that are there",
     .text = "The new one gets a dot and a number behind its name, from 1 to "
             "100; when all are taken it is exit 23.  Not with "
             "--continue-at.",
     .example = "--no-clobber -O https://example.com/file.tar.gz",
     .since = "0.1.0"},
    {.name = "skip-existing",
     CHOICE(clobber, OUTPUT_CLOBBER_SKIP),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Fetch nothing whose file is there",
     .text = "Whatever is in that file: exit 0, and no request is sent.",
     .example = "--skip-existing -O 'https://example.com/[1-9].jpg'",
     .since = "0.1.0"},
    /* ---- what is there already ---- */
    {.name = "continue-at",
     .letter = 'C',
     .argument = "<offset>",
     CALL(download_calls_continue_at),
     OPTION_AT(OPERATION, continue_at),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Go on with a file that is begun",
     .text =
         "- goes on where the file of -o or -O ends; a number is the byte to "
         "go on at, and what comes is added to the file.  The file keeps its "
         "name all the time, and what came when the transfer fails: the same "
         "command goes on with it.\n\n"
         "When the entity tag of what has come is known, because this or an "
         "earlier run of quiver fetched it (it is kept as an extended "
         "attribute, user.quiver.validator), the rest is asked for with "
         "If-Range, and what has changed is fetched anew.  Otherwise a server "
         "that does not send the rest alone is exit 33, and the file stays as "
         "it is.  A file that is complete is exit 0 (status 416, or 200 with "
         "the file's length), one that is longer than the server's exit 36.  "
         "Of an upload (-T), a number is where the file is read from, and "
         "Content-Range says so.\n\n"
         "Not with --range, --no-clobber, --remove-on-error, "
         "--remote-header-name.",
     .example = "-C - -O https://example.com/large.iso",
     .since = "0.1.0"},
    {.name = "time-cond",
     .letter = 'z',
     .argument = "<date|file>",
     CALL(download_calls_time_cond),
     OPTION_AT(OPERATION, time_cond),
     .category = CATEGORY_HTTP,
     .values = VALUES_FILE,
     .where = WHERE_NO_ORIGIN,
     .brief = "Only what has changed since this",
     .text = "A date (\"12 Sep 2004 15:05:58\", \"20040912\", "
             "\"2004-09-12T15:05:58Z\"), or a file, whose time counts.  With a "
             "'-' before it: only what has not changed since.  When the answer "
             "is 304, or its Last-Modified says so, no file is written or "
             "replaced.  What is neither a date nor a file is warned of, and "
             "everything is fetched.",
     .example = "-z page.html -o page.html https://example.com/",
     .since = "0.1.0"},
    {.name = "etag-compare",
     .not_empty = true,
     .argument = "<file>",
     STRING(etag_compare),
     .category = CATEGORY_HTTP,
     .values = VALUES_FILE,
     .where = WHERE_NO_ORIGIN,
     .brief = "Only what has another entity tag",
     .text = "Sends the entity tag in the file as If-None-Match; one that is "
             "empty or not there stands for a tag that nothing has.  When the "
             "answer is 304 no file is written or replaced.",
     .example = "--etag-compare t --etag-save t -o page https://example.com/",
     .since = "0.1.0"},
    {.name = "etag-save",
     .not_empty = true,
     .argument = "<file>",
     STRING(etag_save),
     .category = CATEGORY_HTTP,
     .values = VALUES_FILE,
     .where = WHERE_NO_ORIGIN,
     .brief = "Write the entity tag to a file",
     .text = "The ETag of the answer, when the transfer has succeeded: a tag "
             "belongs to a body that is here.  Without one in the answer, a "
             "file that is not there is created empty.  \"-\" is standard "
             "output.  --create-dirs makes its folders, too.",
     .example = "--etag-save etag.txt -o page https://example.com/",
     .since = "0.1.0"},
    /* ---- what becomes of it ---- */
    {.name = "checksum",
     .argument = "<algorithm:hex>",
     CALL(download_calls_checksum),
     .scope = SCOPE_OPERATION,
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_CONFIG,
     .brief = "Keep the file only if this is right",
     .text =
         "md5, sha1, sha256 or sha512 and the checksum that the body has to "
         "have; several of them may be given.  A file whose checksum is "
         "another is not kept, not even with -C: exit 112.  What the server "
         "itself says of a body (Content-Digest, Repr-Digest: RFC 9530) is "
         "looked at in any case, and is exit 56 when it is wrong: then not "
         "even the beginning that an earlier run has brought (-C) is kept.",
     .example = "--checksum sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b"
                "934ca495991b7852b855 -O https://example.com/empty",
     .since = "0.1.0"},
    {.name = "remote-time",
     .letter = 'R',
     FLAG(remote_time),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Give the file the server's time",
     .text = "The file's time of change is that of the Last-Modified field, "
             "if there is one.",
     .example = "-R -O https://example.com/file.tar.gz",
     .since = "0.1.0"},
    {.name = "remove-on-error",
     FLAG(remove_on_error),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Remove the file of a failed transfer",
     .text = "quiver always does so but for two cases: with --fail-with-body "
             "and --expect the file is kept unless this is given, and with "
             "--continue-at, "
             "with which this cannot be, what has come stays.",
     .example = "--remove-on-error -o file https://example.com/",
     .since = "0.1.0"},
    {.name = "xattr",
     FLAG(xattr),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Note in the file where it is from",
     .text = "Extended attributes of the file: user.xdg.origin.url (without a "
             "login), user.mime_type, user.xdg.referrer.url and user.creator.  "
             "A file system that has none is warned of.",
     .example = "--xattr -O https://example.com/file.tar.gz",
     .since = "0.1.0"},
    {.name = "create-file-mode",
     .argument = "<mode>",
     CALL(download_calls_file_mode),
     OPTION_AT(OPERATION, create_file_mode),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Permissions of new files",
     .text = "An octal number such as 0600, in place of 0666 without the bits "
             "of the umask.  A file that is replaced keeps its permissions.",
     .example = "--create-file-mode 0600 -O https://example.com/key.txt",
     .since = "0.1.0"},
};

const struct option_group options_download = {rows,
                                              sizeof rows / sizeof rows[0]};
