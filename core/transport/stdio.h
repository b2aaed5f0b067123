/*
 * stdio -- two descriptors of somebody else's, a reader's and a writer's
 * (standard input and output), as a transport.
 *
 * They may be pipes, sockets, terminals or files, and are shared with other
 * processes: their flags are left alone, and yet nothing waits for them.
 */
#ifndef CORE_TRANSPORT_STDIO_H
#define CORE_TRANSPORT_STDIO_H

#include "transport/transport.h"

/* Neither is closed by it, but for the writer's end of transport_shut(): then
 * /dev/null takes its place, so that whoever reads there sees the end. */
struct transport *stdio_open(struct loop *loop, int in, int out);

#endif
