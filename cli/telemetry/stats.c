#include "telemetry/stats.h"

#include <unistd.h>

#include "files/atomic_file.h"
#include "telemetry/snapshot.h"
#include "telemetry/stats_json.h"
#include "terminal/console.h"
#include "terminal/screen.h"

enum {
    /* Of what stays on the terminal at the end. */
    ROWS_LAST = 20,
};

void stats_start(struct stats *s, struct qv_client *client, bool is_live,
                 const char *path)
{
    *s = (struct stats){
        .client = client,
        .is_live = is_live,
        .path = path,
        .began = qv_client_now(client),
    };
}

unsigned stats_lines(struct stats *s, struct str *out, struct stats_room room)
{
    struct snapshot shot;
    if (!s->client || !s->is_live)
        return 0;
    snapshot_take(&shot, s->client);
    rates_take(&s->rates, &shot, qv_client_now(s->client));
    unsigned n = stats_view(out, &shot, &s->rates, room);
    snapshot_fini(&shot);
    return n;
}

/* ---- at the end ---- */

/* For a person, as it was drawn; else for programs. */
static void tell(struct stats *s, struct snapshot *shot, uint64_t elapsed)
{
    const struct stats_room room = {.width = screen_width(STDERR_FILENO),
                                    .rows = ROWS_LAST};
    if (s->path || !s->is_live) {
        stats_json(&s->text, shot, elapsed);
        str_add_char(&s->text, '\n');
        return;
    }
    rates_of_run(&s->rates, shot, elapsed);
    (void)stats_view(&s->text, shot, &s->rates, room);
}

void stats_stop(struct stats *s)
{
    struct snapshot shot;
    if (!s->client)
        return;
    snapshot_take(&shot, s->client);
    tell(s, &shot, qv_client_now(s->client) - s->began);
    snapshot_fini(&shot);
    s->client = NULL;
}

int stats_end(struct stats *s)
{
    int failed = 0;
    if (!s->text.len)
        return 0;
    if (s->path) {
        failed = atomic_file_replace(s->path, &s->text);
    } else {
        console_urge(&s->text);
        failed = console_failed();
    }
    str_fini(&s->text);
    rates_fini(&s->rates);
    return failed;
}
