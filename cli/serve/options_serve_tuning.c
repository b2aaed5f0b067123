#include "serve/serve_config.h"

#define TUNING_AT(member)               OPTION_AT(SERVE, server.how.member)
#define TUNING_CATEGORY                 CATEGORY_SERVE
#define TUNING_EXAMPLE(request, option) "serve " option

#include "request/options_tuning.h"

const struct option_group options_serve_tuning = {
    tuning_rows, sizeof tuning_rows / sizeof tuning_rows[0]};
