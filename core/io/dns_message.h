/*
 * dns_message -- questions and answers as bytes (RFC 1035 4), by c-ares.
 */
#ifndef CORE_IO_DNS_MESSAGE_H
#define CORE_IO_DNS_MESSAGE_H

#include "base/arena.h"
#include "base/str.h"
#include "io/dns.h"

/* Appends the question for a recursive server, with the id 0 (RFC 8484 4.1).
 * False: this is no name. */
bool dns_message_ask(struct span name, enum dns_type type, struct str *to);

/* Fills *a from what came; its bytes are the arena's.  Always an answer: what
 * cannot be understood is a failure. */
void dns_message_read(struct span wire, enum dns_type type,
                      struct dns_answer *a, struct arena *arena);

#endif
