#include "report/report_export.h"

static void count(struct report_export *e, const struct report_record *r)
{
    e->n++;
    e->seconds += report_record_number(r, "time_total", 0);
    if (r->is_ok)
        return;
    if (report_record_number(r, "response_code", 0) > 0)
        e->nfailed++;
    else
        e->nerrors++;
}

bool report_export_open(struct report_export *e,
                        const struct report_export_kind *kind, const char *path)
{
    *e = (struct report_export){.kind = kind};
    if (!spool_file_open(&e->out, path))
        return false;
    if (kind->has_spool && !spool_file_open_spool(&e->spool)) {
        (void)spool_file_close(&e->out);
        return false;
    }
    return !kind->begin || kind->begin(e, &e->out.text);
}

void report_export_add(struct report_export *e, const struct report_record *r)
{
    struct spool_file *to = e->kind->has_spool ? &e->spool : &e->out;
    e->kind->add(e, r, &to->text);
    count(e, r);
    spool_file_relieve(to);
}

bool report_export_close(struct report_export *e)
{
    if (e->kind->has_spool) {
        e->kind->head(e, &e->out.text);
        spool_file_append(&e->out, &e->spool);
        (void)spool_file_close(&e->spool);
    }
    if (e->kind->end)
        e->kind->end(e, &e->out.text);
    return spool_file_close(&e->out);
}
