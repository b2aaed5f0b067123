/*
 * metrics -- --metrics FILE|PORT: where the metrics of a client go.
 */
#ifndef CLI_TELEMETRY_METRICS_H
#define CLI_TELEMETRY_METRICS_H

#include <stdbool.h>

#include "core/quiver.h"

struct metrics {
    struct qv_client *client; /* NULL: off */
    const char *path;         /* a file, replaced every second; or NULL */
    struct qv_timer timer;
    struct qv_page_port *port;
    int failed; /* errno of the last write, 0 */
};

/*
 * target: a port ("9100"), an address with one ("127.0.0.1:9100", "[::1]:0"),
 * or a file.  False with *error.
 */
bool metrics_start(struct metrics *m, struct qv_client *client,
                   const char *target, struct qv_error *error);
/* The last numbers; closes the port. */
void metrics_stop(struct metrics *m);
/* errno of a file that could not be written, 0. */
int metrics_end(struct metrics *m);

#endif
