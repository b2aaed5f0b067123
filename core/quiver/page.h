/*
 * quiver/page -- one page over plain HTTP, for metrics.
 */
#ifndef QUIVER_PAGE_H
#define QUIVER_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "quiver/error.h"

struct qv_client;

struct qv_page {
    const char *bind; /* numeric; NULL: loopback, both families */
    uint16_t port;    /* 0: any free one */
    const char *path; /* "/metrics" */
    const char *type; /* content-type */
    /* Called for each request; malloc()ed, the engine frees it. */
    char *(*render)(void *user, size_t *len);
    void *user;
};

/*
 * Answers GET and HEAD of the page over plain HTTP/1.1 while the client runs;
 * it does not keep it running.  NULL with *error filled.  path and type are
 * borrowed until it is closed, which comes before qv_client_free().
 */
struct qv_page_port *qv_client_serve_page(struct qv_client *c,
                                          const struct qv_page *page,
                                          struct qv_error *error);
/* Where it listens: of port 0, which one it is. */
uint16_t qv_page_port_number(const struct qv_page_port *p);
void qv_page_port_close(struct qv_page_port *p); /* NULL: nothing */

#endif
