/*
 * probe_versions -- which versions of QUIC a server names.
 *
 *   probe_versions_start(v) -> on_done
 *
 * By probes of a version that nobody speaks, of which any may be lost.
 */
#ifndef CLI_PROBE_PROBE_VERSIONS_H
#define CLI_PROBE_PROBE_VERSIONS_H

#include "core/quiver.h"
#include "probe/probe_finding.h"

struct probe_versions {
    struct qv_client *client;
    const struct qv_request *request;
    uint64_t wait; /* ns, for all of it */
    struct probe_findings *findings;
    /* They are in the findings, or there is nothing to be learned: HTTP/3's own look
     * tells why. */
    void (*on_done)(struct probe_versions *v);
    /* private: */
    struct qv_ping ping;
    struct qv_timer again;
    unsigned nasked;
};

void probe_versions_start(struct probe_versions *v);
/* Nothing is called back from then on.  Before the start it does nothing. */
void probe_versions_cancel(struct probe_versions *v);

#endif
