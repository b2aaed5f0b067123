#include "telemetry/prometheus.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

const char prometheus_type[] = "text/plain; version=0.0.4; charset=utf-8";

void prometheus_family(struct text *out, const char *name, const char *type,
                       const char *help)
{
    text_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_escaped(struct text *out, const char *value)
{
    for (; *value; value++) {
        if (*value == '\n')
            text_puts(out, "\\n");
        else if (*value == '"' || *value == '\\')
            text_addf(out, "\\%c", *value);
        else
            text_putc(out, *value);
    }
}

static void add_label(struct text *out, char before, const char *name,
                      const char *value)
{
    text_addf(out, "%c%s=\"", before, name);
    add_escaped(out, value);
    text_putc(out, '"');
}

/* Counts are whole numbers, far below the 15 digits. */
static void add_value(struct text *out, double value)
{
    text_addf(out, " %.15g\n", value);
}

void prometheus_sample(struct text *out, const char *name, double value, ...)
{
    char before = '{';
    const char *label;
    va_list args;
    text_puts(out, name);
    va_start(args, value);
    while ((label = va_arg(args, const char *))) {
        add_label(out, before, label, va_arg(args, const char *));
        before = ',';
    }
    va_end(args);
    if (before == ',')
        text_putc(out, '}');
    add_value(out, value);
}

void prometheus_histogram(struct text *out, const char *name,
                          const struct qv_histogram *h, const char *label,
                          const char *value)
{
    const uint64_t *bounds = qv_histogram_bounds();
    struct text labels = {0};
    uint64_t sofar = 0;
    text_puts(&labels, "");
    if (label)
        add_label(&labels, '{', label, value);
    for (int i = 0; i <= QV_HISTOGRAM_BOUNDS; i++) {
        char le[32] = "+Inf";
        sofar += h->buckets[i];
        if (i < QV_HISTOGRAM_BOUNDS)
            (void)snprintf(le, sizeof le, "%g", (double)bounds[i] / 1e9);
        text_addf(out, "%s_bucket%s", name, labels.at);
        add_label(out, label ? ',' : '{', "le", le);
        text_putc(out, '}');
        add_value(out, (double)sofar);
    }
    if (label)
        text_putc(&labels, '}');
    text_addf(out, "%s_sum%s", name, labels.at);
    add_value(out, (double)h->sum / 1e9);
    text_addf(out, "%s_count%s", name, labels.at);
    add_value(out, (double)h->count);
    text_fini(&labels);
}
