#include "help/help_batch.h"

#include <stddef.h>

const struct help_config_part help_batch_about[] = {
    {"RESULT RECORDS",
     "Each entry brings one line: a JSON object whose names on the top level "
     "are those of curl's %{json}, in curl's units.  Fields may be added; what "
     "is there keeps its meaning; null is what is not known or did not "
     "happen.  Of a batch are:\n\n"
     "id: as in the input, or the line's number.  line and file: where it "
     "stood.  seq: its place in the whole input, from 0.  tags: as in the "
     "input.\n\n"
     "exitcode, errormsg and error: 0 and null, or what went wrong.  "
     "error.class is transient (another try may help), invalid (the entry is "
     "wrong) or unrecoverable.  retries tells of the tries before, hops of "
     "redirects, attempts of the addresses that were tried: won, "
     "lost to a faster one, failed or cancelled.  An attempt's from says who "
     "named the place: dns (the URL), option, https-rr (an HTTPS record) or "
     "alt-svc.\n\n"
     "body: text, or base64 as encoding says, its length in bytes, whether "
     "it is truncated, and sha256 and file where they were asked for.\n\n"
     "phases: seconds in the queue, for DNS, connect, TLS, send, wait and "
     "receive.  conn: the connection and whether it was used before; "
     "conn.proxy, null without one, has the proxy's url, why it was used, the "
     "status of its answer to CONNECT, and the http_version that is spoken "
     "with "
     "it.\n\n"
     "expect: whether all was as expected, and the names of what was not.",
     NULL},
    {"WHAT COUNTS AS A FAILURE",
     "A transfer that breaks off, times out or cannot be read.  An answer of "
     "any status is an answer; with -f, --fail-with-body or --fail-on some "
     "statuses are failures with exit code 22.  What the \"expect\" of an "
     "entry, or --expect, asks for and its answer has not makes it one with "
     "exit code 112.  "
     "With --retry, transfers that failed and statuses that ask for patience "
     "(429, 503 and the like) are tried again; an unmet expectation is not.",
     NULL},
    {"STOPPING AND GOING ON",
     "The first SIGINT or SIGTERM ends the reading of the input.  What is on "
     "its way finishes and is recorded; what has not begun, or rests between "
     "two tries, is left.  The "
     "second one ends at once; the last line of the output is whole all the "
     "same.  SIGUSR1 ends nothing: connections over QUIC go over to a new "
     "path, "
     "the others do not notice.  The last lines on standard error say how many "
     "entries are left, "
     "and with a journal the command that goes on with them.\n\n"
     "The journal holds what was begun and what was recorded.  After a crash, "
     "of quiver or of the machine, --resume skips what is recorded, sends "
     "again what may be repeated, and reports as unknown_outcome what may "
     "not: POST, PATCH and other methods that are not idempotent.  So each "
     "entry has exactly one record in the end.",
     NULL},
    {NULL, NULL, NULL},
};

const struct help_config_part help_batch_ends[] = {
    {"EXIT STATUS",
     "0 when every entry is ok.  110 when some have failed, 112 when only "
     "expectations have.  111 when it was stopped and --resume can go on; 130 "
     "(SIGINT) or 143 (SIGTERM) when it was stopped without a journal.  116 "
     "when the journal cannot be used.  23 when records cannot be written, 26 "
     "when an input cannot be read, 2 when the command line is wrong.  All "
     "others are told in quiver-exit-codes(7).",
     NULL},
    {"EXAMPLES", "The status of each URL of a list, as tab-separated lines:",
     "quiver batch --format urls --body none urls.txt |\n"
     "    jq -r '[.response_code, .time_total, .url] | @tsv'"},
    {NULL,
     "A JSON API, at most 20 requests a second, three tries each; what fails "
     "is in its record:",
     "quiver batch --rate 20/s --retry 2 -H @headers.txt -o out.jsonl "
     "in.jsonl"},
    {NULL, "The same once more, after it was interrupted or killed:",
     "quiver batch --resume --rate 20/s --retry 2 -H @headers.txt -o out.jsonl "
     "in.jsonl"},
    {NULL, "As one part of a pipeline: each answer is there at once.",
     "tail -f ids | sed 's|.*|{\"url\":\"https://api.example/&\"}|' |\n"
     "    quiver batch - | jq --unbuffered -r .body.text"},
    {NULL, "Files with their digests checked, in the folder files:",
     "quiver batch --output-dir files - <<'END'\n"
     "{\"url\":\"https://example.com/a.tar\",\"output\":\"a.tar\",\"sha256\":"
     "\"9f86...\"}\n"
     "END"},
    {NULL, NULL, NULL},
};
