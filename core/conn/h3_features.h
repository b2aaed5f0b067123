/*
 * h3_features -- what a client's HTTP/3 connection can do, by the handshake and the
 * SETTINGS of both sides.
 */
#ifndef CORE_CONN_H3_FEATURES_H
#define CORE_CONN_H3_FEATURES_H

#include "conn/h3_call.h"

/* Calls of conn_ops: features, and allowed. */
void h3_features(const struct conn *c, struct conn_features *f);
void h3_features_allowed(const struct conn *c, struct allowed *a);

#endif
