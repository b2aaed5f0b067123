/*
 * schema_table -- what the JSON is made of that quiver writes: each member once,
 * with its type and what it means.
 *
 * The members of a record's top level come from record/variables.def.  A test
 * holds every document that the tests make against it, in both directions.
 */
#ifndef CLI_HELP_SCHEMA_TABLE_H
#define CLI_HELP_SCHEMA_TABLE_H

/*
 * A type is one of these or several with '|' between them: integer, number,
 * string, boolean, null, the name of an object, [x] for an array of x, and 'x'
 * for this word alone.
 */
struct schema_row {
    const char *object; /* rows of one object stand together */
    /* "name?": may be missing; "^...": all that this pattern matches; "*": all
     * that are not named. */
    const char *name;
    const char *type;
    const char *brief; /* NULL: the name says it */
};

/* The members, by what they are about; object NULL at the end of each.  The first
 * of all rows is the record's. */
extern const struct schema_row schema_record[];
extern const struct schema_row schema_run[];
extern const struct schema_row schema_lines[];
extern const struct schema_row schema_probe[];
extern const struct schema_row
    *const schema_tables[]; /* all; NULL at the end */

/* What each object is. */
struct schema_title {
    const char *object;
    const char *text;
};
extern const struct schema_title schema_titles[]; /* object NULL at the end */

#endif
