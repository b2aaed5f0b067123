#include "cli/batch/fake_input.h"

#include <assert.h>
#include <stdio.h>

void fake_input_init(struct input *f)
{
    *f = (struct input){
        .wait_at = UINT64_MAX,
        .fail_at = UINT64_MAX,
        .bytes = 1,
        .pool = entry_memory_new(),
    };
}

void fake_input_fini(struct input *f)
{
    entry_memory_free(f->pool);
}

void input_free(struct input *f)
{
    f->nfreed++;
}

enum input_state input_next(struct input *f, struct entry **entry,
                            struct qv_error *error)
{
    assert(f->nfreed == 0);
    if (f->count == f->wait_at)
        return INPUT_WAIT;
    if (f->count == f->fail_at) {
        f->fail_at = UINT64_MAX;
        *error = (struct qv_error){.status = QV_EXIT_READ};
        (void)snprintf(error->text, sizeof error->text, "no such file");
        return INPUT_FAILED;
    }
    if (f->count == f->total)
        return INPUT_END;
    struct entry *e = entry_memory_take(f->pool);
    e->seq = f->count++;
    e->line = f->count;
    e->file = "list";
    e->op = f->op;
    entry_memory_number(e);
    f->make(e);
    *entry = e;
    return INPUT_ENTRY;
}

uint64_t input_count(const struct input *f)
{
    return f->count;
}

void input_position(const struct input *f, uint64_t *at, uint64_t *size)
{
    *at = f->count * f->bytes;
    *size = f->size;
}
