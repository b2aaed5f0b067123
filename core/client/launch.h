/*
 * launch -- how a transfer gets its place and its flight begins.
 */
#ifndef CORE_CLIENT_LAUNCH_H
#define CORE_CLIENT_LAUNCH_H

#include <stdbool.h>

#include "client/transfer.h"

/* A try begins: its place is sought; until that is there, it is light. */
void launch_try(struct transfer *t);

/* Asks for a place at the host of the flight's URL, for the first hop of a try
 * or for a later one, with the options that on_origin gives for it. */
void launch_seek_place(struct transfer *t, bool is_hop);

/* The on_start of a transfer's ticket. */
void launch_on_start(struct ticket *ticket);

#endif
