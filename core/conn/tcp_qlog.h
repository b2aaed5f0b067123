/*
 * tcp_qlog -- what traces of HTTP/1.1 and HTTP/2 have in common (base/qlog.h).
 *
 * A TCP connection has no ID that both sides know, so the file's name is a random
 * one.
 */
#ifndef CORE_CONN_TCP_QLOG_H
#define CORE_CONN_TCP_QLOG_H

#include <stdbool.h>

#include "base/qlog.h"
#include "http/facts.h"
#include "io/loop.h"

/* A trace with its first record, of "HTTP2"; NULL: the loop wants none. */
struct qlog *tcp_qlog_open(struct loop *loop, const char *protocol,
                           bool is_server);
/* A client's: between which addresses. */
void tcp_qlog_started(struct qlog *q, const struct conn_facts *facts);

#endif
