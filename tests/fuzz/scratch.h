/*
 * scratch -- where programs have their files.
 */
#ifndef TESTS_FUZZ_SCRATCH_H
#define TESTS_FUZZ_SCRATCH_H

/*
 * The folder of this process, made at the first call: in memory where the system
 * has /dev/shm, because a program that syncs a journal waits for the disk
 * otherwise.  Whoever puts files there removes them and the folder at the end.
 */
const char *scratch_folder(void);

#endif
