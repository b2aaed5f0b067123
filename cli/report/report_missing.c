#include "report/report_missing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include "core/base/xalloc.h"
#include "core/quiver.h"
#include "input/input.h"
#include "request/cmdline.h"
#include "terminal/complain.h"

enum {
    TELL_MAX = 10,
    LINE_MAX_BYTES = 16 * 1024 * 1024
};

struct report_missing {
    struct qv_client *client;
    struct cmdline *cmdline;
    struct input *input;
    struct entry *entry; /* the next one of the input; NULL: at its end */
    bool failed;
    uint64_t nmissing;
    uint64_t nforeign; /* records of no entry, or of another input's */
};

/* Files are never waited for. */
static void on_ready(void *user)
{
    (void)user;
}

static void next_entry(struct report_missing *m)
{
    struct qv_error error = {0};
    if (m->entry)
        entry_free(m->entry);
    m->entry = NULL;
    switch (input_next(m->input, &m->entry, &error)) {
    case INPUT_ENTRY:
    case INPUT_END:
        return;
    case INPUT_WAIT:
        m->failed = true;
        complain_notice("--input takes files");
        return;
    case INPUT_FAILED:
        m->failed = true;
        complain_error(error.status, NULL, error.text);
        return;
    }
}

struct report_missing *report_missing_new(const char *const *files, size_t n)
{
    struct report_missing *m = xalloc_zeroed(1, sizeof *m);
    struct qv_error error = {0};
    m->client = qv_client_new(&(struct qv_client_options){0});
    m->cmdline = cmdline_new();
    const struct input_options o = {
        .files = files,
        .nfiles = n,
        .line_max = LINE_MAX_BYTES,
        .defaults = m->cmdline->first,
    };
    m->input = input_new(m->client, &o, on_ready, m, &error);
    if (m->input) {
        next_entry(m);
        return m;
    }
    complain_error(error.status, NULL, error.text);
    report_missing_free(m);
    return NULL;
}

void report_missing_free(struct report_missing *m)
{
    if (m->entry)
        entry_free(m->entry);
    if (m->input)
        input_free(m->input);
    cmdline_free(m->cmdline);
    qv_client_free(m->client);
    free(m);
}

static void tell_missing(struct report_missing *m)
{
    if (++m->nmissing <= TELL_MAX)
        complain_notice("%s:%" PRIu64 ": id %.100s has no record",
                        m->entry->file, m->entry->line, m->entry->id);
}

static void tell_foreign(struct report_missing *m,
                         const struct report_record *r, const char *what)
{
    struct str id = {0};
    if (++m->nforeign <= TELL_MAX) {
        report_record_id(r, &id);
        complain_notice("%s: id %.100s, seq %" PRIu64 " %s", r->file, id.base,
                        r->seq, what);
    }
    str_fini(&id);
}

static bool is_of_entry(const struct report_record *r, const struct entry *e)
{
    yyjson_val *id = report_record_value(r, "id");
    yyjson_doc *doc = yyjson_read(e->id, strlen(e->id), 0);
    bool is_same = !id || yyjson_equals(id, yyjson_doc_get_root(doc));
    yyjson_doc_free(doc);
    return is_same;
}

void report_missing_record(struct report_missing *m,
                           const struct report_record *r)
{
    while (m->entry && m->entry->seq < r->seq) {
        tell_missing(m);
        next_entry(m);
    }
    if (!m->entry || m->entry->seq > r->seq) {
        tell_foreign(m, r, "is not in the input");
    } else {
        if (!is_of_entry(r, m->entry))
            tell_foreign(m, r, "has another id in the input");
        next_entry(m);
    }
}

bool report_missing_end(struct report_missing *m)
{
    while (m->entry) {
        tell_missing(m);
        next_entry(m);
    }
    if (m->nmissing)
        complain_notice("%" PRIu64 " entries have no record", m->nmissing);
    if (m->nforeign)
        complain_notice("%" PRIu64 " records are not of this input",
                        m->nforeign);
    return !m->nmissing && !m->nforeign && !m->failed;
}
