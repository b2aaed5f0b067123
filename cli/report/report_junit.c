#include <inttypes.h>
#include <string.h>

#include "report/report_export.h"
#include "report/report_xml.h"

/*
 * One test case an entry: a failure is an answer that was not what it should
 * be, an error is no answer.  The class is the host, which build servers show
 * as a group.
 */

static void add_escaped(struct text *out, const char *s)
{
    report_xml_text(out, s, strlen(s));
}

static void add_host(struct text *out, const char *url)
{
    const char *host = url ? strstr(url, "://") : NULL;
    struct text name = {0};
    if (host) {
        text_add(&name, host + 3, strcspn(host + 3, "/?#"));
        add_escaped(out, name.at);
        text_fini(&name);
    } else {
        text_puts(out, "entries");
    }
}

static void add_problem(const struct report_record *r, struct text *out)
{
    bool is_answered = report_record_number(r, "response_code", 0) > 0;
    const char *kind = is_answered ? "failure" : "error";
    const char *type = report_record_string(r, "error.name");
    struct text why = {0};
    report_record_error(r, &why);
    text_addf(out, "      <%s type=\"", kind);
    add_escaped(out, type ? type : "status");
    text_puts(out, "\" message=\"");
    add_escaped(out, why.at ? why.at : "");
    text_addf(out, "\">%s ", is_answered ? "response code" : "exit status");
    text_addf(
        out, "%.0f",
        report_record_number(r, is_answered ? "response_code" : "exitcode", 0));
    text_addf(out, "</%s>\n", kind);
    text_fini(&why);
}

static void add(struct report_export *e, const struct report_record *r,
                struct text *out)
{
    const char *url = report_record_string(r, "url");
    const char *method = report_record_string(r, "method");
    struct text id = {0};
    (void)e;
    report_record_id(r, &id);
    text_puts(out, "    <testcase name=\"");
    add_escaped(out, id.at);
    text_puts(out, ": ");
    add_escaped(out, method ? method : "-");
    text_putc(out, ' ');
    add_escaped(out, url ? url : "-");
    text_puts(out, "\" classname=\"");
    add_host(out, url);
    text_addf(out, "\" time=\"%.6f\"",
              report_record_number(r, "time_total", 0));
    if (r->is_ok) {
        text_puts(out, "/>\n");
    } else {
        text_puts(out, ">\n");
        add_problem(r, out);
        text_puts(out, "    </testcase>\n");
    }
    text_fini(&id);
}

static void add_counts(const struct report_export *e, struct text *out)
{
    text_addf(out,
              " name=\"quiver\" tests=\"%" PRIu64 "\" failures=\"%" PRIu64
              "\" errors=\"%" PRIu64 "\" time=\"%.6f\">\n",
              e->n, e->nfailed, e->nerrors, e->seconds);
}

static void head(const struct report_export *e, struct text *out)
{
    text_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    add_counts(e, out);
    text_puts(out, "  <testsuite");
    add_counts(e, out);
}

static void end(const struct report_export *e, struct text *out)
{
    (void)e;
    text_puts(out, "  </testsuite>\n</testsuites>\n");
}

const struct report_export_kind report_junit_kind = {
    .has_spool = true, .add = add, .head = head, .end = end};
