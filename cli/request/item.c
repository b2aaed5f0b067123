#include "request/item.h"

#include <string.h>

static const struct {
    const char *text;
    enum item_kind kind;
} separators[] = {
    /* Those that begin with another one stand before it. */
    {":=@", ITEM_JSON_FILE},  {":=", ITEM_JSON},
    {":@", ITEM_HEADER_FILE}, {":", ITEM_HEADER},
    {"==@", ITEM_QUERY_FILE}, {"==", ITEM_QUERY},
    {"=@", ITEM_TEXT_FILE},   {"=", ITEM_TEXT},
    {"@", ITEM_FILE},         {";", ITEM_HEADER_EMPTY},
};

enum {
    NSEPARATORS = sizeof separators / sizeof separators[0]
};

/* The index of the separator that stands here; NSEPARATORS: none does. */
static size_t separator_at(const char *text)
{
    size_t i = 0;
    while (i < NSEPARATORS &&
           strncmp(text, separators[i].text, strlen(separators[i].text)) != 0)
        i++;
    /* "Name;" has nothing behind it. */
    if (i < NSEPARATORS && separators[i].kind == ITEM_HEADER_EMPTY && text[1])
        return NSEPARATORS;
    return i;
}

bool item_parse(struct item *item, const char *text)
{
    *item = (struct item){0};
    for (; *text; text++) {
        if (text[0] == '\\' && text[1] && strchr(":=@;\\", text[1])) {
            str_add_char(&item->key, *++text);
            continue;
        }
        size_t i = separator_at(text);
        if (i < NSEPARATORS) {
            item->kind = separators[i].kind;
            item->value = text + strlen(separators[i].text);
            return true;
        }
        str_add_char(&item->key, *text);
    }
    return false;
}

void item_fini(struct item *item)
{
    str_fini(&item->key);
}

bool item_is_body(const struct item *item)
{
    switch (item->kind) {
    case ITEM_HEADER:
    case ITEM_HEADER_EMPTY:
    case ITEM_HEADER_FILE:
    case ITEM_QUERY:
    case ITEM_QUERY_FILE:
        return false;
    case ITEM_TEXT:
    case ITEM_TEXT_FILE:
    case ITEM_JSON:
    case ITEM_JSON_FILE:
    case ITEM_FILE:
        return true;
    }
    return false;
}
