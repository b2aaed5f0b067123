/*
 * The frames of a packet, and an answer to a version probe: whatever they are,
 * nothing outside of them is read, and an ACK acknowledges its largest packet and
 * none above it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "conn/quic_ack.h"
#include "fuzz_input.h"
#include "probe/version_packet.h"

static void check_ack(struct span frames)
{
    struct quic_ack ack;
    if (!quic_ack_find(frames, &ack))
        return;
    assert(ack.first <= ack.largest);
    assert(quic_ack_has(&ack, ack.largest));
    assert(quic_ack_has(&ack, ack.largest - ack.first));
    assert(!quic_ack_has(&ack, ack.largest + 1));
    (void)quic_ack_has(&ack, 0);
}

static void check_versions(struct span packet)
{
    /* Zeros, so that an input can have the right IDs. */
    const struct version_packet_secret secret = {{0, 0}};
    struct version_packet_answer a;
    if (!version_packet_read(packet, &secret, &a))
        return;
    assert(a.nversions > 0 && a.nversions <= VERSION_PACKET_VERSIONS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    uint8_t *own = malloc(len); /* whose ends the sanitizer knows */
    if (len > 0)
        memcpy(own, data, len);
    check_ack(span_of(own, len));
    check_versions(span_of(own, len));
    free(own);
    return 0;
}
