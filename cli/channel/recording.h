/*
 * recording -- --record: all that happens in a channel, as lines of JSON
 * (event_line.h) in a file.
 */
#ifndef CLI_CHANNEL_RECORDING_H
#define CLI_CHANNEL_RECORDING_H

#include <stdbool.h>

#include "channel/event_line.h"
#include "core/base/str.h"
#include "core/quiver.h"
#include "files/writer.h"

struct recording {
    bool is_on;
    /* private: */
    struct event_line_form form;
    int fd;
    struct writer writer;
    struct str line;
};

/* path NULL: nothing is recorded.  False with errno. */
bool recording_start(struct recording *r, struct qv_client *client,
                     const char *path, const struct event_line_form *form);
/* What was written is in the file; 0, or errno of what was not. */
int recording_end(struct recording *r);

/* t in seconds; nothing when nothing is recorded. */
void recording_open(struct recording *r, double t,
                    const struct qv_channel_opened *o);
void recording_received(struct recording *r, double t,
                        const struct qv_channel_event *e);
void recording_sent(struct recording *r, double t,
                    const struct qv_channel_message *m);
void recording_ended(struct recording *r, double t, uint64_t code,
                     const char *reason);
void recording_closed(struct recording *r, double t,
                      const struct qv_channel_result *result);

#endif
