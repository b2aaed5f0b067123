/*
 * version -- `quiver version`: what was built into this program.
 */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

struct command;

int version_main(const struct command *c, int argc, char **argv);
int version_print(void); /* gives back the exit status */

#endif
