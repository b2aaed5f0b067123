/*
 * status_list -- a set of HTTP statuses as users write it: "200-299,304".
 */
#ifndef CLI_BASE_STATUS_LIST_H
#define CLI_BASE_STATUS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct status_list {
    uint64_t bits[1000 / 64 + 1];
    bool is_set;
};

/* Adds what the text names; false when it is no such list. */
bool status_list_parse(struct status_list *l, const char *text);
bool status_list_add(struct status_list *l, uint64_t from, uint64_t to);
/* As it is written, but in order: "200-299,304". */
void status_list_write(const struct status_list *l, struct str *out);
bool status_list_has(const struct status_list *l, int status);

#endif
