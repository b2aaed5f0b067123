#include "http/ech.h"

#include <stdint.h>
#include <string.h>

#include "base/base64.h"
#include "base/wire.h"

#define VERSION 0xfe0d

static bool take_config(struct span *from, uint64_t *version,
                        struct span *contents)
{
    return wire_take_number(from, 2, version) &&
           wire_take_vector(from, 2, contents);
}

/* RFC 9849 4: config_id and kem_id, the key, the ciphers, the longest name. */
static bool read_name(struct span contents, struct span *name)
{
    struct span ignored;
    return wire_take(&contents, 1 + 2, &ignored) &&
           wire_take_vector(&contents, 2, &ignored) &&
           wire_take_vector(&contents, 2, &ignored) &&
           wire_take(&contents, 1, &ignored) &&
           wire_take_vector(&contents, 1, name) && name->len > 0;
}

struct span ech_list_all(struct span list)
{
    struct span all;
    if (list.len > ECH_LIST_MAX || !wire_take_vector(&list, 2, &all) ||
        list.len > 0)
        return (struct span){NULL, 0};
    return all;
}

bool ech_list_next(struct span *rest, struct span *name)
{
    uint64_t version;
    struct span contents;
    while (take_config(rest, &version, &contents))
        if (version == VERSION && read_name(contents, name))
            return true;
    return false;
}

struct span ech_list_name(struct span list)
{
    struct span rest = ech_list_all(list);
    struct span name;
    return ech_list_next(&rest, &name) ? name : (struct span){NULL, 0};
}

bool ech_list_is_good(struct span list)
{
    struct span rest = ech_list_all(list);
    uint64_t version;
    struct span contents;
    struct span name;
    bool is_good = false;
    while (rest.len > 0) {
        if (!take_config(&rest, &version, &contents))
            return false;
        is_good |= version == VERSION && read_name(contents, &name);
    }
    return is_good;
}

bool ech_list_decode(struct str *list, const char *text)
{
    size_t len = strlen(text);
    size_t n = 0;
    str_clear(list);
    if (len > 2 * ECH_LIST_MAX ||
        !base64_decode(str_reserve(list, base64_room(len)), &n, text, len))
        return false;
    str_commit(list, n);
    return ech_list_is_good(str_span(list));
}
