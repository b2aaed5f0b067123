/*
 * version -- `quiver version`: what was built into this program.
 */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

struct command;

int version_main(const struct command *c, int argc, char **argv);
/* Before all else: the commit that the program was built from, "" when it was not
 * built from a clone.  It is kept, not copied. */
void version_built_from(const char *commit);

int version_print(void); /* gives back the exit status */

#endif
