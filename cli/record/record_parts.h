/*
 * record_parts -- the nested members of a record: their values.
 */
#ifndef CLI_RECORD_RECORD_PARTS_H
#define CLI_RECORD_RECORD_PARTS_H

#include "core/base/str.h"
#include "record/facts.h"

/* A string, or null for an empty one too. */
void record_parts_string(struct str *out, const char *s);
/* An object of these; what is secret is hidden unless it is to be shown. */
void record_parts_fields(struct str *out, const struct writeout_facts *f,
                         const struct qv_field *fields, size_t n);
void record_parts_add_attempts(struct str *out, const struct qv_attempt *all,
                               size_t n);

void record_parts_phases(struct str *out, const struct writeout_facts *f);
void record_parts_conn(struct str *out, const struct writeout_facts *f);
void record_parts_attempts(struct str *out, const struct writeout_facts *f);
void record_parts_hops(struct str *out, const struct writeout_facts *f);
void record_parts_tries(struct str *out, const struct writeout_facts *f);
void record_parts_interim(struct str *out, const struct writeout_facts *f);
/* What was sent; null unless it was kept (qv_request.keep_sent). */
void record_parts_request(struct str *out, const struct writeout_facts *f);
/* null where the body goes elsewhere. */
void record_parts_body(struct str *out, const struct writeout_facts *f);
/* Of a batch; null without an entry. */
void record_parts_expect(struct str *out, const struct writeout_facts *f);
void record_parts_error(struct str *out, const struct writeout_facts *f);

#endif
