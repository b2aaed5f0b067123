#include "request/item_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "core/base/xalloc.h"

/*
 * Nodes know nothing but their text and their children; what a place is (object
 * or array) is decided by the first step that goes through it.  Children are
 * searched one by one: somebody has typed them.
 */

enum {
    INDEX_MAX = 9999, /* elements that one field may call into being */
    DEPTH_MAX = 100,
};

enum shape {
    SHAPE_NULL, /* nothing yet */
    SHAPE_TEXT, /* JSON as it was given */
    SHAPE_OBJECT,
    SHAPE_ARRAY,
};

struct item_tree {
    enum shape shape;
    struct str key;  /* in an object */
    struct str text; /* SHAPE_TEXT */
    struct item_tree **children;
    size_t len;
    size_t cap;
};

struct item_tree *item_tree_new(void)
{
    return xalloc_zeroed(1, sizeof(struct item_tree));
}

static void clear(struct item_tree *t)
{
    for (size_t i = 0; i < t->len; i++)
        item_tree_free(t->children[i]);
    t->len = 0;
    str_fini(&t->text);
    t->shape = SHAPE_NULL;
}

void item_tree_free(struct item_tree *t)
{
    if (!t)
        return;
    clear(t);
    free(t->children);
    str_fini(&t->key);
    free(t);
}

static struct item_tree *add_child(struct item_tree *t)
{
    t->children =
        xalloc_room(t->children, t->len, &t->cap, sizeof(struct item_tree *));
    return t->children[t->len++] = item_tree_new();
}

static struct item_tree *member(struct item_tree *t, const struct str *key)
{
    for (size_t i = 0; i < t->len; i++) {
        if (strcmp(str_text(&t->children[i]->key), str_text(key)) == 0)
            return t->children[i];
    }
    struct item_tree *child = add_child(t);
    str_add_text(&child->key, str_text(key));
    return child;
}

static struct item_tree *element(struct item_tree *t, size_t at)
{
    while (t->len <= at)
        add_child(t);
    return t->children[at];
}

/* ---- paths ---- */

/* The part of a path up to the next bracket that means one. */
static void read_part(const char **at, const char *ends, struct str *part)
{
    str_clear(part);
    for (; **at && !strchr(ends, **at); (*at)++) {
        if (**at == '\\' && (*at)[1] && strchr("[]\\", (*at)[1]))
            (*at)++;
        str_add_char(part, **at);
    }
}

static bool is_index(const struct str *part)
{
    const char *text = str_text(part);
    return *text && strlen(text) < 6 && !text[strspn(text, "0123456789")];
}

static bool becomes(struct item_tree *t, enum shape shape, const char **why)
{
    if (t->shape == SHAPE_NULL)
        t->shape = shape;
    if (t->shape == shape)
        return true;
    *why = t->shape == SHAPE_TEXT    ? "that place has a value already"
           : t->shape == SHAPE_ARRAY ? "that place is an array already"
                                     : "that place is an object already";
    return false;
}

/* One step further: what stands between two brackets. */
static struct item_tree *step(struct item_tree *t, const struct str *part,
                              const char **why)
{
    if (part->len == 0)
        return becomes(t, SHAPE_ARRAY, why) ? add_child(t) : NULL;
    if (t->shape == SHAPE_OBJECT || !is_index(part))
        return becomes(t, SHAPE_OBJECT, why) ? member(t, part) : NULL;
    size_t at = (size_t)strtoul(part->base, NULL, 10);
    if (at > INDEX_MAX) {
        *why = "the index is too large";
        return NULL;
    }
    return becomes(t, SHAPE_ARRAY, why) ? element(t, at) : NULL;
}

static struct item_tree *go(struct item_tree *t, const char *at,
                            const char **why)
{
    struct str part = {0};
    unsigned depth = 0;
    if (*at != '[') {
        read_part(&at, "[", &part);
        t = becomes(t, SHAPE_OBJECT, why) ? member(t, &part) : NULL;
    }
    while (t && *at) {
        *why = "a path is NAME[NAME][]...";
        if (*at++ != '[' || ++depth > DEPTH_MAX) {
            t = NULL;
            break;
        }
        read_part(&at, "[]", &part);
        t = *at++ == ']' ? step(t, &part, why) : NULL;
    }
    str_fini(&part);
    return t;
}

bool item_tree_put(struct item_tree *t, const char *path, struct str *json,
                   const char **why)
{
    struct item_tree *place = go(t, path, why);
    if (!place)
        return false;
    clear(place);
    place->shape = SHAPE_TEXT;
    place->text = *json;
    *json = (struct str){0};
    return true;
}

/* ---- text ---- */

void item_tree_render(const struct item_tree *t, struct str *out)
{
    switch (t->shape) {
    case SHAPE_NULL:
        str_add_text(out, "null");
        return;
    case SHAPE_TEXT:
        str_add_text(out, str_text(&t->text));
        return;
    case SHAPE_OBJECT:
    case SHAPE_ARRAY:
        break;
    }
    bool is_object = t->shape == SHAPE_OBJECT;
    str_add_char(out, is_object ? '{' : '[');
    for (size_t i = 0; i < t->len; i++) {
        if (i > 0)
            str_add_text(out, ", ");
        if (is_object) {
            json_quote(out, str_text(&t->children[i]->key));
            str_add_text(out, ": ");
        }
        item_tree_render(t->children[i], out);
    }
    str_add_char(out, is_object ? '}' : ']');
}
