/*
 * ech -- ECHConfigList: with which keys, and under which name in the clear, a
 * server takes a ClientHello that hides the name of who is asked for (RFC 9849 4).
 *
 * What is inside a configuration matters to the TLS library alone, but for that
 * name: a server that cannot read what is hidden answers under it.
 */
#ifndef CORE_HTTP_ECH_H
#define CORE_HTTP_ECH_H

#include <stdbool.h>

#include "base/span.h"
#include "base/str.h"

/* Longer ones are not used: two keys of the largest kind have room. */
#define ECH_LIST_MAX ((size_t)2048)

/* One that is written in base64, as in a zone file.  False: it is none that could
 * be used. */
bool ech_list_decode(struct str *list, const char *text);

/* Is this a list, and is one of its configurations of RFC 9849? */
bool ech_list_is_good(struct span list);

/* The public name of the next configuration of RFC 9849, which is taken from
 * *rest; that begins as ech_list_all().  False: there is none. */
struct span ech_list_all(struct span list);
bool ech_list_next(struct span *rest, struct span *name);

/* The first of these names; empty: there is none. */
struct span ech_list_name(struct span list);

#endif
