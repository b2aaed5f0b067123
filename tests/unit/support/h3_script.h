/*
 * h3_script -- HTTP/3 frames as bytes, good ones and bad ones, for tests.
 */
#ifndef TESTS_UNIT_SUPPORT_H3_SCRIPT_H
#define TESTS_UNIT_SUPPORT_H3_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* RFC 9000 16, in as few bytes as possible. */
void h3_script_varint(struct str *to, uint64_t value);
void h3_script_frame(struct str *to, uint64_t type, struct span payload);
/* A HEADERS frame: name, value, name, value, ... NULL.  Nothing is checked,
 * no dynamic table is used. */
void h3_script_headers(struct str *to, ...) __attribute__((sentinel));
/* The same with lengths, for bytes that no C string holds. */
void h3_script_headers_of(struct str *to, const struct span *pairs, size_t n);
void h3_script_data(struct str *to, const char *text);
/* A control stream's beginning: its type and SETTINGS, with id, value, ...
 * pairs of them. */
void h3_script_control(struct str *to, const uint64_t *settings, size_t n);

#endif
