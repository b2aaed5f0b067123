/*
 * serve_metrics -- `quiver serve --metrics`: what the server has served, as
 * Prometheus metrics.
 */
#ifndef CLI_SERVE_METRICS_H
#define CLI_SERVE_METRICS_H

#include "core/quiver.h"
#include "text.h"

/* target: "[address:]port".  NULL with *error. */
struct qv_page_port *serve_metrics_open(struct qv_server *s, const char *target,
                                        struct qv_error *error);

void serve_metrics_text(struct text *out, const struct qv_server_stats *stats);

#endif
