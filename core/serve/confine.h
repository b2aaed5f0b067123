/*
 * confine -- opening files below a folder and nowhere else.
 */
#ifndef CORE_SERVE_CONFINE_H
#define CORE_SERVE_CONFINE_H

/*
 * Opens `path` (relative, "." for the folder itself) below the folder `root`
 * for reading.  ".." and symbolic links are followed only as long as they stay
 * below root.  Returns a descriptor that does not block, whatever it is of
 * (FIFOs open without a writer), or -errno.
 */
int confine_open(int root, const char *path);

#endif
