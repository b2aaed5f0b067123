/*
 * err -- every way quiver can fail, and what a caller should do about it.
 *
 * One enum, one table, one line per error: code, class, exit status, name.
 * Exit statuses have a table of their own, exit_codes.def.  The exit status is
 * the only thing main() looks at; the name is what scripts read in records.
 * Retry logic (client/retry.h) goes by code and class, and by the fault's
 * remedy; what a code of the wire means is decided below it.
 *
 * "Try again later" and "end of stream" are not errors: see enum io.
 */
#ifndef CORE_BASE_ERR_H
#define CORE_BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

/* The outcome of one non-blocking read or write. */
enum io {
    IO_OK,
    IO_AGAIN, /* no progress now; whoever said so calls on_ready() later */
    IO_EOF,
    IO_FAILED, /* details are in the object's fault */
};

enum err {
    ERR_NONE,
    ERR_PROTOCOL_UNSUPPORTED, /* 1: scheme, or a version we do not speak */
    ERR_USAGE,                /* 2 */
    ERR_BAD_URL,              /* 3 */
    ERR_NOT_BUILT_IN,         /* 4 */
    ERR_PROXY_NAME,           /* 5 */
    ERR_PROXY_URL,            /* 5: it is none */
    ERR_PROXY_SCHEME,         /* 7: that of no proxy */
    ERR_HOST_NAME,            /* 6 */
    ERR_CONNECT,              /* 7: refused, unreachable, reset in handshake */
    ERR_INTERFACE,            /* 45: our own address or port is not to be had */
    ERR_TUNNEL,               /* 7: a proxy opens no way, and would not later */
    ERR_WEIRD_REPLY,          /* 8: not HTTP/1, or against its grammar */
    ERR_NOT_HTTP,             /* 8: what answers speaks something else */
    ERR_TLS_WANTED,           /* 8: it speaks TLS */
    ERR_HTTP2_WANTED,         /* 8: it speaks HTTP/2 alone */
    ERR_H2_FRAMING,           /* 16: HTTP/2 connection error */
    ERR_PARTIAL,              /* 18: the body ended before its end */
    ERR_HTTP_STATUS,          /* 22: -f and a status of 400 or more */
    ERR_WRITE,                /* 23: our output */
    ERR_READ,                 /* 26: our input */
    ERR_NO_MEMORY,            /* 27 */
    ERR_TIMEOUT,              /* 28 */
    ERR_RANGE,                /* 33 */
    ERR_TLS_HANDSHAKE,        /* 35 */
    ERR_NOT_TLS,              /* 35: what answers does not speak it */
    ERR_TLS_CUT_OFF,          /* 35: the peer went away in the handshake */
    ERR_RESUME,               /* 36 */
    ERR_ABORTED,              /* 42: the caller's own callback stopped it */
    ERR_TOO_MANY_REDIRECTS,   /* 47 */
    ERR_EMPTY_REPLY,          /* 52: closed before a byte of an answer */
    ERR_SEND,                 /* 55 */
    ERR_RECV,                 /* 56 */
    ERR_DIGEST,               /* 56: a body is not what its digest says */
    ERR_OWN_CERT,             /* 58 */
    ERR_TLS_CIPHER,           /* 59 */
    ERR_TLS_VERIFY,           /* 60 */
    ERR_CONTENT_CODING,       /* 61 */
    ERR_TOO_LARGE,            /* 63: --max-filesize */
    ERR_REWIND,               /* 65 */
    ERR_LOGIN,                /* 67: credentials that may not be there */
    ERR_CA_FILE,              /* 77 */
    ERR_CRL_FILE,             /* 82 */
    ERR_TLS_PIN,              /* 90: another public key than was pinned */
    ERR_TLS_STATUS,           /* 91: no good OCSP answer */
    ERR_CERT_WANTED,          /* 98: the server wants a client certificate */
    ERR_ECH,                  /* 101: the server's name cannot be hidden */
    ERR_HEAD_TOO_LARGE,       /* 100: a field or head over its limit */
    ERR_H2_STREAM,            /* 92: HTTP/2 stream error */
    ERR_AUTH,                 /* 94: what credentials ask for cannot be done */
    ERR_H3,                   /* 95: HTTP/3 error */
    ERR_QUIC,                 /* 96: QUIC connection error */
    ERR_PROXY,                /* 97: a proxy would not, or is none */
    ERR_NOT_NEGOTIATED,       /* 113: the peer lacks what is needed */
    ERR_CHANNEL_CLOSED,       /* 114: by the peer, with an error */
    ERR_COUNT,
};

enum err_class {
    ERR_CLASS_NONE,
    ERR_CLASS_TRANSIENT,     /* the same request may work later */
    ERR_CLASS_INVALID,       /* the caller must change the request */
    ERR_CLASS_UNRECOVERABLE, /* the peer or the set-up is broken */
};

/*
 * What may be done about a request that a fault has ended, as far as whoever
 * saw the fault can tell: it is written in codes that only the layer which
 * speaks them knows.
 */
enum remedy {
    REMEDY_UNKNOWN,  /* nothing was said: class and method have to do */
    REMEDY_RESEND,   /* the peer has not processed the request (RFC 9113 8.7,
                        RFC 9114 4.1.1): any method may be sent again */
    REMEDY_HTTP_1_1, /* the peer wants HTTP/1.1 (RFC 9113 7) */
    REMEDY_TCP,      /* the peer wants a version over TCP (RFC 9114 8.1) */
    REMEDY_PATH,     /* nothing comes through any more over QUIC: a request that
                        may be sent twice goes over TCP */
    REMEDY_ECH, /* the server has said how its name can be hidden, or that it
                        cannot (RFC 9849 6.1.6), and has heard nothing else */
    REMEDY_LISTENER, /* nobody listens at the port: a server has to be started */
};

#define FAULT_DETAIL_MAX 200

/*
 * An error together with what was known where it happened.  `detail` is one
 * line for people, safe for a terminal (see fault_set()).
 */
struct fault {
    enum err code;
    enum remedy remedy;
    /* errno, TLS alert, number of a verification's end, or HTTP/2, HTTP/3, QUIC
     * code; 0: none */
    uint64_t wire;
    const char *wire_name; /* of the peer's code, as RFCs have it; NULL: none */
    char detail[FAULT_DETAIL_MAX];
};

enum err_class err_class(enum err code);
/* Is it about who the peer is?  No other way to the same place is better. */
bool err_is_distrust(enum err code);
const char *err_class_name(enum err_class c); /* "transient", ... */
int err_exit_status(enum err code);
const char *err_name(enum err code); /* "timeout": stable, for scripts */
const char *err_text(enum err code); /* "timed out": for people */

/* Of any exit status of quiver; NULL: it is none. */
const char *err_exit_text(int status);
/* What a caller means who ends something with this status: ERR_ABORTED, unless
 * a row of exit_codes.def says another. */
enum err err_of_exit_status(int status);

#endif
