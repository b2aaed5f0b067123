#ifndef CLI_PING_PING_OPTIONS_H
#define CLI_PING_PING_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "args/option.h"

struct ping_options {
    const char *url;
    unsigned count;    /* 0: until a signal */
    uint64_t interval; /* ns; 0 with has_interval: one behind the other */
    bool has_interval;
    uint64_t wait; /* ns for an answer */
    bool head;
    bool version_probe;
    bool json;
    bool summary;
};

extern const struct option_group options_ping;

#endif
