#include "pool/policy.h"

#include <stdint.h>

static const struct policy unknown = {.max_dials = 1};
static const struct policy h1 = {.max_dials = SIZE_MAX};
static const struct policy multiplexed = {.max_dials = 1};

const struct policy *policy_of(enum http_version version)
{
    switch (version) {
    case HTTP_VERSION_NONE:
        return &unknown;
    case HTTP_VERSION_1_0:
    case HTTP_VERSION_1_1:
        return &h1;
    case HTTP_VERSION_2:
    case HTTP_VERSION_3:
        return &multiplexed;
    }
    return NULL;
}
