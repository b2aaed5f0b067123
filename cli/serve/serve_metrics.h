/*
 * serve_metrics -- `quiver serve --metrics`: what the server has served, as
 * Prometheus metrics.
 */
#ifndef CLI_SERVE_SERVE_METRICS_H
#define CLI_SERVE_SERVE_METRICS_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/quiver.h"

/* Is it "[address:]port"? */
bool serve_metrics_is_port(const char *target);

/* Serves the metrics at such a target.  NULL with *error. */
struct qv_page_port *serve_metrics_open(struct qv_server *s, const char *target,
                                        struct qv_error *error);

#endif
