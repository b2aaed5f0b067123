/*
 * channel_options -- what `quiver channel` asks for beyond a request.
 *
 * The request itself (URL, headers, TLS, addresses ...) lies in a command line
 * with one operation, as for fetch.
 */
#ifndef CLI_CHANNEL_CHANNEL_OPTIONS_H
#define CLI_CHANNEL_CHANNEL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "args/option.h"
#include "base/strings.h"
#include "channel/payload.h"
#include "core/quiver.h"

struct parser;

struct channel_options {
    /* the request */
    const char *protocol; /* NULL: the URL's scheme says it */
    const char *upgrade;  /* what the raw bytes are; NULL: no raw bytes */
    const char *method;   /* with allow_unspecified alone */
    bool allow_unspecified;
    bool no_capsules;
    enum qv_channel_transport transport;
    struct strings subprotocols;
    bool no_deflate;
    /* its life */
    uint64_t open_timeout; /* ns; 0: none */
    uint64_t message_timeout;
    uint64_t ping_interval;
    uint64_t linger;    /* ns; CHANNEL_OPTIONS_UNSET: the kind's own */
    uint64_t end_delay; /* ns; likewise */
    unsigned close_code;
    const char *close_reason;
    unsigned messages; /* -n; 0: any number */
    unsigned queue;
    uint64_t queue_age;
    uint64_t max_message; /* bytes */
    /* who speaks */
    enum payload_mode in;
    enum payload_mode out;
    const char *exec;
    unsigned echo_test; /* messages; 0: none */
    unsigned size;      /* of one, with its number in it */
    double rate;        /* of them, a second; 0: as they come back */
    const char *record;
    const char *replay;
    double speed; /* 0: as recorded */
    bool relative;
    bool no_history;
    /* what follows from these; see channel_options_finish() */
    enum qv_channel_kind kind;
};

#define CHANNEL_OPTIONS_UNSET UINT64_MAX

enum {
    CHANNEL_OPTIONS_SIZE = 64, /* bytes of --echo-test's messages */
    CHANNEL_OPTIONS_SIZE_MIN = 8,
    /* Messages on their way at most, without --rate: so many of 64 bytes keep both
     * ends busy, and are more than the first congestion window holds. */
    CHANNEL_OPTIONS_WINDOW = 2048,
};

void channel_options_init(struct channel_options *o);
void channel_options_fini(struct channel_options *o);

/* Which kind of channel it is, for this URL, and whether all goes together.
 * False with p->error. */
bool channel_options_finish(struct channel_options *o, struct parser *p,
                            const char *url);

/* For the rows of options_channel.c. */
bool channel_options_in(struct parser *p, const struct option *o,
                        const char *arg);
bool channel_options_out(struct parser *p, const struct option *o,
                         const char *arg);
bool channel_options_transport(struct parser *p, const struct option *o,
                               const char *arg);
bool channel_options_rate(struct parser *p, const struct option *o,
                          const char *arg);
bool channel_options_speed(struct parser *p, const struct option *o,
                           const char *arg);

extern const struct option_group options_channel;

#endif
