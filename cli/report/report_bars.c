#include "report/report_bars.h"

#include <inttypes.h>

/*
 * The picture is made of half pixels, which is what the finest screens show: a
 * longer number tells nobody more, and a bar of none is left out.
 */
enum {
    UNITS = 2,         /* of a pixel */
    GATHER = 64 * 1024 /* of all paths, before they are written */
};

/* The path of a class that is being written. */
struct pen {
    struct str path;
    int64_t x; /* where the stroke before this one ended */
    uint32_t row;
};

struct drawing {
    const struct report_bars_place *place;
    struct spool_file *out;
    double scale; /* units of a second */
    size_t len;   /* of all paths, about */
    struct pen pens[REPORT_BARS_CLASSES];
};

bool report_bars_open(struct report_bars *b)
{
    *b = (struct report_bars){0};
    return spool_file_open_spool(&b->spool);
}

void report_bars_add(struct report_bars *b, const struct report_bar *bar)
{
    str_add(&b->spool.text, span_of(bar, sizeof *bar));
    spool_file_relieve(&b->spool);
}

static void end_path(struct drawing *d, const struct report_bars_class *c,
                     struct pen *pen)
{
    const struct report_bars_place *p = d->place;
    struct str *out = &d->out->text;
    if (!pen->path.len)
        return;
    str_printf(out, "<path class=\"%s\" transform=\"matrix(.%u 0 0 %u %d %d)\"",
               c->name, 10 / UNITS, p->row, (int)p->left + c->right,
               (int)p->top + c->down);
    str_add_text(out, " d=\"");
    str_add(out, str_span(&pen->path));
    str_add_text(out, "\"/>\n");
    str_clear(&pen->path);
}

/* All of them, so that each is above those before it. */
static void end_paths(struct drawing *d)
{
    for (unsigned i = 0; i < d->place->nclasses; i++)
        end_path(d, &d->place->classes[i], &d->pens[i]);
    d->len = 0;
    spool_file_relieve(d->out);
}

static int64_t unit(const struct drawing *d, double at)
{
    double x = (at - d->place->first) * d->scale;
    double end = (double)d->place->width * UNITS;
    return x > 0 ? (int64_t)((x < end ? x : end) + 0.5) : 0;
}

static void on_bar(void *user, const void *piece)
{
    struct drawing *d = user;
    const struct report_bar *bar = piece;
    struct pen *pen = &d->pens[bar->class];
    unsigned fixed = d->place->classes[bar->class].wide * UNITS;
    int64_t x = unit(d, bar->at);
    int64_t wide = fixed ? fixed : unit(d, bar->at + bar->lasted) - x;
    if (wide <= 0 && !bar->is_shown)
        return;
    if (wide <= 0)
        wide = 1;
    size_t before = pen->path.len;
    if (!before)
        str_printf(&pen->path, "M%" PRId64 " %" PRIu32, x, bar->row);
    else
        str_printf(&pen->path, "m%" PRId64 " %" PRIu32, x - pen->x,
                   bar->row - pen->row);
    str_printf(&pen->path, "h%" PRId64, wide);
    pen->x = x + wide;
    pen->row = bar->row;
    d->len += pen->path.len - before;
    if (d->len >= GATHER)
        end_paths(d);
}

void report_bars_draw(struct report_bars *b, const struct report_bars_place *p,
                      struct spool_file *out)
{
    struct drawing d = {
        .place = p,
        .out = out,
        .scale = (double)p->width * UNITS / p->lasts,
    };
    spool_file_each(&b->spool, sizeof(struct report_bar), on_bar, &d);
    if (b->spool.failed && !out->failed)
        out->failed = b->spool.failed;
    end_paths(&d);
    for (unsigned i = 0; i < p->nclasses; i++)
        str_fini(&d.pens[i].path);
}

void report_bars_close(struct report_bars *b)
{
    (void)spool_file_close(&b->spool);
}
