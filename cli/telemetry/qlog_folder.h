/*
 * qlog_folder -- --qlog-dir and QLOGDIR: where connections leave their traces.
 */
#ifndef CLI_TELEMETRY_QLOG_FOLDER_H
#define CLI_TELEMETRY_QLOG_FOLDER_H

#include <stdbool.h>

#include "core/quiver.h"

/* What the option (NULL: not given), else the environment asks for, for
 * qv_client_options or qv_server_options; NULL: nothing.  is_noted: -vv wants
 * them, with a folder or without.  to->warn and to->user are the caller's. */
const struct qv_qlog *qlog_folder_ask(struct qv_qlog *to, const char *option,
                                      bool show_secrets, bool is_noted);
/* The option's folder, made if only its last part is missing; NULL is well.
 * False with errno: nothing can be written there. */
bool qlog_folder_make(const char *option);

#endif
