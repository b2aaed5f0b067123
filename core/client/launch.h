/*
 * launch -- how a transfer gets its permit and its flight begins.
 */
#ifndef CORE_CLIENT_LAUNCH_H
#define CORE_CLIENT_LAUNCH_H

#include <stdbool.h>

#include "client/transfer.h"

/* A try begins: its permit is sought; until that is there, it is light. */
void launch_try(struct transfer *t);

/* Asks for a permit at the host of the flight's URL, for the first hop of a try
 * or for a later one, with the options that on_origin gives for it. */
void launch_seek_permit(struct transfer *t, bool is_hop);

/* The on_start of a transfer's permit. */
void launch_on_start(struct permit *permit);

#endif
