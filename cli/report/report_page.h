/*
 * report_page -- what the page of --waterfall is made of, but for its rows.
 *
 * The pieces are files of page/, which the build brings in (cmake/Embed.cmake).
 */
#ifndef CLI_REPORT_REPORT_PAGE_H
#define CLI_REPORT_REPORT_PAGE_H

#include "core/base/str.h"

/* Up to the first row, and from behind the last one. */
void report_page_begin(struct str *out);
void report_page_end(struct str *out);

#endif
