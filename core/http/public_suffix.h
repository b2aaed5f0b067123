/*
 * public_suffix -- names below which strangers register theirs: "com", "co.uk",
 * "github.io" (the Public Suffix List, publicsuffix.org).
 *
 * The list is the one that the library was built with; nothing is read.
 */
#ifndef CORE_HTTP_PUBLIC_SUFFIX_H
#define CORE_HTTP_PUBLIC_SUFFIX_H

#include <stdbool.h>

#include "base/span.h"

/* A name as struct url_host has it, or with a dot behind it; a name of one label is
 * one, whatever the list says.  One that is too long for DNS is one too: better no
 * cookie than a stranger's. */
bool public_suffix_is(struct span name);

#endif
