/*
 * path_net -- a network in memory: datagram paths from any address to one
 * server, with a test deciding the fate of each datagram.
 *
 * A datagram arrives in the turn after it was sent.  A path can be made to
 * swallow everything, to be full, or to report a fault.
 */
#ifndef TESTS_UNIT_SUPPORT_PATH_NET_H
#define TESTS_UNIT_SUPPORT_PATH_NET_H

#include "base/list.h"
#include "io/loop.h"
#include "transport/datagram_path.h"
#include "transport/udp.h"

struct path_net {
    struct loop *loop;
    struct addr server;
    struct list ends; /* of paths */
    struct list inbox;
    struct loop_timer ready;
    /* A datagram for the server. */
    void (*on_server)(struct path_net *n, const struct udp_packet *p);
    /* Does it get lost?  number: from 1, of its direction.  NULL: never. */
    bool (*is_lost)(struct path_net *n, bool is_up, size_t number);
    size_t nup;
    size_t ndown;
    size_t nruns_up;
    size_t largest_up;
    size_t nclosed; /* paths */
    void *test;
};

void path_net_init(struct path_net *n, struct loop *loop);
/* What is on its way is lost; the paths are their owners' to close before. */
void path_net_fini(struct path_net *n);

/* A path from that address to the server. */
struct datagram_path *path_net_connect(struct path_net *n, const char *from);
/* The server's answer; the path from `to` gets it, or nobody. */
void path_net_answer(struct path_net *n, const struct addr *to,
                     const struct datagram_run *run);

/* Of one path. */
/* From now on the server sees it come from there: a NAT has another mind. */
void path_net_rebind(struct datagram_path *p, const char *from);
void path_net_set_dead(struct datagram_path *p, bool is_dead);
/* Takes so many datagrams a turn and is full then; 0: any number. */
void path_net_set_room(struct datagram_path *p, size_t ndatagrams);
/* Its next receive fails so. */
void path_net_fail(struct datagram_path *p, const struct fault *fault);
/* Datagrams that it took so far. */
size_t path_net_sent(const struct datagram_path *p);
/* How often it was full. */
size_t path_net_refused(const struct datagram_path *p);

#endif
