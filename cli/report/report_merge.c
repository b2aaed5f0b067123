#include "report/report_merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/xalloc.h"
#include "core/quiver.h"
#include "terminal/complain.h"

enum {
    TELL_MAX = 10 /* of duplicates and conflicts; the rest is counted */
};

struct place {
    uint64_t seq;
    uint64_t offset;
};

struct cursor {
    struct report_file file;
    struct place *index; /* NULL: the file itself is in order */
    size_t len;
    size_t at;
    struct report_record record;
    bool has_record;
};

struct report_merge {
    struct cursor *cursors;
    size_t n;
    /* what was chosen so far for the place that is looked at */
    struct report_record best;
    struct str best_line;
    bool has_best;
    struct report_record given; /* to the caller, with its line */
    struct str occurrence_line;
    uint64_t nduplicates;
    uint64_t nconflicts;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *p = a;
    const struct place *q = b;
    if (p->seq != q->seq)
        return p->seq < q->seq ? -1 : 1;
    return p->offset < q->offset ? -1 : p->offset > q->offset;
}

/* Reads the whole file once: is it in order?  If not, what is where. */
static void survey(struct cursor *c)
{
    struct report_record r;
    bool is_ordered = true;
    size_t cap = 0;
    while (report_file_next(&c->file, &r)) {
        c->index = xalloc_room(c->index, c->len, &cap, sizeof *c->index);
        c->index[c->len] = (struct place){r.seq, r.offset};
        if (c->len && c->index[c->len - 1].seq > r.seq)
            is_ordered = false;
        c->len++;
        report_record_fini(&r);
    }
    c->file.is_quiet = true;
    if (!is_ordered) {
        qsort(c->index, c->len, sizeof *c->index, compare_places);
        return;
    }
    free(c->index);
    c->index = NULL;
    c->file.line = 0;
    line_reader_seek(&c->file.lines, 0);
}

static void advance(struct cursor *c)
{
    if (c->has_record)
        report_record_fini(&c->record);
    if (!c->index) {
        c->has_record = report_file_next(&c->file, &c->record);
        return;
    }
    c->has_record =
        c->at < c->len &&
        report_file_at(&c->file, c->index[c->at++].offset, &c->record);
}

struct report_merge *report_merge_new(const char *const *names, size_t n,
                                      uint64_t *nbad)
{
    struct report_merge *m = xalloc_zeroed(1, sizeof *m);
    m->cursors = xalloc_zeroed(n, sizeof *m->cursors);
    for (size_t i = 0; i < n; i++) {
        struct cursor *c = &m->cursors[i];
        if (!report_file_open(&c->file, names[i], nbad)) {
            report_merge_free(m);
            return NULL;
        }
        m->n++;
        if (!c->file.lines.can_seek) {
            complain_error(QV_EXIT_READ, names[i],
                           "what is to be merged is read twice: a pipe "
                           "cannot be");
            report_merge_free(m);
            return NULL;
        }
        survey(c);
        advance(c);
    }
    return m;
}

void report_merge_free(struct report_merge *m)
{
    for (size_t i = 0; i < m->n; i++) {
        struct cursor *c = &m->cursors[i];
        if (c->has_record)
            report_record_fini(&c->record);
        report_file_close(&c->file);
        free(c->index);
    }
    free(m->cursors);
    report_record_fini(&m->best);
    report_record_fini(&m->given);
    str_fini(&m->best_line);
    str_fini(&m->occurrence_line);
    free(m);
}

/* The first of those whose record has the lowest place; NULL: all are read. */
static struct cursor *lowest(const struct report_merge *m)
{
    struct cursor *found = NULL;
    for (size_t i = 0; i < m->n; i++) {
        struct cursor *c = &m->cursors[i];
        if (c->has_record && (!found || c->record.seq < found->record.seq))
            found = c;
    }
    return found;
}

static bool has_same_id(const struct report_record *a,
                        const struct report_record *b)
{
    yyjson_val *x = report_record_value(a, "id");
    yyjson_val *y = report_record_value(b, "id");
    return x && y ? yyjson_equals(x, y) : !x && !y;
}

/* Takes the record over from the cursor, its line as a copy. */
static void choose(struct report_merge *m, struct cursor *c)
{
    report_record_fini(&m->best);
    m->best = c->record;
    str_clear(&m->best_line);
    str_add(&m->best_line, span_of(c->record.text, c->record.len));
    m->best.text = m->best_line.base;
    m->has_best = true;
    c->has_record = false;
    advance(c);
}

static void tell(uint64_t n, const struct report_record *r, const char *what)
{
    struct str id = {0};
    if (n > TELL_MAX)
        return;
    report_record_id(r, &id);
    complain_notice("%s: id %.100s, seq %" PRIu64 ": %s", r->file,
                    id.base ? id.base : "", r->seq, what);
    str_fini(&id);
}

static void give(struct report_merge *m, struct report_record *r)
{
    struct str line = m->occurrence_line;
    report_record_fini(&m->given);
    m->given = m->best;
    m->occurrence_line = m->best_line;
    m->best_line = line;
    m->best = (struct report_record){0};
    m->has_best = false;
    *r = m->given;
}

/* Another record of the place that `best` has: true when it was dealt with. */
static bool settle(struct report_merge *m, struct cursor *c)
{
    if (!has_same_id(&m->best, &c->record)) {
        tell(++m->nconflicts, &c->record,
             "another file has another id there: not of one input");
        return false;
    }
    tell(++m->nduplicates, &c->record, "is there twice");
    if (m->best.is_ok && !c->record.is_ok)
        advance(c);
    else
        choose(m, c);
    return true;
}

bool report_merge_next(struct report_merge *m, struct report_record *r)
{
    for (;;) {
        struct cursor *c = lowest(m);
        if (!m->has_best) {
            if (!c)
                return false;
            choose(m, c);
            continue;
        }
        if (c && c->record.seq == m->best.seq && settle(m, c))
            continue;
        give(m, r);
        return true;
    }
}

uint64_t report_merge_duplicates(const struct report_merge *m)
{
    return m->nduplicates;
}

uint64_t report_merge_conflicts(const struct report_merge *m)
{
    return m->nconflicts;
}
