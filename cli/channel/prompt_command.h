/*
 * prompt_command -- what is typed at the prompt behind a '/'.
 */
#ifndef CLI_CHANNEL_PROMPT_COMMAND_H
#define CLI_CHANNEL_PROMPT_COMMAND_H

struct prompt;

/* The text behind the '/': does it, or says what is wrong. */
void prompt_command(struct prompt *p, const char *text);

/* NULL at the end. */
extern const char *const prompt_command_names[];

#endif
