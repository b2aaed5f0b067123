/*
 * quic_callbacks -- what ngtcp2 reports, as calls to the application.
 */
#ifndef CORE_CONN_QUIC_CALLBACKS_H
#define CORE_CONN_QUIC_CALLBACKS_H

#include <ngtcp2/ngtcp2.h>

/* All of them, for either side; user_data is the struct quic. */
void quic_callbacks_set(ngtcp2_callbacks *callbacks);

#endif
