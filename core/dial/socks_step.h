/*
 * socks_step -- the step through a SOCKS proxy (dial/socks.h).
 *
 * goal->from is the proxy's hop, whose `proxy` says how.  When it is to be
 * told an address, the name of the hop behind it is looked up first, with that
 * one's settings; the first address is the one.
 */
#ifndef CORE_DIAL_SOCKS_STEP_H
#define CORE_DIAL_SOCKS_STEP_H

#include "dial/step.h"

extern const struct step_ops socks_step;

#endif
