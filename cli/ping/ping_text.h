/*
 * ping_text -- what ping writes: lines for people, or of JSON.
 *
 * {"kind":"open","by":"quic-ping","http":"3","ip":"192.0.2.1","port":443,
 *  "time_connect":0.031}
 * {"kind":"answer","seq":1,"time":0.0123,"held":0.0,"status":null}
 * {"kind":"loss","seq":2,"why":"no answer within 2 s"}
 * {"kind":"summary","sent":2,"answered":1,...}
 *
 * Times are in seconds.  A text of the peer's is shown escaped.
 */
#ifndef CLI_PING_PING_TEXT_H
#define CLI_PING_PING_TEXT_H

#include <stdbool.h>

#include "core/base/str.h"
#include "ping/asker.h"
#include "ping/ping_stats.h"

/* What it comes to, of --version-probe. */
enum ping_verdict {
    PING_VERDICT_NONE, /* another way to ask */
    PING_VERDICT_QUIC,
    PING_VERDICT_QUIC_SILENT, /* by a handshake alone */
    PING_VERDICT_NO_QUIC,
    PING_VERDICT_UDP_BLOCKED,
    PING_VERDICT_UNREACHABLE,
};

struct ping_text {
    bool is_json;
    const char *target; /* as it is shown */
    char from[80];      /* "192.0.2.1:443" */
};

/* Each adds whole lines. */
void ping_text_open(struct ping_text *t, struct str *out,
                    const struct asker_opened *o);
void ping_text_answer(const struct ping_text *t, struct str *out,
                      const struct asker_answer *a, bool is_late);
void ping_text_loss(const struct ping_text *t, struct str *out, uint64_t seq,
                    const char *why);
void ping_text_down(const struct ping_text *t, struct str *out,
                    const struct qv_error *error);

struct ping_text_summary {
    const struct ping_stats *stats;
    double seconds;
    enum ping_verdict verdict;
    const char *because; /* of the verdict: one line */
    const uint32_t *versions;
    size_t nversions;
};

void ping_text_summary(const struct ping_text *t, struct str *out,
                       const struct ping_text_summary *m);

#endif
