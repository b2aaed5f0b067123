/*
 * disposition -- the file name that a server proposes (Content-Disposition,
 * RFC 6266).
 */
#ifndef CLI_FILES_DISPOSITION_H
#define CLI_FILES_DISPOSITION_H

/*
 * The name in the value of the field, safe to be created in a folder: as those of
 * filename.h.  `filename*` (RFC 8187, UTF-8 or ISO-8859-1) counts more than
 * `filename`; what stands before the last slash or backslash is dropped.  NULL:
 * it proposes none.  free() it.
 */
char *disposition_name(const char *value);

#endif
