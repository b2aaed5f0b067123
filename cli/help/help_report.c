#include "help/help_report.h"

#include <stddef.h>

const struct help_config_part help_report_parts[] = {
    {"RECORDS",
     "A record is an object of JSON on one line, as `batch` and -w '%{json}' "
     "of `fetch` write it.  `quiver help json-schema` prints the JSON Schema "
     "of records, of summaries, and of the lines that channels, --sse and "
     "--trace-events write.  Fields may be added; what is there keeps its "
     "meaning.",
     NULL},
    {"WATERFALLS",
     "The page of --waterfall has a row for each record, in the order of their "
     "beginnings.  Bars are phases: the wait for a turn, the look-up of the "
     "name, connecting, TLS, sending, the wait for the answer, receiving it; "
     "red is what failed.  Earlier tries and redirects stand before the last "
     "request of their row, attempts to connect that were not taken below it.  "
     "A click shows everything about a row; dragging over the bars, or over "
     "all "
     "of the time above them, shows that stretch and what happened in it.  "
     "Times in which nothing happened "
     "are folded.  As lanes the same bars stand where their connection is: "
     "what shares one is seen at once.\n\n"
     "It is one file that loads nothing, and nothing in a record can make it "
     "run anything.  Ten thousand rows are about 1.5 MB.",
     NULL},
    {"ARCHIVES",
     "Chromium's DevTools (Network, \"Import HAR file\") and Firefox's "
     "(Network, \"Import HAR\") show what --har writes.  \"connection\" is the "
     "server's port, as both take it; _connectionId is the connection, _id the "
     "record's id.  Bodies are there as far as the records have them.  `batch` "
     "reads archives too.",
     NULL},
    {NULL, NULL, NULL},
};

const struct help_config_part help_report_examples[] = {
    {"EXAMPLES", "A batch, and a table of what came of it:",
     "$ printf '%s\\n' https://api.example/ https://api.example/status/404 |\n"
     "    quiver batch -s --format urls --ordered -o results.jsonl -\n"
     "$ quiver report --csv - results.jsonl | cut -d , -f 1,5,7\n"
     "seq,method,response_code\n"
     "0,GET,200\n"
     "1,GET,404"},
    {NULL, "A page to look at, an archive for a browser and a picture:",
     "$ quiver report --waterfall results.html --har results.har "
     "results.jsonl\n"
     "$ quiver report --waterfall results.svg results.jsonl\n"
     "$ ls results.h* results.svg\n"
     "results.har\n"
     "results.html\n"
     "results.svg"},
    {NULL,
     "An archive with the request headers, whose requests are then sent once "
     "more:",
     "$ echo '{\"url\":\"https://api.example/\",\"headers\":{\"x-a\":\"1\"}}' "
     "|\n"
     "    quiver batch -s --record-request - > sent.jsonl\n"
     "$ quiver report --har sent.har sent.jsonl\n"
     "$ quiver batch -s --format har --record-request sent.har |\n"
     "    grep -o '\"x-a\":\\[\"1\"\\]'\n"
     "\"x-a\":[\"1\"]"},
    {NULL, "The shards of a batch brought together, and nothing missing:",
     "$ printf 'https://api.example/bytes/%d\\n' 1 2 3 > list.txt\n"
     "$ for n in 1 2; do\n"
     "    quiver batch -s --shard $n/2 --format urls -o part-$n.jsonl "
     "list.txt\n"
     "  done\n"
     "$ quiver report --merge --input list.txt --csv - part-*.jsonl |\n"
     "    cut -d , -f 1,23\n"
     "seq,size_download\n"
     "0,1\n"
     "1,2\n"
     "2,3"},
    {NULL, NULL, NULL},
};
