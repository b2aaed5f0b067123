/*
 * trust -- a store of CA certificates that is read where it is needed.
 *
 * The system's store holds some 140 certificates; one connection needs one.
 * So nothing is opened before a chain has to be checked, and then only the
 * certificates whose subject is an issuer in that chain are parsed and handed
 * to wolfSSL.  The verdict is the one that loading everything would give:
 * wolfSSL looks signers up by name too.
 */
#ifndef CORE_TRANSPORT_TRUST_H
#define CORE_TRANSPORT_TRUST_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

struct trust;
struct WOLFSSL_CERT_MANAGER;

/* The system's: the places where systems keep it; SSL_CERT_FILE stands for all
 * of them, SSL_CERT_DIR for the folders among them, as for curl.  Never fails:
 * an empty store trusts nobody. */
struct trust *trust_system(void);

/* The system's bundle alone, whatever the environment says: what is trusted
 * beside folders that somebody named. */
struct trust *trust_bundle(void);

/* What the system has, whatever the environment says, --ca-native: bundle and
 * folders. */
struct trust *trust_native(void);

/* From now on `other`, which is taken, is trusted as well. */
void trust_add(struct trust *t, struct trust *other);

/* A file with at least one certificate; NULL with *fault (ERR_CA_FILE). */
struct trust *trust_file(const char *path, struct fault *fault);

void trust_free(struct trust *t);

/* What trust_load() found. */
struct trust_found {
    unsigned loaded;      /* certificates new to the manager */
    bool is_there;        /* the manager has one of that name now */
    bool forbids_issuers; /* one of them has pathLenConstraint 0 */
};

/* How far to look: a name that is probably not in the store (an intermediate's,
 * which the peer sent) is not worth reading through a bundle for. */
enum trust_effort {
    TRUST_QUICK,    /* where it costs no more than opening a file */
    TRUST_THOROUGH, /* everywhere */
};

/* Gives the manager every certificate whose subject is `name`, a whole DER
 * Name; what it was given before is not given again. */
struct trust_found trust_load(struct trust *t, struct WOLFSSL_CERT_MANAGER *cm,
                              struct span name, enum trust_effort effort);

/* Where it looks first, for messages: "/etc/ssl/certs"; NULL: nowhere. */
const char *trust_place(const struct trust *t);

#endif
