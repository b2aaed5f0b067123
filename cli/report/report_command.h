/*
 * report_command -- `quiver report`: what the results of a batch say.
 */
#ifndef CLI_REPORT_REPORT_COMMAND_H
#define CLI_REPORT_REPORT_COMMAND_H

#include <stdbool.h>

#include "args/option.h"
#include "base/strings.h"

struct command_line;

/* Filled by options_report.c. */
struct report_options {
    struct strings files;
    struct strings inputs; /* of the batch: whose record is missing? */
    bool summary;
    bool json;
    bool merge;
    const char *output; /* of the merged records */
    const char *csv;
    bool csv_raw;
    const char *junit;
    const char *har;
    const char *waterfall;
};

int report_command_run(const struct command_line *line);

extern const struct option_group options_report;

#endif
