#ifndef CLI_PROBE_PROBE_OPTIONS_H
#define CLI_PROBE_PROBE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "args/option.h"
#include "base/strings.h"

struct probe_options {
    const char *url;
    unsigned required; /* of enum probe_feature, a bit each */
    uint64_t wait;     /* ns for each of the looks */
    bool json;
};

extern const struct option_group options_probe;

#endif
