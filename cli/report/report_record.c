#include "report/report_record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool report_record_parse(struct report_record *r, const char *line, size_t len)
{
    yyjson_val *seq;
    r->text = line;
    r->len = len;
    /* The line stays as it is: it may be written once more. */
    r->doc = yyjson_read(line, len, 0);
    r->root = yyjson_doc_get_root(r->doc);
    seq = yyjson_obj_get(r->root, "seq");
    if (!yyjson_is_uint(seq)) {
        report_record_fini(r);
        return false;
    }
    r->seq = yyjson_get_uint(seq);
    r->is_ok = report_record_number(r, "exitcode", 0) == 0;
    return true;
}

void report_record_fini(struct report_record *r)
{
    yyjson_doc_free(r->doc);
    r->doc = NULL;
    r->root = NULL;
}

yyjson_val *report_record_value(const struct report_record *r, const char *path)
{
    yyjson_val *value = r->root;
    for (;;) {
        size_t len = strcspn(path, ".");
        value = yyjson_obj_getn(value, path, len);
        if (!value || !path[len])
            return value;
        path += len + 1;
    }
}

const char *report_record_string(const struct report_record *r,
                                 const char *path)
{
    return yyjson_get_str(report_record_value(r, path));
}

double report_record_number(const struct report_record *r, const char *path,
                            double otherwise)
{
    yyjson_val *value = report_record_value(r, path);
    return yyjson_is_num(value) ? yyjson_get_num(value) : otherwise;
}

void report_record_id(const struct report_record *r, struct str *out)
{
    yyjson_val *id = report_record_value(r, "id");
    if (yyjson_is_str(id))
        str_add(out, span_of(yyjson_get_str(id), yyjson_get_len(id)));
    else if (yyjson_is_uint(id))
        str_printf(out, "%" PRIu64, yyjson_get_uint(id));
    else if (yyjson_is_num(id))
        str_printf(out, "%.17g", yyjson_get_num(id));
    else
        str_printf(out, "%" PRIu64, r->seq);
}

void report_record_error(const struct report_record *r, struct str *out)
{
    const char *message = report_record_string(r, "errormsg");
    if (r->is_ok)
        return;
    if (message)
        str_add_text(out, message);
    else
        str_printf(out, "exit status %.0f",
                   report_record_number(r, "exitcode", 0));
}

double report_record_started(const struct report_record *r)
{
    const char *s = report_record_string(r, "started");
    struct tm day = {0};
    const char *fraction = s ? strptime(s, "%Y-%m-%dT%H:%M:%S", &day) : NULL;
    if (!fraction)
        return 0;
    return (double)timegm(&day) + strtod(fraction, NULL);
}
