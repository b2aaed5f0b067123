/*
 * quiver/error -- versions, errors and exit statuses.
 */
#ifndef QUIVER_ERROR_H
#define QUIVER_ERROR_H

#include <stdint.h>

const char *qv_version(void); /* "0.1.0" */

/* name and version of each library, NULL name at the end. */
struct qv_library {
    const char *name;
    const char *version;
};
const struct qv_library *qv_libraries(void);

/* Exit statuses that the command line itself needs; the rest comes in
 * struct qv_error. */
enum qv_exit {
    QV_EXIT_OK = 0,
    QV_EXIT_PROTOCOL = 1,
    QV_EXIT_USAGE = 2,
    QV_EXIT_URL = 3,
    QV_EXIT_NOT_BUILT_IN = 4,
    QV_EXIT_HTTP_STATUS = 22,
    QV_EXIT_WRITE = 23,
    QV_EXIT_READ = 26,
    QV_EXIT_TOO_LARGE = 63,
    QV_EXIT_SIGINT = 130,
    QV_EXIT_SIGTERM = 143,
};

struct qv_error {
    int status;             /* exit status, 0: no error */
    const char *name;       /* "timeout" */
    const char *class_name; /* "transient", "invalid", "unrecoverable" */
    uint64_t wire;          /* errno, alert, or HTTP/2, HTTP/3, QUIC code */
    char text[256];         /* one line, printable ASCII */
};

/* What `status` means, for `help exit-codes`; NULL when it is not ours. */
const char *qv_exit_text(int status);

#endif
