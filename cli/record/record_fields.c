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
#include "base/redact.h"
#include "core/base/xalloc.h"

enum {
    CHAINS = 64,
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

/* Letters as if in lower case; other bytes may look alike then, which costs a
 * comparison. */
static uint32_t key_of(const char *name, size_t len)
{
    const unsigned char *s = (const unsigned char *)name;
    if (len == 0)
        return 0;
    return (uint32_t)len | (uint32_t)(s[0] | 0x20) << 8 |
           (uint32_t)(s[len / 2] | 0x20) << 16 |
           (uint32_t)(s[len - 1] | 0x20) << 24;
}

static uint32_t *chain_of(uint32_t *chains, uint32_t key)
{
    return &chains[key * 0x9e3779b1u >> 26];
}

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
    uint32_t chains[CHAINS] = {NONE};
    for (size_t i = 0; i < f->n; i++) {
        const char *name = f->fields[i].name;
        size_t len = strlen(name);
        uint32_t key = key_of(name, len);
        uint32_t *chain = chain_of(chains, key);
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
            str_add_text(out, f->separator);
        }
        any = true;
        put_member(out, f, all, (uint32_t)i + 1);
    }
    if (all != usual)
        free(all);
}
