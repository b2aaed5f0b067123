/*
 * shard -- one of several runs that share an input between them.
 *
 * Which shard an entry belongs to follows from its id alone, so that shards
 * of any order and number of runs neither lose nor repeat one.
 */
#ifndef CLI_SHARD_H
#define CLI_SHARD_H

#include <stdbool.h>
#include <stddef.h>

struct shard {
    unsigned index; /* from 0 */
    unsigned count; /* 0: not sharded */
};

/* "I/N" with I from 1; "auto": JOB_COMPLETION_INDEX and _COUNT, or
 * SLURM_ARRAY_TASK_ID, _MIN, _STEP and _COUNT.  False with *message. */
bool shard_parse(struct shard *s, const char *text, char *message,
                 size_t message_size);
bool shard_has(const struct shard *s, const char *id); /* id as JSON text */

#endif
