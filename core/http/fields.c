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
    f->names = 0;
}

/* Most of what is looked for is not there, which mostly a bit tells: names
 * differ in their length and their letters.  Those of names that were removed
 * stay, and cost a look. */
static uint64_t bit_of(struct span name)
{
    if (name.len == 0)
        return 1;
    size_t letters = (size_t)(name.base[0] | 0x20) * 3 +
                     (size_t)(name.base[name.len - 1] | 0x20) * 5;
    return (uint64_t)1 << (name.len * 7 + letters) % 64;
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

/* Both in one piece, each with a NUL behind it. */
static struct field copy_field(struct arena *arena, struct span name,
                               struct span value)
{
    uint8_t *copy = arena_alloc(arena, name.len + value.len + 2);
    struct field field = {span_of(copy, name.len),
                          span_of(copy + name.len + 1, value.len)};
    if (name.len > 0)
        memcpy(copy, name.base, name.len);
    copy[name.len] = '\0';
    if (value.len > 0)
        memcpy(copy + name.len + 1, value.base, value.len);
    copy[name.len + 1 + value.len] = '\0';
    return field;
}

void fields_add(struct fields *f, struct span name, struct span value)
{
    if (f->len == f->cap)
        grow(f);
    f->items[f->len++] = copy_field(f->arena, name, value);
    f->bytes += field_size(name, value);
    f->names |= bit_of(name);
}

void fields_add_first(struct fields *f, struct span name, struct span value)
{
    fields_add(f, name, value);
    struct field first = f->items[f->len - 1];
    memmove(f->items + 1, f->items, (f->len - 1) * sizeof *f->items);
    f->items[0] = first;
}

static size_t find_from(const struct fields *f, size_t at, struct span name)
{
    if (!(f->names & bit_of(name)))
        return f->len;
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

size_t fields_text_len(const struct fields *f)
{
    size_t len = 0;
    for (size_t i = 0; i < f->len; i++)
        len += f->items[i].name.len + f->items[i].value.len + 4;
    return len;
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

struct span fields_only_value(const struct fields *f, const char *name)
{
    size_t at = find_from(f, 0, span_str(name));
    if (at == f->len || find_from(f, at + 1, span_str(name)) < f->len)
        return (struct span){NULL, 0};
    return f->items[at].value;
}

/* How far it is to the first separator outside of quotes; all of s when there
 * is none. */
static size_t part_len(struct span s, char separator, bool has_escapes)
{
    bool is_quoted = false;
    size_t i = 0;
    for (; i < s.len; i++) {
        if (s.base[i] == '"')
            is_quoted = !is_quoted;
        else if (is_quoted && has_escapes && s.base[i] == '\\')
            i++; /* and what it quotes (RFC 9110 5.6.4) */
        else if (!is_quoted && s.base[i] == (uint8_t)separator)
            return i;
    }
    return s.len;
}

static bool next_part(struct span *rest, char separator, bool has_escapes,
                      struct span *part)
{
    while (rest->len > 0) {
        size_t len = part_len(*rest, separator, has_escapes);
        *part = span_trim(span_of(rest->base, len));
        if (len < rest->len)
            len++;
        *rest = span_of(rest->base + len, rest->len - len);
        if (part->len > 0)
            return true;
    }
    return false;
}

bool fields_next_part(struct span *rest, char separator, struct span *part)
{
    return next_part(rest, separator, true, part);
}

struct fields_list fields_list_of(const struct fields *f, const char *name)
{
    return (struct fields_list){.fields = f, .name = span_str(name)};
}

struct fields_list fields_list_of_tags(const struct fields *f, const char *name)
{
    return (struct fields_list){
        .fields = f,
        .name = span_str(name),
        .is_of_tags = true,
    };
}

bool fields_list_next(struct fields_list *list, struct span *element)
{
    const struct fields *f = list->fields;
    while (!next_part(&list->rest, ',', !list->is_of_tags, element)) {
        size_t at = find_from(f, list->next, list->name);
        if (at == f->len)
            return false;
        list->next = at + 1;
        list->rest = f->items[at].value;
    }
    return true;
}

bool fields_has_token(const struct fields *f, const char *name,
                      const char *token)
{
    struct fields_list list = fields_list_of(f, name);
    struct span wanted = span_str(token);
    struct span element;
    while (fields_list_next(&list, &element))
        if (span_equal_nocase(element, wanted))
            return true;
    return false;
}

/* tchar of RFC 9110 5.6.2: letters, digits and some marks. */
static const bool is_token_byte[256] = {
    ['0'] = 1, ['1'] = 1,  ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
    ['6'] = 1, ['7'] = 1,  ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1,
    ['C'] = 1, ['D'] = 1,  ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1,
    ['I'] = 1, ['J'] = 1,  ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1,
    ['O'] = 1, ['P'] = 1,  ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1,
    ['U'] = 1, ['V'] = 1,  ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1,
    ['a'] = 1, ['b'] = 1,  ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,
    ['g'] = 1, ['h'] = 1,  ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1,
    ['m'] = 1, ['n'] = 1,  ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1,
    ['s'] = 1, ['t'] = 1,  ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1,
    ['y'] = 1, ['z'] = 1,  ['!'] = 1, ['#'] = 1, ['$'] = 1, ['%'] = 1,
    ['&'] = 1, ['\''] = 1, ['*'] = 1, ['+'] = 1, ['-'] = 1, ['.'] = 1,
    ['^'] = 1, ['_'] = 1,  ['`'] = 1, ['|'] = 1, ['~'] = 1,
};

bool fields_is_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!is_token_byte[name.base[i]])
            return false;
    return name.len > 0;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static bool is_control(uint8_t c)
{
    return (c < 0x20 && c != '\t') || c == 0x7f;
}

/* May one of eight bytes be a control byte?  Tabs look like one. */
static bool has_control(const uint8_t *at)
{
    const uint64_t ones = 0x0101010101010101;
    uint64_t word;
    memcpy(&word, at, sizeof word);
    uint64_t is_low = (word - 0x20 * ones) & ~word;
    uint64_t del = word ^ 0x7f * ones;
    uint64_t is_del = (del - ones) & ~del;
    return ((is_low | is_del) & 0x80 * ones) != 0;
}

static bool has_control_byte(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_control(s.base[i]))
            return true;
    return false;
}

bool fields_is_value(struct span value)
{
    size_t at = 0;
    if (value.len == 0)
        return true;
    if (is_blank(value.base[0]) || is_blank(value.base[value.len - 1]))
        return false;
    for (; value.len - at >= 8 && !has_control(value.base + at); at += 8)
        continue;
    return !has_control_byte(span_of(value.base + at, value.len - at));
}
