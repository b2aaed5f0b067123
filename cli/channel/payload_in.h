/*
 * payload_in -- cuts a stream of bytes into the messages that are to be sent.
 *
 *     to = payload_in_reserve(p, &room);   read something there
 *     payload_in_commit(p, n);             n bytes came; or payload_in_end(p)
 *     while (payload_in_next(p, &m) == PAYLOAD_IN_MESSAGE) ...
 *
 * No clock, no descriptors.  A message points into the buffer: it is good until
 * the next call of any of these.
 *
 * A line ends with LF or CR LF, the last one with the input as well; an empty
 * line is an empty message, but in jsonl, where it is nothing.
 */
#ifndef CLI_CHANNEL_PAYLOAD_IN_H
#define CLI_CHANNEL_PAYLOAD_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channel/payload.h"
#include "core/base/str.h"
#include "core/quiver.h"

struct payload_in {
    /* Set by the caller, the rest zeroed: */
    enum payload_mode mode;
    /* What a message is where the mode does not say.  TEXT has to be UTF-8, a
     * STREAM of lines keeps their ends. */
    enum qv_channel_what as;
    size_t max; /* bytes of a message */
    /* private: */
    struct str bytes;
    size_t start;   /* of what was not given out yet */
    size_t scanned; /* from there on: no line ends in these */
    bool is_over;
    bool is_skipping; /* the rest of a line that is too long */
    uint64_t number;  /* of the message, from 1; of the line in jsonl */
    struct str decoded;
    void *document; /* yyjson's */
    char error[120];
};

enum payload_in_got {
    PAYLOAD_IN_MORE,    /* bytes are needed */
    PAYLOAD_IN_MESSAGE, /* see payload_in_message.what */
    PAYLOAD_IN_BAD,     /* p->error says why; what follows can be read */
    PAYLOAD_IN_OVER,    /* that was all */
};

struct payload_in_message {
    bool is_close; /* not a message: our side is to end */
    struct qv_channel_message message;
    uint64_t code;      /* of a close */
    const char *reason; /* of a close; NULL: none */
    /* Of jsonl, for a replay: */
    double time; /* s; negative: the line does not say */
    bool is_received;
    bool is_open; /* neither: when the channel was opened */
};

void payload_in_fini(struct payload_in *p);

/* Where bytes may be read to, a large piece; and how many did come. */
char *payload_in_reserve(struct payload_in *p, size_t *room);
void payload_in_commit(struct payload_in *p, size_t n);
/* No more will come. */
void payload_in_end(struct payload_in *p);

enum payload_in_got payload_in_next(struct payload_in *p,
                                    struct payload_in_message *m);

#endif
