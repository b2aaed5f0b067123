/*
 * descriptors -- how many files and sockets may be open at once.
 */
#ifndef CLI_FILES_DESCRIPTORS_H
#define CLI_FILES_DESCRIPTORS_H

/* Raises the limit of this process to so many, as far as it may. */
void descriptors_raise(unsigned wanted);

/*
 * How many transfers may run at the same time, of as many as are wanted, when
 * each has a connection and so many files open.  What is beyond that waits for
 * its place instead of failing.
 */
unsigned descriptors_places(unsigned wanted, unsigned files);

#endif
