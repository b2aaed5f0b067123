/*
 * cert -- what quiver itself wants to know of a certificate (RFC 5280).
 *
 * wolfSSL verifies chains; this reads the few fields that quiver judges on
 * its own (names, must-staple), prints, or looks issuers up by.  All spans
 * point into the DER that was given.
 */
#ifndef CORE_TRANSPORT_CERT_H
#define CORE_TRANSPORT_CERT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Tags of a GeneralName (RFC 5280 4.2.1.6). */
enum cert_name_kind {
    CERT_NAME_DNS = 0x82,
    CERT_NAME_IP = 0x87,
};

struct cert {
    struct span issuer;  /* the whole Name, as it stands */
    struct span subject; /* the same */
    struct span not_before;
    struct span not_after;
    struct span names; /* inside of subjectAltName; empty: none */
    bool is_ca;
    bool may_not_sign; /* key usage without keyCertSign */
    bool has_path_len;
    size_t path_len;
    bool has_purposes;   /* extended key usage */
    bool is_for_servers; /* and it has serverAuth, or any */
    bool must_staple;    /* RFC 7633: status_request in the TLS features */
    /* Its signature is over a hash of which collisions can be made: SHA-1, or
     * one of the MD family. */
    bool is_weakly_signed;
    struct span key_info; /* its SubjectPublicKeyInfo, whole */
    size_t rsa_bits;      /* of its own key; 0: another kind */
};

/* False when it is no certificate. */
bool cert_parse(struct cert *c, struct span der);

/* Only issuer and subject; reads no further than them, so that the start of a
 * certificate is enough. */
bool cert_parse_start(struct cert *c, struct span der);

/* The next entry of c->names, which is to be copied for it. */
bool cert_next_name(struct span *names, unsigned *kind, struct span *value);

/* "CN=localhost, O=Example", cut to cap bytes with the NUL; bytes that are
 * not printable ASCII become '?'. */
void cert_format_name(struct span name, char *text, size_t cap);

/* The same with something else than "=" between attribute and value. */
void cert_format_name_as(struct span name, const char *equals, char *text,
                         size_t cap);

/* "2027-02-01T12:00:00Z" in text[21]; "" when it is no time. */
void cert_format_time(struct span time, char *text);

#endif
