#include "http/fields.h"

#include <stdint.h>

/* Most heads have fewer fields than this. */
#define FIRST_CAP 16

/* What a field counts beside its bytes (RFC 9113 6.5.2). */
#define FIELD_OVERHEAD 32

void fields_init(struct fields *f, struct arena *arena)
{
    *f = (struct fields){.arena = arena};
}

void fields_clear(struct fields *f)
{
    f->len = 0;
    f->bytes = 0;
}

static size_t field_size(struct span name, struct span value)
{
    return name.len + value.len + FIELD_OVERHEAD;
}

/* The old array stays in the arena until that is reset: doubling keeps the
 * waste below the size of the section. */
static void grow(struct fields *f)
{
    size_t cap = f->cap ? 2 * f->cap : FIRST_CAP;
    struct field *items = arena_alloc(f->arena, cap * sizeof *items);
    if (f->len > 0)
        memcpy(items, f->items, f->len * sizeof *items);
    f->items = items;
    f->cap = cap;
}

void fields_add(struct fields *f, struct span name, struct span value)
{
    if (f->len == f->cap)
        grow(f);
    f->items[f->len++] = (struct field){
        .name = arena_copy(f->arena, name),
        .value = arena_copy(f->arena, value),
    };
    f->bytes += field_size(name, value);
}

static size_t find_from(const struct fields *f, size_t at, struct span name)
{
    while (at < f->len && !span_equal_nocase(f->items[at].name, name))
        at++;
    return at;
}

/* Removes all of that name from place `from` on. */
static size_t remove_from(struct fields *f, size_t from, struct span name)
{
    size_t kept = from;
    for (size_t i = from; i < f->len; i++) {
        if (span_equal_nocase(f->items[i].name, name))
            f->bytes -= field_size(f->items[i].name, f->items[i].value);
        else
            f->items[kept++] = f->items[i];
    }
    size_t removed = f->len - kept;
    f->len = kept;
    return removed;
}

void fields_set(struct fields *f, struct span name, struct span value)
{
    size_t at = find_from(f, 0, name);
    if (at == f->len) {
        fields_add(f, name, value);
        return;
    }
    struct field *first = &f->items[at];
    struct span copy = arena_copy(f->arena, value);
    f->bytes -= field_size(first->name, first->value);
    f->bytes += field_size(first->name, copy);
    first->value = copy;
    remove_from(f, at + 1, name);
}

size_t fields_remove(struct fields *f, struct span name)
{
    return remove_from(f, 0, name);
}

const struct field *fields_find(const struct fields *f, struct span name)
{
    size_t at = find_from(f, 0, name);
    return at < f->len ? &f->items[at] : NULL;
}

struct span fields_value(const struct fields *f, const char *name)
{
    const struct field *field = fields_find(f, span_str(name));
    return field ? field->value : (struct span){NULL, 0};
}

bool fields_has_token(const struct fields *f, const char *name,
                      const char *token)
{
    struct span wanted_name = span_str(name);
    struct span wanted = span_str(token);
    for (size_t i = 0; i < f->len; i++) {
        if (!span_equal_nocase(f->items[i].name, wanted_name))
            continue;
        struct span rest = f->items[i].value;
        struct span element;
        while (span_next(&rest, ',', &element))
            if (span_equal_nocase(span_trim(element), wanted))
                return true;
    }
    return false;
}

/* tchar of RFC 9110 5.6.2. */
static bool is_token_byte(uint8_t c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        (c >= '0' && c <= '9'))
        return true;
    return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

bool fields_is_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_token_byte(name.base[i]))
            return false;
    return name.len > 0;
}

bool fields_is_value(struct span value)
{
    if (span_trim(value).len != value.len)
        return false;
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.base[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}
