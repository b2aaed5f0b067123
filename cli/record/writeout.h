/*
 * writeout -- what -w prints after a transfer.
 *
 * curl's variables and number formats; %{json} is quiver's result record.
 */
#ifndef CLI_RECORD_WRITEOUT_H
#define CLI_RECORD_WRITEOUT_H

#include "core/base/str.h"
#include "record/facts.h"

/* Appends what goes to standard output; %{stderr} and %output{} are written
 * on the way. */
void writeout_render(const char *format, const struct writeout_facts *f,
                     struct str *out);

#endif
