/*
 * qlog_files -- where the connections of a loop leave their traces: a file for
 * each in one folder, named after what the peer knows the connection by, and the
 * role (--qlog-dir).
 *
 * A trace that cannot be written is told once, and given up: nothing else is
 * lost by it.
 */
#ifndef CORE_IO_QLOG_FILES_H
#define CORE_IO_QLOG_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/qlog.h"
#include "base/span.h"

struct addr;
struct loop;

struct qlog_files {
    const char *folder; /* borrowed; NULL: no files */
    bool is_noted;      /* each event is a note of the loop's trace too */
    /* Of struct qlog. */
    bool (*hides)(const char *name, size_t len);
    /* One line of what went wrong; once. */
    void (*warn)(void *user, const char *text);
    void *user;
    /* private: */
    bool has_warned;
};

/*
 * A new file FOLDER/ID_client.sqlog or ID_server.sqlog, ID in hexadecimal, and a
 * trace that is written there.  It begins empty.  NULL: the loop has no such
 * folder (loop_set_qlog()), or it cannot be written to.  Without a folder it is a
 * trace that is noted alone.  qlog_files_close().
 */
struct qlog *qlog_files_open(struct loop *loop, struct span id, bool is_server);
/* Its first event: between which addresses, which may be of no IP (then there is
 * none), and over "QUIC" or "TCP". */
void qlog_files_started(struct qlog *q, const char *protocol,
                        const struct addr *local, const struct addr *remote);
/* Notes of it are of this connection from now on.  NULL does nothing. */
void qlog_files_name(struct qlog *q, uint64_t conn_id);
/* Writes what is left.  NULL does nothing. */
void qlog_files_close(struct qlog *q);

#endif
