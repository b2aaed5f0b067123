/*
 * batch -- the command `quiver batch`.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

struct command;

int batch_main(const struct command *c, int argc, char **argv);

#endif
