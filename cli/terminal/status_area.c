#include "terminal/status_area.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "terminal/console.h"
#include "terminal/screen.h"

#define MS UINT64_C(1000000)

/* What is over at once is not worth a flicker; more often than ten times a
 * second nobody can read. */
enum {
    FIRST_MS = 500,
    EVERY_MS = 100,
    /* Behind lines that are gathered until the end of the turn. */
    AGAIN_MS = 1,
};

/* Rows that the lines take, whatever the width is now. */
static unsigned rows_of(const struct status_area *a)
{
    unsigned width = screen_width(STDERR_FILENO);
    unsigned height = screen_height(STDERR_FILENO);
    unsigned rows = 0;
    if (!screen_wraps_anew())
        rows = a->nlines;
    for (unsigned i = rows; i < a->nlines; i++)
        rows += a->columns[i] > width ? (a->columns[i] + width - 1) / width : 1;
    return rows < height ? rows : height - 1;
}

static void erase(struct status_area *a, struct str *out)
{
    screen_erase(out, rows_of(a));
    a->nlines = 0;
}

/* Behind the first so many lines. */
static const char *skip_lines(const char *text, unsigned n)
{
    for (; n; n--)
        text = strchr(text, '\n') + 1;
    return text;
}

static void note_columns(struct status_area *a, const char *text)
{
    for (unsigned i = 0; i < a->nlines; i++) {
        size_t len = strcspn(text, "\n");
        a->columns[i] = (unsigned short)screen_columns(text, len);
        text += len + 1;
    }
}

static bool is_recent(const struct status_area *a)
{
    return a->width == screen_width(STDERR_FILENO) &&
           qv_client_now(a->client) - a->at < EVERY_MS * MS;
}

/* The lines, of which the last ones are shown if there is no room for all; the row
 * of the cursor is none of theirs. */
static void render(struct status_area *a)
{
    struct str lines = {0};
    unsigned max = screen_height(STDERR_FILENO) - 1;
    a->at = qv_client_now(a->client);
    a->width = screen_width(STDERR_FILENO);
    unsigned n = a->draw(a->user, &lines, a->width);
    if (max > STATUS_AREA_MAX)
        max = STATUS_AREA_MAX;
    a->nlines = n < max ? n : max;
    const char *shown = skip_lines(str_text(&lines), n - a->nlines);
    note_columns(a, shown);
    str_clear(&a->shown);
    str_add_text(&a->shown, shown);
    str_fini(&lines);
}

static unsigned lines_of(const struct str *text)
{
    unsigned n = 0;
    for (size_t i = 0; i < text->len; i++)
        n += text->base[i] == '\n';
    return n;
}

/* One write for what is erased and drawn anew: no empty moment between. */
static void draw(struct status_area *a)
{
    struct str out = {0};
    /* A terminal that stands still: what is drawn once is enough. */
    if (console_is_behind())
        return;
    erase(a, &out);
    if (is_recent(a))
        a->nlines = lines_of(&a->shown);
    else
        render(a);
    str_add(&out, str_span(&a->shown));
    console_write(&out);
    str_fini(&out);
}

static void on_tick(struct qv_timer *t)
{
    struct status_area *a = QV_OWNER(t, struct status_area, timer);
    uint64_t wait = EVERY_MS * MS;
    draw(a);
    if (is_recent(a)) /* as it was before it was hidden */
        wait -= qv_client_now(a->client) - a->at;
    qv_timer_arm(a->client, &a->timer, wait);
}

void status_area_start(struct status_area *a)
{
    a->timer = (struct qv_timer){.on_expired = on_tick};
    a->nlines = 0;
    a->shown = (struct str){0};
    a->width = 0;
    qv_timer_arm(a->client, &a->timer, FIRST_MS * MS);
}

void status_area_hide(struct status_area *a)
{
    struct str out = {0};
    if (a->nlines == 0)
        return;
    erase(a, &out);
    console_write(&out);
    str_fini(&out);
    qv_timer_arm(a->client, &a->timer, AGAIN_MS * MS);
}

void status_area_leave(struct status_area *a)
{
    if (a->client == NULL)
        return;
    a->width = 0; /* what stays is of this moment */
    draw(a);
    a->nlines = 0;
}

void status_area_end(struct status_area *a)
{
    if (a->client == NULL)
        return;
    status_area_hide(a);
    qv_timer_disarm(a->client, &a->timer);
    str_fini(&a->shown);
    a->client = NULL;
}
