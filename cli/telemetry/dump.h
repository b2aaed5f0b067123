/*
 * dump -- bytes for people to read, in the form of curl's --trace: sixteen a
 * line in hex, with their text; or that of --trace-ascii: their text alone, a
 * line for each of theirs.
 */
#ifndef CLI_TELEMETRY_DUMP_H
#define CLI_TELEMETRY_DUMP_H

#include "core/base/span.h"
#include "core/base/str.h"

void dump_hex(struct str *out, struct span bytes);
void dump_ascii(struct str *out, struct span bytes);

#endif
