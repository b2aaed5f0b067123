/*
 * channel_login -- what the request of a channel says of its user.
 *
 * Where a tunnel is asked for (CONNECT, UDP), the server is a proxy, and the
 * user's name and password are for it as such: Proxy-Authorization.  Where
 * CONNECT-UDP is answered is a resource as well, and any other channel is nothing
 * else: Authorization (credentials.h).
 */
#ifndef CORE_CLIENT_CHANNEL_LOGIN_H
#define CORE_CLIENT_CHANNEL_LOGIN_H

#include <stdbool.h>

#include "client/channel.h"
#include "client/request_state.h"

/* What the request is built from; the rest of *state is the caller's. */
void channel_login_describe(const struct channel *ch,
                            struct request_build_state *state);
/* Adds Proxy-Authorization, if it is due, to ch->request, which is complete. */
void channel_login_add(struct channel *ch);
/* Is this answer a challenge, and worth another request? */
bool channel_login_again(struct channel *ch, const struct response_head *head);

#endif
