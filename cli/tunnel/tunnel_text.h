/*
 * tunnel_text -- what is told of a tunnel, in words.
 */
#ifndef CLI_TUNNEL_TUNNEL_TEXT_H
#define CLI_TUNNEL_TUNNEL_TEXT_H

#include "core/base/str.h"
#include "core/quiver.h"

/* One line, without its end; what others chose is escaped. */
void tunnel_text_event(struct str *out, const struct qv_tunnel_event *e);
void tunnel_text_stats(struct str *out, enum qv_tunnel_kind kind,
                       const struct qv_tunnel_stats *s);

#endif
