/*
 * transfer_start -- how a transfer gets its permit and its flight begins.
 */
#ifndef CORE_CLIENT_TRANSFER_START_H
#define CORE_CLIENT_TRANSFER_START_H

#include <stdbool.h>

#include "client/transfer.h"

/* A try begins: its permit is asked for.  Until that is granted the transfer
 * may be without a flight. */
void transfer_start_try(struct transfer *t);

/* Asks for a permit at the host of the flight's URL, for the first hop of a try
 * or for a later one, with the options that on_origin gives for it. */
void transfer_start_seek_permit(struct transfer *t, bool is_hop);

#endif
