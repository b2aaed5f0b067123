/*
 * tcp_relay -- CONNECT (RFC 9110 9.3.6, RFC 9113 8.5, RFC 9114 4.4): a stream
 * becomes a TCP connection to a target that --allow-tcp names.
 */
#ifndef CORE_SERVE_TCP_RELAY_H
#define CORE_SERVE_TCP_RELAY_H

struct stream;

/* For a request with the method CONNECT and no protocol; s->may_switch is
 * set. */
void tcp_relay_start(struct stream *s);

#endif
