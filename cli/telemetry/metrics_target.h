/*
 * metrics_target -- where --metrics listens: "9100", "127.0.0.1:9100",
 * "[::1]:0", "localhost:9100".
 */
#ifndef CLI_TELEMETRY_METRICS_TARGET_H
#define CLI_TELEMETRY_METRICS_TARGET_H

#include <stdbool.h>
#include <stdint.h>

struct metrics_target {
    char *bind; /* numeric address; NULL: loopback */
    uint16_t port;
};

/* False: it is none of these, but a file's name. */
bool metrics_target_parse(struct metrics_target *t, const char *text);
void metrics_target_fini(struct metrics_target *t);

#endif
