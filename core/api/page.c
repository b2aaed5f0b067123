#include "serve/page.h"

#include <stdlib.h>

#include "api/client_self.h"
#include "api/page_port.h"
#include "base/xalloc.h"
#include "client/result.h"
#include "serve/server.h"
#include "serve/server_life.h"

struct qv_page_port {
    struct page page;
    struct server *server;
    struct loop_task reap;
    struct loop *loop;
};

static void reap_page_port(struct loop_task *task)
{
    free(container_of(task, struct qv_page_port, reap));
}

struct qv_page_port *page_port_open(struct loop *loop,
                                    const struct qv_page *page,
                                    struct qv_error *error)
{
    struct qv_page_port *p = XALLOC_NEW(struct qv_page_port);
    struct fault fault = {0};
    struct server_options options = {
        .bind = page->bind,
        .plain_port = page->port,
        .has_plain = true,
        .page = &p->page,
    };
    p->page = (struct page){.path = page->path,
                            .type = page->type,
                            .render = page->render,
                            .user = page->user};
    p->loop = loop;
    p->reap.run = reap_page_port;
    p->server = server_new(loop, &options, &fault);
    if (p->server)
        return p;
    result_error(error, &fault);
    qv_page_port_close(p);
    return NULL;
}

struct qv_page_port *qv_client_serve_page(struct qv_client *c,
                                          const struct qv_page *page,
                                          struct qv_error *error)
{
    return page_port_open(c->client.loop, page, error);
}

uint16_t qv_page_port_number(const struct qv_page_port *p)
{
    return server_plain_port(p->server);
}

void qv_page_port_close(struct qv_page_port *p)
{
    if (p == NULL)
        return;
    server_free(p->server);
    loop_reap(p->loop, &p->reap); /* connections still say goodbye */
}
