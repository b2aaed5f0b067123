#include "terminal/status_area.h"

#include <stdint.h>
#include <unistd.h>

#include "terminal/console.h"
#include "terminal/escape.h"
#include "terminal/screen.h"

#define MS UINT64_C(1000000)

/* What is over at once is not worth a flicker; more often than ten times a
 * second nobody can read. */
enum {
    FIRST_MS = 500,
    EVERY_MS = 100,
};

/* One write for what is erased and drawn anew: no empty moment between. */
static void draw(struct status_area *a)
{
    struct str out = {0};
    /* A terminal that stands still: what is drawn once is enough. */
    if (console_is_behind())
        return;
    screen_erase(&out, a->nlines);
    a->nlines = a->draw(a->user, &out, screen_width(STDERR_FILENO));
    console_write(&out);
    str_fini(&out);
}

static void on_tick(struct qv_timer *t)
{
    struct status_area *a = QV_OWNER(t, struct status_area, timer);
    draw(a);
    qv_timer_arm(a->client, &a->timer, EVERY_MS * MS);
}

void status_area_start(struct status_area *a)
{
    a->timer = (struct qv_timer){.on_expired = on_tick};
    a->nlines = 0;
    qv_timer_arm(a->client, &a->timer, FIRST_MS * MS);
}

void status_area_hide(struct status_area *a)
{
    struct str out = {0};
    if (a->nlines == 0)
        return;
    screen_erase(&out, a->nlines);
    console_write(&out);
    str_fini(&out);
    a->nlines = 0;
}

void status_area_leave(struct status_area *a)
{
    if (a->client == NULL)
        return;
    draw(a);
    a->nlines = 0;
}

void status_area_end(struct status_area *a)
{
    if (a->client == NULL)
        return;
    status_area_hide(a);
    qv_timer_disarm(a->client, &a->timer);
    a->client = NULL;
}
