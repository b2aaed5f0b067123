#include "base/status_list.h"

#include <string.h>

enum {
    STATUS_MIN = 100,
    STATUS_MAX = 999
};

bool status_list_add(struct status_list *l, uint64_t from, uint64_t to)
{
    if (from < STATUS_MIN || to > STATUS_MAX || from > to)
        return false;
    for (uint64_t s = from; s <= to; s++)
        l->bits[s / 64] |= UINT64_C(1) << (s % 64);
    l->is_set = true;
    return true;
}

/* Three digits, as every status has. */
static bool take_status(const char **at, uint64_t *status)
{
    *status = 0;
    for (int i = 0; i < 3; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9')
            return false;
        *status = *status * 10 + (uint64_t)(c - '0');
    }
    *at += 3;
    return true;
}

bool status_list_parse(struct status_list *l, const char *text)
{
    for (;;) {
        uint64_t from;
        uint64_t to;
        text += strspn(text, " ");
        if (!take_status(&text, &from))
            return false;
        to = from;
        if (*text == '-') {
            text++;
            if (!take_status(&text, &to))
                return false;
        }
        if (!status_list_add(l, from, to))
            return false;
        text += strspn(text, " ");
        if (!*text)
            return true;
        if (*text++ != ',')
            return false;
    }
}

void status_list_write(const struct status_list *l, struct str *out)
{
    bool is_first = true;
    for (int from = STATUS_MIN; from <= STATUS_MAX; from++) {
        int to = from;
        if (!status_list_has(l, from))
            continue;
        while (status_list_has(l, to + 1))
            to++;
        str_printf(out, "%s%d", is_first ? "" : ",", from);
        if (to > from)
            str_printf(out, "-%d", to);
        is_first = false;
        from = to;
    }
}

bool status_list_has(const struct status_list *l, int status)
{
    return status >= STATUS_MIN && status <= STATUS_MAX &&
           (l->bits[status / 64] >> (status % 64) & 1);
}
