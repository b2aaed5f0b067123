/*
 * content_type -- what a file is, by the ending of its name.
 */
#ifndef CORE_SERVE_CONTENT_TYPE_H
#define CORE_SERVE_CONTENT_TYPE_H

#include "base/span.h"

/* Never NULL; application/octet-stream when nothing is known. */
const char *content_type_of(struct span name);

#endif
