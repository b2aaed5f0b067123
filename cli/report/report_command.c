#include "report/report_command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args/command.h"
#include "args/parser.h"
#include "core/base/xalloc.h"
#include "core/quiver.h"
#include "files/spool_file.h"
#include "help/answer.h"
#include "report/report_export.h"
#include "report/report_files.h"
#include "report/report_merge.h"
#include "report/report_missing.h"
#include "report/report_summary.h"
#include "terminal/complain.h"

enum {
    EXPORTS_MAX = 4
};

/* Where each record goes. */
struct report {
    const struct report_options *options;
    struct report_export exports[EXPORTS_MAX];
    size_t nexports;
    struct spool_file merged; /* lines, as they were */
    bool has_merged;
    struct report_summary *summary; /* NULL: not asked for */
    struct report_missing *missing; /* NULL: not asked for */
    uint64_t nbad;                  /* lines that do not count */
    uint64_t nconflicts;
};

static bool on_file(struct parser *p, const char *operand)
{
    struct report_options *o = p->scope[SCOPE_REPORT];
    strings_add(&o->files, operand);
    return true;
}

/* ---- what goes with what ---- */

static bool is_stdout(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static bool has_export(const struct report_options *o)
{
    return o->csv || o->junit || o->har || o->waterfall;
}

/* Merged records go somewhere when nothing else is made of them. */
static bool writes_merged(const struct report_options *o)
{
    return o->merge && (o->output || (!has_export(o) && !o->summary));
}

static bool check_files(struct report_options *o, struct parser *p)
{
    unsigned nstdin = 0;
    if (!o->files.len && isatty(STDIN_FILENO))
        return parser_fail(p, "report needs the results of a batch");
    if (!o->files.len)
        strings_add(&o->files, "-");
    for (size_t i = 0; i < o->files.len; i++)
        nstdin += is_stdout(o->files.at[i]);
    return nstdin < 2 || parser_fail(p, "standard input can be read only once");
}

static bool check(struct report_options *o, struct parser *p)
{
    o->merge = o->merge || o->inputs.len;
    if (o->output && !o->merge)
        return parser_fail(p, "-o is for --merge");
    if (!o->merge && !has_export(o))
        o->summary = true;
    if (o->json && !o->summary)
        return parser_fail(p, "--json is for --summary");
    if (o->csv_raw && !o->csv)
        return parser_fail(p, "--csv-raw is for --csv");
    unsigned nstdout =
        (unsigned)is_stdout(o->csv) + is_stdout(o->junit) + is_stdout(o->har) +
        is_stdout(o->waterfall) + o->summary +
        (writes_merged(o) && (!o->output || is_stdout(o->output)));
    if (nstdout > 1)
        return parser_fail(p, "only one report can go to standard output");
    return check_files(o, p);
}

/* ---- the reports ---- */

static bool open_export(struct report *r, const struct report_export_kind *kind,
                        const char *path)
{
    if (!path)
        return true;
    if (!report_export_open(&r->exports[r->nexports], kind, path))
        return false;
    r->nexports++;
    return true;
}

static bool is_page(const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL;
    return dot && (strcmp(dot, ".html") == 0 || strcmp(dot, ".htm") == 0);
}

static bool open_all(struct report *r)
{
    const struct report_options *o = r->options;
    if (!open_export(r, o->csv_raw ? &report_csv_raw_kind : &report_csv_kind,
                     o->csv) ||
        !open_export(r, &report_junit_kind, o->junit) ||
        !open_export(r, &report_har_kind, o->har) ||
        !open_export(r,
                     is_page(o->waterfall) ? &report_waterfall_page_kind
                                           : &report_waterfall_kind,
                     o->waterfall))
        return false;
    if (writes_merged(o)) {
        if (!spool_file_open(&r->merged, o->output))
            return false;
        r->has_merged = true;
    }
    if (o->summary)
        r->summary = xalloc_zeroed(1, sizeof *r->summary);
    if (o->inputs.len) {
        r->missing = report_missing_new(o->inputs.at, o->inputs.len);
        return r->missing;
    }
    return true;
}

static void add(struct report *r, const struct report_record *record)
{
    for (size_t i = 0; i < r->nexports; i++)
        report_export_add(&r->exports[i], record);
    if (r->has_merged) {
        str_add(&r->merged.text, span_of(record->text, record->len));
        str_add_char(&r->merged.text, '\n');
        spool_file_relieve(&r->merged);
    }
    if (r->summary)
        report_summary_add(r->summary, record);
    if (r->missing)
        report_missing_record(r->missing, record);
}

static int read_merged(struct report *r)
{
    const struct strings *files = &r->options->files;
    struct report_merge *m = report_merge_new(files->at, files->len, &r->nbad);
    struct report_record record;
    if (!m)
        return QV_EXIT_READ;
    while (report_merge_next(m, &record))
        add(r, &record);
    if (report_merge_duplicates(m))
        complain_notice("%lu records are there twice; of each entry one is "
                        "kept",
                        (unsigned long)report_merge_duplicates(m));
    r->nconflicts = report_merge_conflicts(m);
    report_merge_free(m);
    return 0;
}

static int read_one_by_one(struct report *r)
{
    const struct strings *files = &r->options->files;
    for (size_t i = 0; i < files->len; i++) {
        struct report_file f;
        struct report_record record;
        if (!report_file_open(&f, files->at[i], &r->nbad))
            return QV_EXIT_READ;
        while (report_file_next(&f, &record)) {
            add(r, &record);
            report_record_fini(&record);
        }
        report_file_close(&f);
    }
    return 0;
}

static bool write_summary(struct report *r, int status)
{
    struct spool_file out;
    if (!spool_file_open(&out, NULL))
        return false;
    if (r->options->json)
        report_summary_json(r->summary, status, &out.text);
    else
        report_summary_text(r->summary, &out.text);
    return spool_file_close(&out);
}

/* What is complete is written even where something else has failed. */
static int close_all(struct report *r, int status)
{
    bool is_written = true;
    for (size_t i = 0; i < r->nexports; i++)
        is_written = report_export_close(&r->exports[i]) && is_written;
    if (r->has_merged)
        is_written = spool_file_close(&r->merged) && is_written;
    if (r->missing && !status && !report_missing_end(r->missing))
        status = QV_EXIT_ENTRIES_FAILED;
    if (!status && (r->nbad || r->nconflicts))
        status = QV_EXIT_ENTRIES_FAILED;
    if (r->summary && (!status || status == QV_EXIT_ENTRIES_FAILED))
        is_written = write_summary(r, status) && is_written;
    if (r->missing)
        report_missing_free(r->missing);
    free(r->summary);
    return is_written ? status : QV_EXIT_WRITE;
}

static int run(const struct report_options *o)
{
    struct report r = {.options = o};
    int status = QV_EXIT_WRITE;
    if (open_all(&r))
        status = o->merge ? read_merged(&r) : read_one_by_one(&r);
    else if (o->inputs.len && !r.missing)
        status = QV_EXIT_READ;
    return close_all(&r, status);
}

static int act(struct report_options *o, struct parser *p)
{
    int status;
    if (!answer_read(p, &status))
        return status;
    return check(o, p) ? run(o) : parser_complain(p);
}

int report_command_run(const struct command_line *line)
{
    struct report_options options = {0};
    struct strings_owned owned = {0};
    struct parser p = {
        .line = line,
        .groups = line->command->groups,
        .scope = {[SCOPE_REPORT] = &options},
        .owned = &owned,
        .on_operand = on_file,
    };
    int status = act(&options, &p);
    strings_fini(&options.files);
    strings_fini(&options.inputs);
    strings_disown(&owned);
    return status;
}
