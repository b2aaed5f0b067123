/*
 * record -- the result of a transfer as one line of JSON.
 *
 * The same record is %{json} of -w and a line of a batch's output: on the top
 * level curl's names and units, below them quiver's own; null is "unknown" or
 * "did not happen".  Fields may be added; what is there keeps its meaning.
 */
#ifndef CLI_RECORD_RECORD_H
#define CLI_RECORD_RECORD_H

#include "core/base/str.h"
#include "record/facts.h"

void record_render(const struct writeout_facts *f, struct str *out);

/* The last head's fields: names in lower case, each with all its values. */
void record_headers(const struct writeout_facts *f, struct str *out);

#endif
