/*
 * report_packed -- text that a page carries compressed: zlib's format (RFC 1950)
 * in base64, which a browser unpacks by itself (DecompressionStream).
 */
#ifndef CLI_REPORT_REPORT_PACKED_H
#define CLI_REPORT_REPORT_PACKED_H

#include "core/base/str.h"

struct report_packed;

struct report_packed *report_packed_new(void);
/* Appends to `out` what of the text so far is ready; in constant memory. */
void report_packed_add(struct report_packed *p, struct span text,
                       struct str *out);
/* And the rest; p is freed. */
void report_packed_end(struct report_packed *p, struct str *out);

#endif
