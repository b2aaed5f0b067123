/*
 * explain -- why a transfer went as it went, for people and for programs: what
 * --explain prints and what a record's `explain` holds.
 *
 * Everything comes from the result of a client that explains
 * (quiver/explain.h); without that only causes and phases are told.
 */
#ifndef CLI_RECORD_EXPLAIN_H
#define CLI_RECORD_EXPLAIN_H

#include "core/base/str.h"
#include "record/facts.h"

/* Lines for a terminal or a file: nothing in them moves a cursor. */
void explain_text(struct str *out, const struct writeout_facts *f);
/* One object, one line. */
void explain_json(struct str *out, const struct writeout_facts *f);

/* "queue 0.000 dns 0.012 ...": where the time of the last exchange went. */
void explain_times(struct str *out, const struct qv_result *r);

/* An array of lookups, as in a record. */
void explain_add_lookups(struct str *out, const struct qv_lookup *all,
                         size_t n);

/* Members of records, by variables.def. */
void record_parts_causes(struct str *out, const struct writeout_facts *f);
void record_parts_explain(struct str *out, const struct writeout_facts *f);

#endif
