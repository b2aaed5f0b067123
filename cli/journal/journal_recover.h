/*
 * journal_recover -- what the output of a run that was cut short is worth.
 */
#ifndef CLI_JOURNAL_JOURNAL_RECOVER_H
#define CLI_JOURNAL_JOURNAL_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

/* The offset of the first line in [from, end) that is damaged or not whole;
 * `end` when all are good. */
uint64_t journal_recover_check(int fd, uint64_t from, uint64_t end);

/* Whole records from `from` on, in their order, until on_record() refuses one
 * or something else stands there. */
void journal_recover_tail(int fd, uint64_t from,
                          bool (*on_record)(void *user, uint64_t seq,
                                            uint64_t len),
                          void *user);

#endif
