#include "files/lane.h"
#include "request/cmdline.h"
#include "request/options.h"
#include "request/output_calls.h"
#include "request/records.h"
#include "request/target_calls.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(OPERATION, member)
#define STRING(member) .kind = OPTION_STRING, OPTION_AT(OPERATION, member)
#define CALL(function)                                                         \
    .kind = OPTION_CALL, .scope = SCOPE_OPERATION, .call = function
#define CMDLINE_FLAG(member) .kind = OPTION_FLAG, OPTION_AT(SESSION, member)

/* From LANES_ORDERED on. */
static const char *const lanes_orders[] = {"ordered", "done", "raw", NULL};

static const struct option rows[] = {
    {.name = "output",
     .letter = 'o',
     .argument = "<file>",
     CALL(target_calls_output),
     .category = CATEGORY_OUTPUT,
     .values = VALUES_FILE,
     .important = true,
     .where = WHERE_NO_CONFIG,
     .brief = "Write to a file, not to stdout",
     .text =
         "The n-th -o or -O belongs to the n-th URL.  \"-\" is standard "
         "output, also for binary data on a terminal.  With globs in the "
         "URL #1 stands for what the first one was.\n\n"
         "A regular file appears under its name only when it is complete: "
         "until then it is a hidden file with the ending .part in the same "
         "folder, which is removed when the transfer fails or a signal ends "
         "the program.  A file that cannot be replaced (mounted by itself, "
         "or in a folder that takes no new file) is written in place once "
         "all of it has come.  Devices and pipes are written directly.  See "
         "--continue-at for files that grow under their name.",
     .example = "-o page.html https://example.com/",
     .since = "0.1.0"},
    {.name = "remote-name",
     .letter = 'O',
     CALL(target_calls_remote_name),
     .category = CATEGORY_OUTPUT,
     .important = true,
     .where = WHERE_NO_CONFIG,
     .brief = "Write to a file named as in the URL",
     .text =
         "The name is what follows the last slash of the path, without "
         "query; that of the last folder when nothing follows, and "
         "curl_response when there is none.  A leading dot gets '_' before "
         "it, control bytes and backslashes become '_', more than 255 bytes "
         "are cut off.  A symbolic link of that name is replaced, not "
         "followed.",
     .example = "-O https://example.com/file.tar.gz",
     .since = "0.1.0"},
    {.name = "remote-name-all",
     FLAG(remote_name_all),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Use -O for all URLs",
     .text = "Every URL without an -o of its own is stored as with -O.",
     .example = "--remote-name-all https://example.com/a https://example.com/b",
     .since = "0.1.0"},
    {.name = "out-null",
     CALL(target_calls_null_output),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_CONFIG,
     .brief = "Throw the body away",
     .text = "Reads the whole answer and writes nothing.",
     .example = "--out-null -w '%{time_total}' https://example.com/",
     .since = "0.1.0"},
    {.name = "output-dir",
     .not_empty = true,
     .argument = "<dir>",
     STRING(output_dir),
     .category = CATEGORY_OUTPUT,
     .values = VALUES_FOLDER,
     .where = WHERE_NO_ORIGIN,
     .brief = "Folder for -o and -O",
     .text = "Files of -o and -O are created in this folder.",
     .example = "--output-dir /tmp -O https://example.com/file",
     .since = "0.1.0"},
    {.name = "create-dirs",
     FLAG(create_dirs),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Create missing folders of -o",
     .text = "Creates the folders that the output file needs, with mode "
             "0750.",
     .example = "--create-dirs -o deep/down/file https://example.com/",
     .since = "0.1.0"},
    {.name = "show-headers",
     .letter = 'i',
     FLAG(include),
     .category = CATEGORY_OUTPUT,
     .important = true,
     .where = WHERE_NO_ORIGIN,
     .brief = "Write the heads to the output too",
     .text = "Each response head is written before the body: interim ones, "
             "those of redirects, and trailers after it.",
     .example = "-i https://example.com/",
     .since = "0.1.0"},
    {.name = "include",
     FLAG(include),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "The same as --show-headers",
     .text = "The same as --show-headers.",
     .example = "--include https://example.com/",
     .since = "0.1.0"},
    {.name = "dump-header",
     .not_empty = true,
     .letter = 'D',
     .argument = "<file>",
     STRING(dump_header),
     .category = CATEGORY_OUTPUT,
     .values = VALUES_FILE,
     .where = WHERE_NO_ORIGIN,
     .brief = "Write the heads to a file",
     .text = "\"-\" is standard output.  The heads of several transfers "
             "follow each other, those of redirects too; of a transfer that "
             "is tried again the last try's alone.",
     .example = "-D heads.txt https://example.com/",
     .since = "0.1.0"},
    {.name = "write-out",
     .letter = 'w',
     .argument = "<format>",
     .kind = OPTION_CALL,
     .call = output_calls_write_out,
     .category = CATEGORY_OUTPUT,
     .values = VALUES_WRITE_OUT,
     .important = true,
     .where = WHERE_NO_ORIGIN,
     OPTION_AT(OPERATION, write_out),
     .brief = "Print this after each transfer",
     .text = "%{variable} is replaced by what happened, \\n, \\r and \\t by "
             "those bytes, %% by a percent sign.  @file reads the format from "
             "a file.  `quiver help write-out` lists the variables.",
     .example = "-w '%{http_version} %{time_total}\\n' https://example.com/",
     .since = "0.1.0"},
    {.name = "json-out",
     CMDLINE_FLAG(json_out),
     .category = CATEGORY_OUTPUT,
     .brief = "Print a record of each transfer, as JSON",
     .text = "On standard output goes a line of JSON for each transfer, in "
             "place of its body: the result record of `batch` and of "
             "-w '%{json}' (`quiver help json-schema`).  The body is in it, up "
             "to --body-max, unless it goes to a file (-o, -O) or --body says "
             "otherwise.  Transfers that fail have their record too; exit "
             "status and messages are what they are without it.  The text of "
             "-w follows the record of its transfer.  With -Z the records come "
             "in the order in which the transfers end.",
     .example = "--json-out -Z https://example.com/a https://example.com/b",
     .since = "0.1.0"},
    {.name = "body",
     .argument = "<inline|file|hash|none>",
     .kind = OPTION_CALL,
     .call = records_body_call,
     OPTION_AT(SESSION, record_body),
     .category = CATEGORY_OUTPUT,
     .values = VALUES_BATCH_BODY,
     .brief = "--json-out: what becomes of the bodies",
     .text = "inline, the default: in the record, up to --body-max.  file: in "
             "a file, for URLs without -o one that is named as by -O, with its "
             "SHA-256 in the record.  hash: only the SHA-256.  none: only its "
             "length.  What has an -o or -O always goes to its file.",
     .example = "--json-out --body hash https://example.com/file",
     .since = "0.1.0"},
    {.name = "body-max",
     .argument = "<bytes>",
     .kind = OPTION_SIZE,
     OPTION_AT(SESSION, record_body_max),
     .category = CATEGORY_OUTPUT,
     .brief = "--json-out: most of a body in a record (1M)",
     .text = "What a longer body has beyond it is counted, not kept: its "
             "record says \"truncated\":true.  So much memory may be used for "
             "each transfer that runs.",
     .example = "--json-out --body-max 64k https://example.com/",
     .since = "0.1.0"},
    {.name = "no-buffer",
     .letter = 'N',
     FLAG(no_buffer),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "Write every piece at once",
     .text = "Pieces that arrive in the same moment are otherwise written "
             "together.",
     .example = "-N https://example.com/events",
     .since = "0.1.0"},
    {.name = "waterfall",
     .letter = 'W',
     CMDLINE_FLAG(waterfall),
     .category = CATEGORY_VERBOSE,
     .important = true,
     .brief = "Draw where the time went",
     .text = "After each transfer, on standard error: a line for each request "
             "that it came to (earlier tries, redirects, the last) and a bar "
             "for each of its phases, from the wait for its turn to the last "
             "byte, and what was tried to connect when not the first try did.  "
             "For many transfers see `report --waterfall`.",
     .example = "-W -L -o page.html https://example.com/",
     .since = "0.1.0"},
};

/* What counts as a failure, and what is said about it: for every command that
 * sends requests. */
static const struct option outcome[] = {
    {.name = "max-filesize",
     .argument = "<bytes>",
     .kind = OPTION_SIZE,
     OPTION_AT(REQUEST, engine.max_filesize),
     .category = CATEGORY_OUTPUT,
     .brief = "Refuse a larger body",
     .text = "Ends with exit 63 as soon as the body is announced or grows "
             "larger, decoded bytes counted.  Suffixes k, M, G, T, P are "
             "powers of 1024.",
     .example = "--max-filesize 100k https://example.com/",
     .since = "0.1.0"},
    {.name = "fail",
     .letter = 'f',
     .kind = OPTION_FLAG,
     .call = output_calls_fail,
     OPTION_AT(REQUEST, engine.fail),
     .category = CATEGORY_OUTPUT,
     .important = true,
     .of_transfers = true,
     .where = WHERE_NO_ORIGIN,
     .brief = "Fail when the status is 400 or more",
     .text = "Exit 22, and the body of the error is not written.",
     .example = "-f https://example.com/none",
     .since = "0.1.0"},
    {.name = "fail-with-body",
     .kind = OPTION_FLAG,
     .call = output_calls_fail,
     OPTION_AT(REQUEST, fail_with_body),
     .category = CATEGORY_OUTPUT,
     .where = WHERE_NO_ORIGIN,
     .brief = "As -f, but write the body",
     .text = "Exit 22 when the status is 400 or more; the body is written all "
             "the same.  Of -f and this one the last counts.",
     .example = "--fail-with-body https://example.com/none",
     .since = "0.1.0"},
    {.name = "fail-early",
     CMDLINE_FLAG(fail_early),
     .category = CATEGORY_OUTPUT,
     .brief = "Stop at the first failure",
     .text = "No further URL is fetched once one has failed.",
     .example = "--fail-early https://example.com/a https://example.com/b",
     .since = "0.1.0"},
    /* ---- messages ---- */
    {.name = "silent",
     .letter = 's',
     .kind = OPTION_FLAG,
     .call = output_calls_silent,
     OPTION_AT(SESSION, silent),
     .category = CATEGORY_VERBOSE,
     .important = true,
     .brief = "No progress and no errors",
     .text = "Prints neither progress nor errors, nor warnings about the "
             "options behind it; -S brings the errors back.",
     .example = "-s https://example.com/",
     .since = "0.1.0"},
    {.name = "show-error",
     .letter = 'S',
     CMDLINE_FLAG(show_error),
     .category = CATEGORY_VERBOSE,
     .brief = "Print errors even with -s",
     .text = "With -s: prints error lines all the same.",
     .example = "-s -S https://example.com/",
     .since = "0.1.0"},
    {.name = "show-secrets",
     CMDLINE_FLAG(show_secrets),
     .category = CATEGORY_VERBOSE,
     .brief = "Do not hide secrets in -v and --trace",
     .text = "Shows in -v and in %{json} as they are: cookies, credentials, "
             "fields whose name has auth, key, token, secret or password in "
             "it, those that -H @file has read, and the passwords of URLs.",
     .example = "-v --show-secrets https://example.com/",
     .since = "0.1.0"},
    {.name = "parallel-output",
     .argument = "<ordered|done|raw>",
     .kind = OPTION_WORD,
     .value = LANES_ORDERED,
     .words = lanes_orders,
     OPTION_AT(SESSION, parallel_output),
     .category = CATEGORY_OUTPUT,
     .values = VALUES_PARALLEL_OUTPUT,
     .usual = "ordered",
     .brief = "What -Z writes to stdout, in which order",
     .text =
         "ordered, the default: in the order of the URLs, each as it comes; "
         "those behind it wait.  A transfer that has no place yet (its host is "
         "slow or has its share), or is tried again or redirected before "
         "anything of it was written, lets others go first.\n\n"
         "done: each whole, in the order in which they end.\n\n"
         "raw: everything as it comes, mixed, as curl does.\n\n"
         "What waits is held in memory, 256 KiB of a transfer and 8 MiB of "
         "all; "
         "a transfer that would need more is paused.  With done, the first "
         "that would need more writes as it comes, and the others wait for its "
         "end.  Records (--json-out) are written when transfers end.  Without "
         "-Z there is nothing to put in order.",
     .example = "-Z --parallel-output done 'https://example.com/[1-9]'",
     .since = "0.1.0"},
    {.name = "stderr",
     .argument = "<file>",
     .kind = OPTION_CALL,
     .call = output_calls_stderr,
     .category = CATEGORY_VERBOSE,
     .values = VALUES_FILE,
     .where = WHERE_NO_CONFIG,
     .brief = "Write messages to this file",
     .text = "Everything meant for standard error goes to the file; \"-\" is "
             "standard output.",
     .example = "-v --stderr log.txt https://example.com/",
     .since = "0.1.0"},
    {.name = "progress-bar",
     .letter = '#',
     CMDLINE_FLAG(progress_bar),
     .category = CATEGORY_VERBOSE,
     .brief = "Leave the progress line on the screen",
     .text = "The last state of each transfer's progress line stays instead "
             "of being erased.  A dumb terminal (TERM) shows that alone.",
     .example = "-# -o file https://example.com/",
     .since = "0.1.0"},
    {.name = "no-progress-meter",
     CMDLINE_FLAG(no_progress),
     .category = CATEGORY_VERBOSE,
     .brief = "No progress line",
     .text = "Progress is otherwise shown when standard error is a terminal "
             "and the body does not go to it.",
     .example = "--no-progress-meter -o file https://example.com/",
     .since = "0.1.0"},
    {.name = "styled-output",
     .kind = OPTION_FLAG,
     OPTION_AT(SESSION, screen.is_styled),
     .category = CATEGORY_VERBOSE,
     .brief = "Heads with colours on a terminal",
     .text = "--no-styled-output is --color never.",
     .example = "--no-styled-output https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_output = {rows, sizeof rows / sizeof rows[0]};
const struct option_group options_outcome = {outcome, sizeof outcome /
                                                          sizeof outcome[0]};
