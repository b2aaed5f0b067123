/*
 * A fault's wire code is the number that was in the CONNECTION_CLOSE frame or
 * would be; its text names it, because a number alone sends people to three
 * RFCs.  An application's codes are HTTP/3's, the only application there is.
 */
#include "conn/quic_fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/fault.h"
#include "transport/tls_alert.h"

/* Transport codes from here to 0x1ff carry a TLS alert (RFC 9001 4.8). */
#define CRYPTO_ERROR 0x100
#define H3_NO_ERROR  0x100

struct code_name {
    uint64_t code;
    const char *name;
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

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

static const struct code_name application_names[] = {
    {0x33, "H3_DATAGRAM_ERROR"},
    {0x100, "H3_NO_ERROR"},
    {0x101, "H3_GENERAL_PROTOCOL_ERROR"},
    {0x102, "H3_INTERNAL_ERROR"},
    {0x103, "H3_STREAM_CREATION_ERROR"},
    {0x104, "H3_CLOSED_CRITICAL_STREAM"},
    {0x105, "H3_FRAME_UNEXPECTED"},
    {0x106, "H3_FRAME_ERROR"},
    {0x107, "H3_EXCESSIVE_LOAD"},
    {0x108, "H3_ID_ERROR"},
    {0x109, "H3_SETTINGS_ERROR"},
    {0x10a, "H3_MISSING_SETTINGS"},
    {0x10b, "H3_REQUEST_REJECTED"},
    {0x10c, "H3_REQUEST_CANCELLED"},
    {0x10d, "H3_REQUEST_INCOMPLETE"},
    {0x10e, "H3_MESSAGE_ERROR"},
    {0x10f, "H3_CONNECT_ERROR"},
    {0x110, "H3_VERSION_FALLBACK"},
    {0x200, "QPACK_DECOMPRESSION_FAILED"},
    {0x201, "QPACK_ENCODER_STREAM_ERROR"},
    {0x202, "QPACK_DECODER_STREAM_ERROR"},
};

static const char *find_name(const struct code_name *table, size_t n,
                             uint64_t code)
{
    for (size_t i = 0; i < n; i++)
        if (table[i].code == code)
            return table[i].name;
    return NULL;
}

const char *quic_fault_transport_name(uint64_t code)
{
    return find_name(transport_names, COUNT(transport_names), code);
}

const char *quic_fault_application_name(uint64_t code)
{
    return find_name(application_names, COUNT(application_names), code);
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
    struct fault plain = *f;
    fault_set(f, plain.code, plain.wire, "%s: %.*s", plain.detail,
              (int)error->reasonlen, (const char *)error->reason);
}

static void peer_alert(struct fault *f, int alert)
{
    enum err code = alert == TLS_ALERT_CERTIFICATE_REQUIRED ? ERR_CERT_WANTED
                                                            : ERR_TLS_HANDSHAKE;
    fault_set(f, code, (uint64_t)alert, "the peer sent TLS alert %s (%d)",
              tls_alert_name(alert), alert);
}

static void peer_transport(struct fault *f, uint64_t code)
{
    char number[32];
    const char *name = name_or_number(quic_fault_transport_name(code), code,
                                      number, sizeof number);
    enum err kind = code == NGTCP2_NO_ERROR ? ERR_NONE : ERR_QUIC;
    fault_set(f, kind, code, "the peer closed the connection: %s", name);
}

static void peer_application(struct fault *f, uint64_t code)
{
    char number[32];
    const char *name = name_or_number(quic_fault_application_name(code), code,
                                      number, sizeof number);
    enum err kind = code == H3_NO_ERROR ? ERR_NONE : ERR_H3;
    fault_set(f, kind, code, "the peer closed the connection: %s", name);
}

void quic_fault_peer(struct fault *f, const ngtcp2_ccerr *error)
{
    uint64_t code = error->error_code;
    if (error->type == NGTCP2_CCERR_TYPE_APPLICATION)
        peer_application(f, code);
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
