/*
 * tcp_path -- what the kernel knows of a TCP connection's path.
 */
#ifndef CORE_TRANSPORT_TCP_PATH_H
#define CORE_TRANSPORT_TCP_PATH_H

#include "http/facts.h"

/* Leaves *stats alone for a socket that is no TCP one. */
void tcp_path_stats(int fd, struct path_stats *stats);

#endif
