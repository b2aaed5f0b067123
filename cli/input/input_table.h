/*
 * input_table -- the fields of a JSONL line: one table, which the reader and
 * the tests go by.
 */
#ifndef CLI_INPUT_INPUT_TABLE_H
#define CLI_INPUT_INPUT_TABLE_H

#include "input/input_fields.h"

struct input_field {
    const char *name;
    /* False after a message. */
    bool (*read)(struct input_fields *f, yyjson_val *v);
    bool is_line_only; /* has no meaning in --defaults */
};

/* name NULL at the end. */
extern const struct input_field input_table[];

/* Its place in the table, -1: there is none. */
int input_table_find(const char *name, size_t len);

/* Appends "; did you mean ...?" if an unknown name is near to a field's. */
void input_table_near(const char *name, struct str *out);

#endif
