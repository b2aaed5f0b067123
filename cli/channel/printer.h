/*
 * printer -- writes what comes through a channel to a descriptor, in one of the
 * modes of payload.h.
 *
 * The reader of the descriptor may be slow: printer_event() says QV_PAUSE then,
 * and the session is resumed when there is room.
 */
#ifndef CLI_CHANNEL_PRINTER_H
#define CLI_CHANNEL_PRINTER_H

#include <stdbool.h>

#include "channel/payload.h"
#include "core/base/str.h"
#include "core/quiver.h"
#include "files/writer.h"

struct session;

struct printer {
    struct session *session;
    /* Its on_drain is the printer's user's business.  NULL: it is not there yet,
     * what comes waits for it. */
    struct writer *to;
    enum payload_mode mode;
    bool is_terminal;
    bool is_paused;  /* the channel is, for it */
    struct str text; /* private */
};

void printer_open(struct printer *p, const struct qv_channel_opened *o);
enum qv_flow printer_event(struct printer *p, const struct qv_channel_event *e);
void printer_closed(struct printer *p, const struct qv_channel_result *r);
/* The writer has room again, or has failed. */
void printer_on_drain(struct printer *p);
void printer_fini(struct printer *p);

#endif
