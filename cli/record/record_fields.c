/*
 * A name's first field collects the values of the later ones.  Names are found
 * again by a key of a few of their bytes, in chains by that key: with the ten
 * different names of an ordinary head nothing is compared but keys, and many
 * names cost no more than many.
 */
#include "record/record_fields.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonl.h"
#include "base/name_key.h"
#include "base/redact.h"
#include "core/base/xalloc.h"

enum {
    CHAIN_BITS = 6,
    USUAL = 64, /* fields that need no memory of their own */
    NONE = 0,   /* of a place + 1 */
};

/* Of one field; places are counted from 1. */
struct same {
    size_t len; /* of its name */
    uint32_t key;
    uint32_t older; /* another first field of this chain */
    uint32_t next;  /* field of this name */
    uint32_t last;  /* field of this name, in its first */
    bool is_first;  /* of its name */
};

static uint32_t find_first(const struct record_fields *f,
                           const struct same *all, uint32_t at, uint32_t key,
                           const char *name)
{
    while (at && (all[at - 1].key != key ||
                  strcasecmp(f->fields[at - 1].name, name) != 0))
        at = all[at - 1].older;
    return at;
}

static void group(const struct record_fields *f, struct same *all)
{
    uint32_t chains[1 << CHAIN_BITS] = {NONE};
    for (size_t i = 0; i < f->n; i++) {
        const char *name = f->fields[i].name;
        size_t len = strlen(name);
        uint32_t key = name_key(name, len);
        uint32_t *chain = &chains[name_key_place(key, CHAIN_BITS)];
        uint32_t place = (uint32_t)i + 1;
        uint32_t first = find_first(f, all, *chain, key, name);
        all[i] = (struct same){.len = len,
                               .key = key,
                               .older = first ? NONE : *chain,
                               .last = place,
                               .is_first = !first};
        if (first) {
            all[all[first - 1].last - 1].next = place;
            all[first - 1].last = place;
        } else {
            *chain = place;
        }
    }
}

static void put_member(struct str *out, const struct record_fields *f,
                       const struct same *all, uint32_t place)
{
    const char *name = f->fields[place - 1].name;
    size_t len = all[place - 1].len;
    bool hide = !f->show_secrets && redact_is_field(name, len);
    jsonl_lower(out, name, len);
    jsonl_put(out, ":[");
    for (; place; place = all[place - 1].next) {
        const char *value = f->fields[place - 1].value;
        if (hide)
            jsonl_string(out, REDACT_SHOWN_AS);
        else
            redact_quote_url(out, value, f->show_secrets);
        if (all[place - 1].next)
            jsonl_put(out, ",");
    }
    jsonl_put(out, "]");
}

void record_fields_add(struct str *out, const struct record_fields *f)
{
    struct same usual[USUAL];
    struct same *all =
        f->n <= USUAL ? usual : xalloc_zeroed(f->n, sizeof(struct same));
    bool any = false;
    group(f, all);
    for (size_t i = 0; i < f->n; i++) {
        if (!all[i].is_first)
            continue;
        if (any) {
            jsonl_put(out, ",");
            if (f->is_line_each)
                jsonl_put(out, "\n");
        }
        any = true;
        put_member(out, f, all, (uint32_t)i + 1);
    }
    if (all != usual)
        free(all);
}
