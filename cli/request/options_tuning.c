#include "request/options.h"
#include "request/request_options.h"

#define TUNING_AT(member) OPTION_AT(REQUEST, engine.member)
#define TUNING_CATEGORY   CATEGORY_TUNING
#define TUNING_EXAMPLE(request, option)                                        \
    request " " option " https://example.com/"

#include "request/options_tuning.h"

const struct option_group options_tuning = {
    tuning_rows, sizeof tuning_rows / sizeof tuning_rows[0]};
