#include "entry/expect_json.h"

#include <stdio.h>
#include <string.h>
#include <yyjson.h>

#include "base/nearest.h"
#include "core/base/str.h"

struct complaint {
    char *text;
    size_t size;
};

static bool fail(const struct complaint *c, const char *text)
{
    (void)snprintf(c->text, c->size, "expect: %s", text);
    return false;
}

/* Of the value, or of each in an array of them. */
static bool each_of(struct expect *e, yyjson_val *v,
                    bool (*take)(struct expect *e, yyjson_val *one))
{
    bool ok = true;
    size_t i;
    size_t n;
    yyjson_val *one;
    if (!yyjson_is_arr(v))
        return take(e, v);
    yyjson_arr_foreach(v, i, n, one) ok = ok && take(e, one);
    return ok;
}

/* ---- the members ---- */

static bool one_status(struct expect *e, yyjson_val *v)
{
    if (yyjson_is_str(v))
        return expect_add_statuses(e, yyjson_get_str(v));
    return yyjson_is_uint(v) && expect_add_status(e, yyjson_get_uint(v));
}

static bool take_status(struct expect *e, yyjson_val *v,
                        const struct complaint *c)
{
    return (each_of(e, v, one_status) && expect_has_status(e)) ||
           fail(c, "status must be as 200 or \"200-299,304\"");
}

static void add_field(struct expect *e, yyjson_val *name, enum expect_wish wish,
                      const char *value)
{
    expect_add_field(e, span_str(yyjson_get_str(name)), wish, value);
}

/* "etag", ["etag", "date"] or {"etag": true, "age": false, "via": "x"}. */
static bool take_header(struct expect *e, yyjson_val *v,
                        const struct complaint *c)
{
    bool ok = true;
    size_t i;
    size_t n;
    yyjson_val *key;
    yyjson_val *item;
    if (yyjson_is_str(v)) {
        add_field(e, v, EXPECT_PRESENT, NULL);
    } else if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, item)
        {
            ok = ok && yyjson_is_str(item);
            if (ok)
                add_field(e, item, EXPECT_PRESENT, NULL);
        }
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_foreach(v, i, n, key, item)
        {
            ok = ok && (yyjson_is_str(item) || yyjson_is_bool(item));
            if (ok)
                add_field(e, key,
                          yyjson_is_str(item)    ? EXPECT_EQUALS
                          : yyjson_is_true(item) ? EXPECT_PRESENT
                                                 : EXPECT_ABSENT,
                          yyjson_get_str(item));
        }
    } else {
        ok = false;
    }
    return ok || fail(c, "header must be a name, an array of names, or an "
                         "object of names with a value, true or false");
}

static bool take_max_time(struct expect *e, yyjson_val *v,
                          const struct complaint *c)
{
    if (!yyjson_is_num(v) || yyjson_get_num(v) < 0)
        return fail(c, "max_time must be seconds");
    expect_set_max_time(e, yyjson_get_num(v));
    return true;
}

static bool add_needle(struct expect *e, yyjson_val *v)
{
    if (!yyjson_is_str(v) || !yyjson_get_len(v))
        return false;
    expect_add_needle(e, yyjson_get_str(v), yyjson_get_len(v));
    return true;
}

static bool take_contains(struct expect *e, yyjson_val *v,
                          const struct complaint *c)
{
    return each_of(e, v, add_needle) ||
           fail(c, "body_contains must be a text or an array of them");
}

static bool take_sha256(struct expect *e, yyjson_val *v,
                        const struct complaint *c)
{
    const char *hex = yyjson_get_str(v);
    return (hex && expect_set_sha256(e, hex)) ||
           fail(c, "sha256 must be 64 hexadecimal digits");
}

static const struct {
    const char *name;
    bool (*take)(struct expect *e, yyjson_val *v, const struct complaint *c);
} members[] = {
    {"status", take_status},          {"header", take_header},
    {"sha256", take_sha256},          {"max_time", take_max_time},
    {"body_contains", take_contains},
};

static bool take_member(struct expect *e, const char *name, yyjson_val *v,
                        const struct complaint *c)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(members[i].name, name) == 0)
            return members[i].take(e, v, c);
    }
    if (strncmp(name, "x-", 2) == 0)
        return true;
    struct nearest n;
    struct str meant = {0};
    nearest_begin(&n, name, strlen(name));
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        nearest_try(&n, members[i].name);
    nearest_add(&n, "", &meant);
    (void)snprintf(c->text, c->size, "expect: unknown field \"%.60s\"%s", name,
                   str_text(&meant));
    str_fini(&meant);
    return false;
}

struct expect *expect_json(struct yyjson_val *value, char *message,
                           size_t message_size)
{
    struct complaint c = {message, message_size};
    bool ok = true;
    size_t i;
    size_t n;
    yyjson_val *key;
    yyjson_val *v;
    if (!yyjson_is_obj(value)) {
        fail(&c, "must be an object");
        return NULL;
    }
    struct expect *e = expect_new();
    yyjson_obj_foreach(value, i, n, key, v) ok =
        ok && take_member(e, yyjson_get_str(key), v, &c);
    if (ok)
        return e;
    expect_free(e);
    return NULL;
}
