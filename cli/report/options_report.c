#include "report/report_command.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(REPORT, member)
#define STRING(member) .kind = OPTION_STRING, OPTION_AT(REPORT, member)
#define LIST(member)   .kind = OPTION_LIST, OPTION_AT(REPORT, member)

static const struct option rows[] = {
    {.name = "summary",
     FLAG(summary),
     .category = CATEGORY_REPORT,
     .important = true,
     .brief = "Print counts and percentiles",
     .text = "What `batch` says at its end, made from the records: how many "
             "were ok and failed, response codes, times.  The rate is that of "
             "the time from the first start to the last end.  This is what "
             "report does when nothing else is asked for.",
     .example = "report --summary results.jsonl",
     .since = "0.1.0"},
    {.name = "json",
     FLAG(json),
     .category = CATEGORY_REPORT,
     .brief = "Print the summary as JSON",
     .text = "The object that --summary-out of `batch` writes.",
     .example = "report --summary --json results.jsonl",
     .since = "0.1.0"},
    {.name = "merge",
     FLAG(merge),
     .category = CATEGORY_REPORT,
     .important = true,
     .brief = "Bring the records of shards together",
     .text = "Writes one record of each entry, in the order of the input, to "
             "standard output or to -o.  Where an entry has several, the one "
             "that succeeded is kept, or else the last; standard error names "
             "the others.  Other reports of the same command are made from "
             "the merged records.",
     .example = "report --merge -o all.jsonl part-*.jsonl",
     .since = "0.1.0"},
    {.name = "input",
     .argument = "<file>",
     LIST(inputs),
     .category = CATEGORY_REPORT,
     .values = VALUES_FILE,
     .brief = "Name the entries that have no record",
     .text = "An input of the batch; several are given in the order that "
             "`batch` had them in.  Implies --merge.  Entries without a "
             "record are named, and the exit status is 110.",
     .example = "report --merge --input list.jsonl part-*.jsonl",
     .since = "0.1.0"},
    {.name = "output",
     .letter = 'o',
     .argument = "<file>",
     STRING(output),
     .category = CATEGORY_REPORT,
     .values = VALUES_FILE,
     .brief = "Where the merged records go",
     .text = "Without it, or with -, standard output.",
     .example = "report --merge -o all.jsonl part-*.jsonl",
     .since = "0.1.0"},
    {.name = "csv",
     .argument = "<file>",
     STRING(csv),
     .category = CATEGORY_REPORT,
     .values = VALUES_FILE,
     .important = true,
     .brief = "Write a table for spreadsheets",
     .text = "A line for each record, with a head line, as RFC 4180 has it.  "
             "A cell that a spreadsheet would compute (it begins with = + - @ "
             "or a tab) gets an apostrophe in front.  - is standard output.",
     .example = "report --csv results.csv results.jsonl",
     .since = "0.1.0"},
    {.name = "csv-raw",
     FLAG(csv_raw),
     .category = CATEGORY_REPORT,
     .brief = "Write the exact text into the table",
     .text = "Without the apostrophe that keeps a spreadsheet from computing "
             "what a server has sent: for programs, not to be opened by hand.",
     .example = "report --csv - --csv-raw results.jsonl",
     .since = "0.1.0"},
    {.name = "junit",
     .argument = "<file>",
     STRING(junit),
     .category = CATEGORY_REPORT,
     .values = VALUES_FILE,
     .important = true,
     .brief = "Write test cases for build servers",
     .text = "JUnit's XML: a test case for each record.  A failure is an "
             "answer that was not as expected, an error is none.  - is "
             "standard output.",
     .example = "report --junit results.xml results.jsonl",
     .since = "0.1.0"},
    {.name = "har",
     .argument = "<file>",
     STRING(har),
     .category = CATEGORY_REPORT,
     .values = VALUES_FILE,
     .important = true,
     .brief = "Write an HTTP archive (HAR 1.2)",
     .text = "For the network panel of browsers and other viewers.  "
             "Redirects and earlier tries are entries of their own.  Request "
             "headers are there when the records have them: see "
             "--record-request of `batch`.  - is standard output.",
     .example = "report --har results.har results.jsonl",
     .since = "0.1.0"},
    {.name = "waterfall",
     .argument = "<file>",
     STRING(waterfall),
     .category = CATEGORY_REPORT,
     .values = VALUES_FILE,
     .important = true,
     .brief = "Draw when each request did what (HTML, SVG)",
     .text = "A row for each record, with a bar for each of its phases from "
             "the queue to the last byte, those of redirects and earlier tries "
             "before it, and attempts to connect that failed.  When the name "
             "ends with .html it is a page that can be searched, filtered and "
             "sorted, that shows a stretch of time by dragging, or the "
             "connections as lanes, for browsers of 2023 and later; else a "
             "picture (SVG) with status, time and URL of each row and a "
             "stripe in the colour of its connection, without what lasted "
             "less than half a pixel.  Both are light or dark as the viewer "
             "is, and need nothing from elsewhere.  - is standard output.",
     .example = "report --waterfall results.html results.jsonl",
     .since = "0.1.0"},
};

const struct option_group options_report = {rows, sizeof rows / sizeof rows[0]};
