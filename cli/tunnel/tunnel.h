/*
 * tunnel -- reads the options of `quiver tunnel` and runs it.
 */
#ifndef CLI_TUNNEL_TUNNEL_H
#define CLI_TUNNEL_TUNNEL_H

struct command_line;

int tunnel_main(const struct command_line *line);

#endif
