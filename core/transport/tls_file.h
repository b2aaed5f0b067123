/*
 * tls_file -- a file of keys, certificates or lists of them, in memory.
 */
#ifndef CORE_TRANSPORT_TLS_FILE_H
#define CORE_TRANSPORT_TLS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* Appends all of it, which may come from a pipe.  False with errno; EFBIG when
 * there is more than max bytes. */
bool tls_file_read(struct str *to, const char *path, size_t max);

#endif
