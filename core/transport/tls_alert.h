/*
 * tls_alert -- the alerts of TLS by name (RFC 8446 6, IANA).
 */
#ifndef CORE_TRANSPORT_TLS_ALERT_H
#define CORE_TRANSPORT_TLS_ALERT_H

enum tls_alert {
    TLS_ALERT_CLOSE_NOTIFY = 0,
    TLS_ALERT_HANDSHAKE_FAILURE = 40,
    TLS_ALERT_BAD_CERTIFICATE = 42,
    TLS_ALERT_ACCESS_DENIED = 49,
    TLS_ALERT_CERTIFICATE_REQUIRED = 116,
    TLS_ALERT_NO_APPLICATION_PROTOCOL = 120,
};

/* "protocol_version"; "unknown alert" for what IANA does not list. */
const char *tls_alert_name(int alert);

#endif
