/*
 * A fault's wire code is the number that was in the CONNECTION_CLOSE frame or
 * would be; its text names it, because a number alone sends people to three
 * RFCs.  The names of an application's codes are the application's.
 */
#include "conn/quic_fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/fault.h"
#include "transport/tls_alert.h"

/* Transport codes from here to 0x1ff carry a TLS alert (RFC 9001 4.8). */
#define CRYPTO_ERROR 0x100

struct code_name {
    uint64_t code;
    const char *name;
};

static const struct code_name transport_names[] = {
    {0x00, "NO_ERROR"},
    {0x01, "INTERNAL_ERROR"},
    {0x02, "CONNECTION_REFUSED"},
    {0x03, "FLOW_CONTROL_ERROR"},
    {0x04, "STREAM_LIMIT_ERROR"},
    {0x05, "STREAM_STATE_ERROR"},
    {0x06, "FINAL_SIZE_ERROR"},
    {0x07, "FRAME_ENCODING_ERROR"},
    {0x08, "TRANSPORT_PARAMETER_ERROR"},
    {0x09, "CONNECTION_ID_LIMIT_ERROR"},
    {0x0a, "PROTOCOL_VIOLATION"},
    {0x0b, "INVALID_TOKEN"},
    {0x0c, "APPLICATION_ERROR"},
    {0x0d, "CRYPTO_BUFFER_EXCEEDED"},
    {0x0e, "KEY_UPDATE_ERROR"},
    {0x0f, "AEAD_LIMIT_REACHED"},
    {0x10, "NO_VIABLE_PATH"},
    {0x11, "VERSION_NEGOTIATION_ERROR"},
};

const char *quic_fault_transport_name(uint64_t code)
{
    for (size_t i = 0; i < sizeof transport_names / sizeof *transport_names;
         i++)
        if (transport_names[i].code == code)
            return transport_names[i].name;
    return NULL;
}

/* "NAME", or "error 0x12a" when nobody has named it. */
static const char *name_or_number(const char *name, uint64_t code, char *number,
                                  size_t cap)
{
    if (name)
        return name;
    (void)snprintf(number, cap, "error 0x%llx", (unsigned long long)code);
    return number;
}

/* RFC 9000 20.1: the peer's reason is for people; most send none. */
static void add_reason(struct fault *f, const ngtcp2_ccerr *error)
{
    if (error->reasonlen == 0)
        return;
    fault_reword(f, "%s: %.*s", f->detail, (int)error->reasonlen,
                 (const char *)error->reason);
}

static void peer_alert(struct fault *f, int alert)
{
    enum err code = alert == TLS_ALERT_CERTIFICATE_REQUIRED ? ERR_CERT_WANTED
                                                            : ERR_TLS_HANDSHAKE;
    fault_set(f, code, (uint64_t)alert, "the peer sent TLS alert %s (%d)",
              tls_alert_name(alert), alert);
    f->wire_name = tls_alert_name(alert);
}

static void peer_transport(struct fault *f, uint64_t code)
{
    char number[32];
    const char *name = name_or_number(quic_fault_transport_name(code), code,
                                      number, sizeof number);
    enum err kind = code == NGTCP2_NO_ERROR ? ERR_NONE : ERR_QUIC;
    fault_set(f, kind, code, "the peer closed the connection: %s", name);
    f->wire_name = quic_fault_transport_name(code);
}

void quic_fault_peer(struct fault *f, const struct quic_protocol *protocol,
                     const ngtcp2_ccerr *error)
{
    uint64_t code = error->error_code;
    if (error->type == NGTCP2_CCERR_TYPE_APPLICATION)
        protocol->closed(f, code);
    else if (code >= CRYPTO_ERROR && code <= CRYPTO_ERROR + UINT8_MAX)
        peer_alert(f, (int)(code - CRYPTO_ERROR));
    else
        peer_transport(f, code);
    add_reason(f, error);
}

void quic_fault_library(struct fault *f, int result)
{
    if (result == NGTCP2_ERR_NOMEM) {
        fault_set(f, ERR_NO_MEMORY, 0, "QUIC connection");
        return;
    }
    uint64_t code = ngtcp2_err_infer_quic_transport_error_code(result);
    char number[32];
    const char *name = name_or_number(quic_fault_transport_name(code), code,
                                      number, sizeof number);
    fault_set(f, ERR_QUIC, code, "QUIC %s by the peer (%s)", name,
              ngtcp2_strerror(result));
}
