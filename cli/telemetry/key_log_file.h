/*
 * key_log_file -- --key-log and SSLKEYLOGFILE: where the secrets of TLS sessions go
 * (RFC 9850).
 */
#ifndef CLI_TELEMETRY_KEY_LOG_FILE_H
#define CLI_TELEMETRY_KEY_LOG_FILE_H

#include <stdbool.h>

/* The file that the client appends to; NULL: none.  `option` may be NULL. */
const char *key_log_file_name(const char *option);
/* What was asked for by name must work: makes it if it is missing.  False with
 * errno: it cannot be written to.  NULL is fine. */
bool key_log_file_make(const char *option);

#endif
