/*
 * item -- HTTPie's way to write a part of a request in one word.
 *
 *     Name:value  Name:@file    a header field; "Name:" takes it away, "Name;"
 *                               sends it empty
 *     key==value  key==@file    a piece of the query
 *     key=value   key=@file     a field of the body: a string
 *     key:=json   key:=@file    a field of the body: any JSON
 *     key@file                  a file in a form
 *
 * The first separator counts, the longest one at its place; a backslash takes
 * the meaning of the separator behind it away.
 */
#ifndef CLI_REQUEST_ITEM_H
#define CLI_REQUEST_ITEM_H

#include <stdbool.h>

#include "core/base/str.h"

/* What the fields of the body are written as. */
enum items_shape {
    ITEMS_JSON,
    ITEMS_FORM,      /* application/x-www-form-urlencoded */
    ITEMS_MULTIPART, /* also when one of them is a file */
};

enum item_kind {
    ITEM_HEADER,
    ITEM_HEADER_EMPTY,
    ITEM_HEADER_FILE,
    ITEM_QUERY,
    ITEM_QUERY_FILE,
    ITEM_TEXT,
    ITEM_TEXT_FILE,
    ITEM_JSON,
    ITEM_JSON_FILE,
    ITEM_FILE,
};

struct item {
    enum item_kind kind;
    struct str key;    /* backslashes before separators taken out */
    const char *value; /* borrowed; a path where the kind says so */
};

/* False: no separator is in it.  item_fini() is due in both cases. */
bool item_parse(struct item *item, const char *text);
void item_fini(struct item *item);

/* Is it a field of the body? */
bool item_is_body(const struct item *item);

#endif
