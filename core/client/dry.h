/*
 * dry -- the end of a transfer that sends nothing.
 *
 * Its request has been built as any other; in place of an exchange the caller
 * is told what it is.
 */
#ifndef CORE_CLIENT_DRY_H
#define CORE_CLIENT_DRY_H

struct flight;

/* In the next task: on_built(), and the end of the transfer. */
void dry_start(struct flight *f);

#endif
