/*
 * report_xml -- text in XML documents.
 */
#ifndef CLI_REPORT_REPORT_XML_H
#define CLI_REPORT_REPORT_XML_H

#include <stddef.h>

#include "core/base/str.h"

/* Text or an attribute's value, at most `max` bytes of s and whole characters;
 * what XML 1.0 does not have is left out. */
void report_xml_text(struct str *out, const char *s, size_t max);

#endif
