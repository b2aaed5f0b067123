/*
 * results_past -- the records of a run that has ended, and left no journal.
 *
 * A run that is complete has removed its journal.  To resume it is to find that
 * every entry has its record: of the same place, id and URL.
 */
#ifndef CLI_RESULTS_RESULTS_PAST_H
#define CLI_RESULTS_RESULTS_PAST_H

#include <stdbool.h>
#include <stdint.h>

struct results_past;

/* Reads an output of so many bytes; NULL: it has something else than whole
 * records. */
struct results_past *results_past_read(int fd, uint64_t size);
void results_past_free(struct results_past *p);

/* Has this entry its record?  To be asked in the order of the input.  id and url
 * are JSON text, as a record has them; url NULL: none. */
bool results_past_has(struct results_past *p, uint64_t seq, const char *id,
                      const char *url);

#endif
