/*
 * batch -- the command `quiver batch`.
 */
#ifndef CLI_BATCH_BATCH_H
#define CLI_BATCH_BATCH_H

struct command_line;

int batch_main(const struct command_line *line);

#endif
