/*
 * toy_names -- a name server that the test plays, in place of one over HTTPS.
 */
#ifndef TESTS_TOY_NAMES_H
#define TESTS_TOY_NAMES_H

#include "dial/dial.h"
#include "io/dns.h"

#define TOY_NAMES_ASKED 32 /* questions that are open at once */

/* A name, what is asked of it, and the answer: an address of 127.0.0.1, records,
 * or nothing. */
struct toy_names_line {
    const char *name;
    enum dns_type type;
    bool has_address;
    struct span records[3];
};

struct toy_names {
    const struct toy_names_line
        *lines; /* others are names that there are not */
    size_t nlines;
    bool keeps_records; /* questions for HTTPS records are never answered */
    size_t nrecords;    /* of those that were asked */
    struct loop *loop;
    struct dns_server server;
    struct loop_task answer;
    struct {
        struct dns_query *query; /* NULL: over */
        const struct toy_names_line *line;
    } asked[TOY_NAMES_ASKED];
};

/* Dials of `dialer` with `settings` ask it; one at a time.  `lines` are kept. */
void toy_names_use(struct toy_names *t, struct dialer *dialer,
                   struct settings *settings,
                   const struct toy_names_line *lines, size_t n);

/* The data of an HTTPS record: alpn=h3 no-default-alpn port=PORT, and
 * ipv4hint=127.0.0.1.  `target` is a name in wire format.  Good until four more are
 * made. */
struct span toy_names_record(uint8_t priority, struct span target,
                             uint16_t port, bool has_hint);

#endif
