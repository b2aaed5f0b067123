/*
 * version -- what was built into this program.
 */
#ifndef CLI_HELP_VERSION_H
#define CLI_HELP_VERSION_H

/* Before all else: the commit that the program was built from, "" when it was not
 * built from a clone.  It is kept, not copied. */
void version_built_from(const char *commit);

/* Give back the exit status. */
int version_print(void);
int version_print_json(void);

#endif
