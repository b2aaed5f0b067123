/*
 * record_parts -- the nested members of a record: their values.
 */
#ifndef CLI_RECORD_RECORD_PARTS_H
#define CLI_RECORD_RECORD_PARTS_H

#include "base/text.h"
#include "record/facts.h"

/* A string, or null for an empty one too. */
void record_parts_string(struct text *out, const char *s);

void record_parts_phases(struct text *out, const struct writeout_facts *f);
void record_parts_conn(struct text *out, const struct writeout_facts *f);
void record_parts_attempts(struct text *out, const struct writeout_facts *f);
void record_parts_hops(struct text *out, const struct writeout_facts *f);
void record_parts_tries(struct text *out, const struct writeout_facts *f);
void record_parts_interim(struct text *out, const struct writeout_facts *f);
/* Of a batch; null without an entry. */
void record_parts_body(struct text *out, const struct writeout_facts *f);
void record_parts_expect(struct text *out, const struct writeout_facts *f);
void record_parts_error(struct text *out, const struct writeout_facts *f);

#endif
