/*
 * page_port -- a page on a loop, whoever the loop belongs to.
 */
#ifndef CORE_API_PAGE_PORT_H
#define CORE_API_PAGE_PORT_H

#include "io/loop.h"
#include "quiver.h"

/* As qv_client_serve_page(); closed before the loop is freed. */
struct qv_page_port *page_port_open(struct loop *loop,
                                    const struct qv_page *page,
                                    struct qv_error *error);

#endif
