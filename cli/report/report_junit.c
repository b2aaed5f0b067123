#include <inttypes.h>
#include <string.h>

#include "report/report_export.h"
#include "report/report_xml.h"

/*
 * One test case an entry: a failure is an answer that was not what it should
 * be, an error is no answer.  The class is the host, which build servers show
 * as a group.
 */

static void add_escaped(struct str *out, const char *s)
{
    report_xml_text(out, s, strlen(s));
}

static void add_host(struct str *out, const char *url)
{
    const char *host = url ? strstr(url, "://") : NULL;
    struct str name = {0};
    if (host) {
        str_add(&name, span_of(host + 3, strcspn(host + 3, "/?#")));
        add_escaped(out, name.base);
        str_fini(&name);
    } else {
        str_add_text(out, "entries");
    }
}

static void add_problem(const struct report_record *r, struct str *out)
{
    bool is_answered = report_record_number(r, "response_code", 0) > 0;
    const char *kind = is_answered ? "failure" : "error";
    const char *type = report_record_string(r, "error.name");
    struct str why = {0};
    report_record_error(r, &why);
    str_printf(out, "      <%s type=\"", kind);
    add_escaped(out, type ? type : "status");
    str_add_text(out, "\" message=\"");
    add_escaped(out, why.base ? why.base : "");
    str_printf(out, "\">%s ", is_answered ? "response code" : "exit status");
    str_printf(
        out, "%.0f",
        report_record_number(r, is_answered ? "response_code" : "exitcode", 0));
    str_printf(out, "</%s>\n", kind);
    str_fini(&why);
}

static void add(struct report_export *e, const struct report_record *r,
                struct str *out)
{
    const char *url = report_record_string(r, "url");
    const char *method = report_record_string(r, "method");
    struct str id = {0};
    (void)e;
    report_record_id(r, &id);
    str_add_text(out, "    <testcase name=\"");
    add_escaped(out, id.base);
    str_add_text(out, ": ");
    add_escaped(out, method ? method : "-");
    str_add_char(out, ' ');
    add_escaped(out, url ? url : "-");
    str_add_text(out, "\" classname=\"");
    add_host(out, url);
    str_printf(out, "\" time=\"%.6f\"",
               report_record_number(r, "time_total", 0));
    if (r->is_ok) {
        str_add_text(out, "/>\n");
    } else {
        str_add_text(out, ">\n");
        add_problem(r, out);
        str_add_text(out, "    </testcase>\n");
    }
    str_fini(&id);
}

static void add_counts(const struct report_export *e, struct str *out)
{
    str_printf(out,
               " name=\"quiver\" tests=\"%" PRIu64 "\" failures=\"%" PRIu64
               "\" errors=\"%" PRIu64 "\" time=\"%.6f\">\n",
               e->n, e->nfailed, e->nerrors, e->seconds);
}

static void head(const struct report_export *e, struct str *out)
{
    str_add_text(out,
                 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    add_counts(e, out);
    str_add_text(out, "  <testsuite");
    add_counts(e, out);
}

static void end(struct report_export *e, struct str *out)
{
    (void)e;
    str_add_text(out, "  </testsuite>\n</testsuites>\n");
}

const struct report_export_kind report_junit_kind = {
    .has_spool = true, .add = add, .head = head, .end = end};
