#include "telemetry/prometheus.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

const char prometheus_type[] = "text/plain; version=0.0.4; charset=utf-8";

void prometheus_family(struct str *out, const char *name, const char *type,
                       const char *help)
{
    str_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_escaped(struct str *out, const char *value)
{
    for (; *value; value++) {
        if (*value == '\n')
            str_add_text(out, "\\n");
        else if (*value == '"' || *value == '\\')
            str_printf(out, "\\%c", *value);
        else
            str_add_char(out, *value);
    }
}

static void add_label(struct str *out, char before, const char *name,
                      const char *value)
{
    str_printf(out, "%c%s=\"", before, name);
    add_escaped(out, value);
    str_add_char(out, '"');
}

/* Counts are whole numbers, far below the 15 digits. */
static void add_value(struct str *out, double value)
{
    str_printf(out, " %.15g\n", value);
}

void prometheus_sample(struct str *out, const char *name, double value, ...)
{
    char before = '{';
    const char *label;
    va_list args;
    str_add_text(out, name);
    va_start(args, value);
    while ((label = va_arg(args, const char *))) {
        add_label(out, before, label, va_arg(args, const char *));
        before = ',';
    }
    va_end(args);
    if (before == ',')
        str_add_char(out, '}');
    add_value(out, value);
}

void prometheus_histogram(struct str *out, const char *name,
                          const struct qv_histogram *h, const char *label,
                          const char *value)
{
    const uint64_t *bounds = qv_histogram_bounds();
    struct str labels = {0};
    uint64_t sofar = 0;
    str_add_text(&labels, "");
    if (label)
        add_label(&labels, '{', label, value);
    for (int i = 0; i <= QV_HISTOGRAM_BOUNDS; i++) {
        char le[32] = "+Inf";
        sofar += h->buckets[i];
        if (i < QV_HISTOGRAM_BOUNDS)
            (void)snprintf(le, sizeof le, "%g", (double)bounds[i] / 1e9);
        str_printf(out, "%s_bucket%s", name, labels.base);
        add_label(out, label ? ',' : '{', "le", le);
        str_add_char(out, '}');
        add_value(out, (double)sofar);
    }
    if (label)
        str_add_char(&labels, '}');
    str_printf(out, "%s_sum%s", name, labels.base);
    add_value(out, (double)h->sum / 1e9);
    str_printf(out, "%s_count%s", name, labels.base);
    add_value(out, (double)h->count);
    str_fini(&labels);
}
