/*
 * prometheus -- lines of Prometheus' text exposition format, 0.0.4.
 *
 *     prometheus_family(out, "quiver_requests_total", "counter", "...");
 *     prometheus_sample(out, "quiver_requests_total", 5, "protocol", "h2",
 *                       NULL);
 *
 * All samples of a family stand together, below its head.
 */
#ifndef CLI_TELEMETRY_PROMETHEUS_H
#define CLI_TELEMETRY_PROMETHEUS_H

#include "core/base/str.h"
#include "core/quiver.h"

/* "text/plain; version=0.0.4; charset=utf-8" */
extern const char prometheus_type[];

/* type: "counter", "gauge" or "histogram". */
void prometheus_family(struct str *out, const char *name, const char *type,
                       const char *help);
/* Names and values of labels follow in pairs, NULL ends them. */
void prometheus_sample(struct str *out, const char *name, double value, ...)
    __attribute__((sentinel));
/* Its buckets, sum and count, in seconds; label NULL: none but le. */
void prometheus_histogram(struct str *out, const char *name,
                          const struct qv_histogram *h, const char *label,
                          const char *value);

#endif
