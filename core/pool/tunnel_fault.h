/*
 * tunnel_fault -- what a failure at a proxy is to whoever wants to go through it.
 *
 * The exit statuses are curl's.  A remedy of the exchange with the proxy is none
 * of the origin's exchange: only that somebody else listens there (REMEDY_LISTENER)
 * is true for both.
 */
#ifndef CORE_POOL_TUNNEL_FAULT_H
#define CORE_POOL_TUNNEL_FAULT_H

#include "base/err.h"
#include "http/refusal.h"
#include "settings/proxy.h"

/* Before the proxy has said yes. */
struct fault tunnel_fault_asking(const struct fault *why,
                                 const struct proxy *p);
/* By its answer, in curl's words; ERR_CONNECT where the proxy, or what lies behind
 * it, may do better later, else ERR_TUNNEL; wire: the status.  method:
 * "CONNECT". */
struct fault tunnel_fault_refused(const struct refusal *f, const char *method);
/* After it: the way is cut. */
struct fault tunnel_fault_open(const struct fault *why);

#endif
