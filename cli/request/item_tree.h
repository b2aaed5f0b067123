/*
 * item_tree -- a JSON document that grows by fields, "a[b][]" and its value.
 *
 * As in HTTPie: "a" is a member of the document, "a[b]" one of the object a,
 * "a[]" is added to the array a, "a[2]" is its third element (what is missing
 * before it is null), "[]" makes the document itself an array.  A backslash
 * takes the meaning of a bracket away.  A later value of the same place
 * replaces the earlier one.
 */
#ifndef CLI_REQUEST_ITEM_TREE_H
#define CLI_REQUEST_ITEM_TREE_H

#include <stdbool.h>

#include "core/base/str.h"

struct item_tree;

struct item_tree *item_tree_new(void);
void item_tree_free(struct item_tree *t);

/* `json` is taken over: text that is JSON.  False: *why says what is wrong with
 * the path. */
bool item_tree_put(struct item_tree *t, const char *path, struct str *json,
                   const char **why);

void item_tree_render(const struct item_tree *t, struct str *out);

#endif
