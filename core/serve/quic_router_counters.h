/*
 * quic_router_counters -- what a quic_router has counted: plain increments.
 */
#ifndef CORE_SERVE_QUIC_ROUTER_COUNTERS_H
#define CORE_SERVE_QUIC_ROUTER_COUNTERS_H

#include <stdint.h>

struct quic_router_counters {
    uint64_t begun;  /* handshakes */
    uint64_t opened; /* of them: completed */
    uint64_t failed;
    uint64_t retries;  /* Retry packets */
    uint64_t versions; /* Version Negotiation packets */
    uint64_t refused;  /* Initials that were turned away */
    uint64_t resets;   /* stateless ones */
};

#endif
