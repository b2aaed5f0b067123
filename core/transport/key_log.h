/*
 * key_log -- the secrets of sessions, for a packet analyser (RFC 9850).
 *
 * Only where the user asked for it.  The file is opened at the first line,
 * appended to, and readable by its owner alone.
 */
#ifndef CORE_TRANSPORT_KEY_LOG_H
#define CORE_TRANSPORT_KEY_LOG_H

#include "base/span.h"

struct key_log {
    const char *path; /* borrowed */
    int fd;           /* -1: not open yet; -2: could not be opened */
};

void key_log_init(struct key_log *log, const char *path);
void key_log_fini(struct key_log *log);
/* One line, without its end. */
void key_log_write(struct key_log *log, struct span line);

#endif
