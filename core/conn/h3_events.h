/*
 * h3_events -- what QUIC tells an h3_session.
 */
#ifndef CORE_CONN_H3_EVENTS_H
#define CORE_CONN_H3_EVENTS_H

#include "conn/h3_session_self.h"

extern const struct quic_app_ops h3_events_ops;

#endif
