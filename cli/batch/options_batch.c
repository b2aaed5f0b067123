#include "batch/batch_options.h"
#include "request/cmdline.h"
#include "request/download_calls.h"
#include "request/records.h"

#define FLAG(member)                                                           \
    .kind = OPTION_FLAG, OPTION_AT(BATCH, member), .category = CATEGORY_BATCH
#define STRING(member)                                                         \
    .kind = OPTION_STRING, OPTION_AT(BATCH, member), .category = CATEGORY_BATCH
#define SIZE(member)                                                           \
    .kind = OPTION_SIZE, OPTION_AT(BATCH, member), .category = CATEGORY_BATCH
#define CALL(function)                                                         \
    .kind = OPTION_CALL, .scope = SCOPE_BATCH, .call = function,               \
    .category = CATEGORY_BATCH

static const struct option rows[] = {
    {.name = "format",
     .argument = "<auto|jsonl|urls|curl|har>",
     CALL(batch_options_format),
     .values = VALUES_BATCH_FORMAT,
     .important = true,
     .brief = "What the input files are",
     .text = "jsonl: a JSON object a line; urls: a URL a line; curl: a "
             "configuration file of curl, requests parted by \"next\"; har: "
             "an HTTP archive.  auto, the default, looks at the first bytes "
             "of each file.  See quiver-batch(5).",
     .example = "batch --format urls list.txt",
     .since = "0.1.0"},
    {.name = "defaults",
     .argument = "<json>",
     STRING(defaults),
     .brief = "Fields for every entry",
     .text = "A JSON object with fields of an entry.  What a line says comes "
             "first, then these, then the options of the command line.",
     .example = "batch --defaults '{\"retry\":2,\"timeout\":5}' list.jsonl",
     .since = "0.1.0"},
    {.name = "line-max",
     .argument = "<bytes>",
     SIZE(line_max),
     .brief = "Longest line of the input (16M)",
     .text = "A longer line is reported as a bad one and skipped.",
     .example = "batch --line-max 1M list.jsonl",
     .since = "0.1.0"},
    {.name = "spool",
     .argument = "<file>",
     STRING(spool),
     .values = VALUES_FILE,
     .brief = "Keep a copy of standard input",
     .text = "What comes from standard input is written to this file first, so "
             "that --resume can read it again.  It is on the disk before the "
             "journal is; see --fsync.",
     .example = "batch --spool in.jsonl -o out.jsonl -",
     .since = "0.1.0"},
    {.name = "shard",
     .argument = "<i/n>",
     CALL(batch_options_shard),
     .brief = "Do one of n parts of the input",
     .text = "Of n runs over the same input, each with its own i from 1 to n, "
             "every entry is done by exactly one: the hash of its id decides.  "
             "auto takes both numbers from the environment of a Kubernetes "
             "Indexed Job or of a Slurm array.",
     .example = "batch --shard 1/4 list.jsonl",
     .since = "0.1.0"},
    {.name = "body",
     .argument = "<inline|file|hash|none>",
     .kind = OPTION_CALL,
     .call = records_body_call,
     OPTION_AT(BATCH, body),
     .category = CATEGORY_BATCH,
     .values = VALUES_BATCH_BODY,
     .important = true,
     .brief = "What becomes of the bodies",
     .text = "inline, the default: in the record, up to --body-max.  file: in "
             "a file of its own in --body-dir, with its SHA-256 in the "
             "record.  hash: only the SHA-256.  none: only its length.  An "
             "entry with \"output\" always writes its file.",
     .example = "batch --body hash list.jsonl",
     .since = "0.1.0"},
    {.name = "body-max",
     .argument = "<bytes>",
     SIZE(body_max),
     .brief = "Most of a body in a record (1M)",
     .text = "What a longer body has beyond it is counted, not kept: its "
             "record says \"truncated\":true.  So much memory may be used for "
             "each of the -j entries that run.",
     .example = "batch --body-max 64k list.jsonl",
     .since = "0.1.0"},
    {.name = "body-dir",
     .argument = "<dir>",
     STRING(body_dir),
     .values = VALUES_FOLDER,
     .brief = "Folder for --body file",
     .text = "Files are named after the entry's place in the input and its "
             "id.  Default: --output-dir.",
     .example = "batch --body file --body-dir bodies list.jsonl",
     .since = "0.1.0"},
    {.name = "output-dir",
     .argument = "<dir>",
     .kind = OPTION_STRING,
     OPTION_AT(OPERATION, output_dir),
     .category = CATEGORY_BATCH,
     .values = VALUES_FOLDER,
     .brief = "Folder for the files of entries",
     .text = "The \"output\" of an entry is a path below this folder, by "
             "default the current one; folders in between are made.  Absolute "
             "paths and \"..\" are refused.",
     .example = "batch --output-dir files list.jsonl",
     .since = "0.1.0"},
    {.name = "continue-at",
     .letter = 'C',
     .argument = "<offset>",
     .kind = OPTION_CALL,
     .call = download_calls_continue_at,
     OPTION_AT(OPERATION, continue_at),
     .category = CATEGORY_BATCH,
     .brief = "Go on with files that are begun",
     .text = "As with fetch, for the entries that write a file: - goes on "
             "where each file ends, and asks with If-Range where the entity "
             "tag of what is there is known.  What came of a body that breaks "
             "off stays under its name, so that the next run goes on with it.  "
             "Only GET can be gone on with.  An entry says so for itself with "
             "\"continue\".  The record of such a file has no sha256 unless "
             "one is expected.",
     .example = "batch -C - --output-dir files list.jsonl",
     .since = "0.1.0"},
    {.name = "output",
     .letter = 'o',
     .argument = "<file>",
     STRING(output),
     .values = VALUES_FILE,
     .important = true,
     .brief = "Write the records to a file",
     .text = "\"-\", the default, is standard output.  With a file a journal "
             "is kept in FILE.journal, unless --no-journal is given.\n\n"
             "Without it, a terminal gets a line for a person in place of each "
             "record: status, time, size, id, and the URL or what went wrong; "
             "-o - writes the records there too.",
     .example = "batch -o results.jsonl list.jsonl",
     .since = "0.1.0"},
    {.name = "ordered",
     FLAG(ordered),
     .important = true,
     .brief = "Records in the order of the input",
     .text = "Without it each record is written as soon as its exchange has "
             "ended.  With it, those that end early wait for those before "
             "them.",
     .example = "batch --ordered list.jsonl",
     .since = "0.1.0"},
    {.name = "journal",
     .argument = "<file>",
     STRING(journal),
     .values = VALUES_FILE,
     .brief = "Remember here what was done",
     .text = "What was begun and what was done is written to this file as it "
             "happens, so that a run that was killed can go on with --resume.  "
             "Default: the name of -o with \".journal\"; that one is removed "
             "when nothing is left to do, unless --resume was given.",
     .example = "batch --journal run.journal -o results.jsonl list.jsonl",
     .since = "0.1.0"},
    {.name = "no-journal",
     FLAG(no_journal),
     .brief = "Keep no journal",
     .text = "With -o FILE: no FILE.journal.",
     .example = "batch --no-journal -o results.jsonl list.jsonl",
     .since = "0.1.0"},
    {.name = "resume",
     FLAG(resume),
     .important = true,
     .brief = "Go on where an earlier run stopped",
     .text = "Entries whose record is in the output are skipped, the rest is "
             "done.  Those that may have been sent, but brought no record, are "
             "sent again if that does no harm (GET, HEAD, PUT, DELETE, "
             "OPTIONS, TRACE, QUERY); others are reported with the error "
             "unknown_outcome.  The input must be the same.  After a run that "
             "was complete, whose journal is gone, nothing is left when every "
             "entry has its record.",
     .example = "batch --resume -o results.jsonl list.jsonl",
     .since = "0.1.0"},
    {.name = "resume-unsafe",
     FLAG(resume_unsafe),
     .brief = "Resume, and send doubtful ones again",
     .text = "As --resume; entries of unknown outcome are sent again, whatever "
             "their method.",
     .example = "batch --resume-unsafe -o results.jsonl list.jsonl",
     .since = "0.1.0"},
    {.name = "fsync",
     .argument = "<none|batch|each>",
     CALL(batch_options_fsync),
     .values = VALUES_BATCH_FSYNC,
     .brief = "When journal and spool are on the disk",
     .text = "batch, the default: every 200 ms; each: before each request and "
             "after each record; none: when the system likes.  It matters "
             "when the machine dies, not when quiver does.",
     .example = "batch --fsync each -o results.jsonl list.jsonl",
     .since = "0.1.0"},
    {.name = "summary-out",
     .argument = "<file>",
     STRING(summary_out),
     .values = VALUES_FILE,
     .brief = "Write counts and times as JSON",
     .text = "An object with the counts by status, error class, version and "
             "exit code, percentiles of the times, bytes, and connections.",
     .example = "batch --summary-out summary.json list.jsonl",
     .since = "0.1.0"},
    {.name = "fail-on",
     .argument = "<list>",
     CALL(batch_options_fail_on),
     .brief = "Statuses that count as failures",
     .text = "A list such as 404,500-599.  An entry that is answered so has "
             "failed with exit code 22; its body is kept.  Without this, "
             "without -f and without \"expect\" every answer is a success.",
     .example = "batch --fail-on 400-599 list.jsonl",
     .since = "0.1.0"},
    {.name = "ignore-limits",
     FLAG(ignores_limits),
     .brief = "Go on at servers that ask for a pause",
     .text = "When a server answers 429 or 503 with Retry-After, or says in "
             "RateLimit that its quota is used up, no entry is sent to it "
             "until then, at most for ten minutes; other servers go on.  No "
             "more are begun than RateLimit and RateLimit-Policy leave.  With "
             "this they are not waited for, but by retries (--retry).",
     .example = "batch --ignore-limits list.jsonl",
     .since = "0.1.0"},
};

const struct option_group options_batch = {rows, sizeof rows / sizeof rows[0]};
