/*
 * shard -- one of several runs that share an input between them.
 *
 * Which shard an entry belongs to follows from its id alone, so that shards
 * of any order and number of runs neither lose nor repeat one.  Others can
 * compute it: h is the FNV-1a hash (64 bits) of the id's JSON text, and
 * (h ^ h >> 32) modulo the number of shards is the index.
 */
#ifndef CLI_INPUT_SHARD_H
#define CLI_INPUT_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shard {
    unsigned index; /* from 0 */
    unsigned count; /* 0: not sharded */
};

/*
 * "I/N" with I from 1.  "auto": JOB_COMPLETION_INDEX (from 0) and _COUNT of a
 * Kubernetes Indexed Job, or SLURM_ARRAY_TASK_ID, _MIN, _STEP and _COUNT of a
 * Slurm array whose tasks are evenly spaced.  False with *message, which names
 * the variable that is wrong.
 */
bool shard_parse(struct shard *s, const char *text, char *message,
                 size_t message_size);
/* id as JSON text, quotes included.  Everything belongs to no shard. */
bool shard_has(const struct shard *s, const char *id);
uint64_t shard_hash(const char *id); /* h */

#endif
