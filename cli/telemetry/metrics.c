#include "telemetry/metrics.h"

#include <stdio.h>
#include <string.h>

#include "files/atomic_file.h"
#include "files/special_file.h"
#include "telemetry/metrics_target.h"
#include "telemetry/metrics_text.h"
#include "telemetry/prometheus.h"
#include "telemetry/snapshot.h"
#include "terminal/complain.h"

#define SECOND UINT64_C(1000000000)

static void render(const struct metrics *m, struct str *out)
{
    struct snapshot shot;
    snapshot_take(&shot, m->client);
    metrics_text(out, &shot);
    snapshot_fini(&shot);
}

/* ---- into a file ---- */

static void write_file(struct metrics *m)
{
    struct str out = {0};
    render(m, &out);
    m->failed = atomic_file_replace(m->path, &out);
    str_fini(&out);
}

static void on_tick(struct qv_timer *t)
{
    struct metrics *m = QV_OWNER(t, struct metrics, timer);
    /* A slow reader gets fewer of them. */
    if (!special_file_is_behind(m->path))
        write_file(m);
    qv_timer_arm(m->client, &m->timer, SECOND);
}

/* Written at once, so that a place where nothing can be is told before the
 * first request. */
static bool open_file(struct metrics *m, const char *path,
                      struct qv_error *error)
{
    m->path = path;
    m->timer.on_expired = on_tick;
    write_file(m);
    if (m->failed) {
        *error = (struct qv_error){.status = QV_EXIT_WRITE};
        (void)snprintf(error->text, sizeof error->text,
                       "cannot write the metrics to '%.100s': %s", path,
                       strerror(m->failed));
        m->failed = 0;
        return false;
    }
    qv_timer_arm(m->client, &m->timer, SECOND);
    return true;
}

/* ---- at a port ---- */

static char *on_page(void *user, size_t *len)
{
    struct str out = {0};
    render(user, &out);
    *len = out.len;
    return str_take(&out);
}

static bool open_port(struct metrics *m, const struct metrics_target *at,
                      struct qv_error *error)
{
    struct qv_page page = {
        .bind = at->bind,
        .port = at->port,
        .path = "/metrics",
        .type = prometheus_type,
        .render = on_page,
        .user = m,
    };
    m->port = qv_client_serve_page(m->client, &page, error);
    if (m->port && !at->port)
        complain_notice("metrics at http://%s:%u/metrics",
                        at->bind ? at->bind : "localhost",
                        qv_page_port_number(m->port));
    return m->port != NULL;
}

/* ---- beginning and end ---- */

bool metrics_start(struct metrics *m, struct qv_client *client,
                   const char *target, struct qv_error *error)
{
    struct metrics_target at;
    bool ok = true;
    *m = (struct metrics){.client = client};
    if (metrics_target_parse(&at, target)) {
        ok = open_port(m, &at, error);
        metrics_target_fini(&at);
    } else {
        ok = open_file(m, target, error);
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
