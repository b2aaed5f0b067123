#include "metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "mem.h"
#include "metrics_text.h"
#include "number.h"
#include "prometheus.h"
#include "replace.h"
#include "snapshot.h"

#define SECOND UINT64_C(1000000000)

static void render(const struct metrics *m, struct text *out)
{
    struct snapshot shot;

    snapshot_take(&shot, m->client);
    metrics_text(out, &shot);
    snapshot_fini(&shot);
}

/* ---- into a file ---- */

static void write_file(struct metrics *m)
{
    struct text out = {0};

    render(m, &out);
    m->failed = replace_file(m->path, &out);
    text_fini(&out);
}

static void on_tick(struct qv_timer *t)
{
    struct metrics *m = QV_OWNER(t, struct metrics, timer);

    write_file(m);
    qv_timer_arm(m->client, &m->timer, SECOND);
}

/* ---- at a port ---- */

static char *on_page(void *user, size_t *len)
{
    struct text out = {0};

    render(user, &out);
    *len = out.len;
    return text_take(&out);
}

bool metrics_is_port(const char *target, char **bind, unsigned *port)
{
    const char *colon = strrchr(target, ':');
    const char *digits = colon ? colon + 1 : target;
    size_t host = colon ? (size_t)(colon - target) : 0;
    uint64_t n;

    *bind = NULL;
    if (!number_parse(digits, UINT16_MAX, &n))
        return false;
    if (host && memchr(target, '/', host))
        return false;
    if (host > 2 && target[0] == '[' && target[host - 1] == ']') {
        target++;
        host -= 2;
    }
    if (host && strncmp(target, "localhost", host) != 0) {
        *bind = mem_string(target);
        (*bind)[host] = '\0';
    }
    *port = (unsigned)n;
    return true;
}

static bool open_port(struct metrics *m, const char *bind, unsigned port,
                      struct qv_error *error)
{
    struct qv_page page = {
        .bind = bind,
        .port = (uint16_t)port,
        .path = "/metrics",
        .type = prometheus_type,
        .render = on_page,
        .user = m,
    };

    m->port = qv_client_serve_page(m->client, &page, error);
    if (m->port && !port)
        complain_warning("metrics at http://%s:%u/metrics",
                         bind ? bind : "localhost",
                         qv_page_port_number(m->port));
    return m->port != NULL;
}

/* ---- beginning and end ---- */

bool metrics_start(struct metrics *m, struct qv_client *client,
                   const char *target, struct qv_error *error)
{
    unsigned port;
    char *bind;
    bool ok = true;

    *m = (struct metrics){.client = client};
    if (metrics_is_port(target, &bind, &port)) {
        ok = open_port(m, bind, port, error);
        free(bind);
    } else {
        m->path = target;
        m->timer.on_expired = on_tick;
        qv_timer_arm(client, &m->timer, SECOND);
    }
    if (!ok)
        m->client = NULL;
    return ok;
}

void metrics_stop(struct metrics *m)
{
    if (!m->client)
        return;
    if (m->path) {
        qv_timer_disarm(m->client, &m->timer);
        write_file(m);
    }
    qv_page_port_close(m->port);
    m->client = NULL;
}

int metrics_end(struct metrics *m)
{
    return m->failed;
}
