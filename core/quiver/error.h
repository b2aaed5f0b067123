/*
 * quiver/error -- versions, errors and exit statuses.
 */
#ifndef QUIVER_ERROR_H
#define QUIVER_ERROR_H

#include <stdint.h>

const char *qv_version(void); /* "0.1.0" */

/* A library that the program is linked with. */
struct qv_library {
    const char *name;
    const char *version; /* of the one that runs, where it can tell */
};
/* All of them, name NULL at the end; static. */
const struct qv_library *qv_libraries(void);

/* QV_EXIT_OK, QV_EXIT_USAGE ...: every exit status of quiver, the command
 * line's own among them. */
enum qv_exit {
#define EXIT_CODE(name, status, error, text)     QV_EXIT_##name = (status),
#define EXIT_CODE_OF_COMMAND(name, status, text) QV_EXIT_##name = (status),
#include "base/exit_codes.def"
};

struct qv_error {
    int status;             /* exit status, 0: no error */
    const char *name;       /* "timeout" */
    const char *class_name; /* "transient", "invalid", "unrecoverable" */
    uint64_t wire;          /* errno, alert, or HTTP/2, HTTP/3, QUIC code */
    const char *wire_name;  /* "REFUSED_STREAM", of a peer's code; or NULL */
    char text[256];         /* one line, printable ASCII */
};

/* What `status` means, for `help exit-codes`; NULL when it is not ours. */
const char *qv_exit_text(int status);

#endif
