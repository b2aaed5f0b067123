/*
 * channel -- reads the options of `quiver channel` and `quiver ws`, and runs
 * them.
 */
#ifndef CLI_CHANNEL_CHANNEL_H
#define CLI_CHANNEL_CHANNEL_H

struct command_line;

int channel_main(const struct command_line *line);
/* The same with --protocol websocket. */
int channel_ws_main(const struct command_line *line);

#endif
