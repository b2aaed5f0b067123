#include "args/option.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"

static const struct {
    const char *name;
    const char *title;
} categories[CATEGORY_COUNT] = {
    [CATEGORY_HTTP] = {"http", "HTTP requests and versions"},
    [CATEGORY_POST] = {"post", "Request bodies"},
    [CATEGORY_UPLOAD] = {"upload", "Uploads"},
    [CATEGORY_AUTH] = {"auth", "Authentication"},
    [CATEGORY_OUTPUT] = {"output", "Where the answer goes"},
    [CATEGORY_VERBOSE] = {"verbose", "Messages and progress"},
    [CATEGORY_CONNECTION] = {"connection", "Addresses and connections"},
    [CATEGORY_TIMEOUT] = {"timeout", "Time limits, retries and rates"},
    [CATEGORY_TLS] = {"tls", "TLS and certificates"},
    [CATEGORY_PROXY] = {"proxy", "Proxies"},
    [CATEGORY_TUNING] = {"tuning", "Limits and windows of the protocols"},
    [CATEGORY_GENERAL] = {"general", "The command line itself"},
    [CATEGORY_BATCH] = {"batch", "Batches of many requests"},
    [CATEGORY_CHANNEL] = {"channel", "Channels"},
    [CATEGORY_TUNNEL] = {"tunnel", "Tunnels"},
    [CATEGORY_PROBE] = {"probe", "Asking what a server does"},
    [CATEGORY_REPORT] = {"report", "Reports of a batch"},
    [CATEGORY_SERVE] = {"serve", "The embedded server"},
};

const char *option_category_name(enum option_category c)
{
    return categories[c].name;
}

const char *option_category_title(enum option_category c)
{
    return categories[c].title;
}

const struct option *option_find(const struct option_group *const *groups,
                                 const char *name, size_t len)
{
    for (; *groups; groups++) {
        for (size_t i = 0; i < (*groups)->len; i++) {
            const struct option *o = &(*groups)->options[i];
            if (strncmp(o->name, name, len) == 0 && !o->name[len])
                return o;
        }
    }
    return NULL;
}

const struct option *
option_find_letter(const struct option_group *const *groups, char letter)
{
    for (; *groups; groups++) {
        for (size_t i = 0; i < (*groups)->len; i++) {
            const struct option *o = &(*groups)->options[i];
            if (o->letter && o->letter == letter)
                return o;
        }
    }
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    const struct option *const *x = a;
    const struct option *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

const struct option **option_sorted(const struct option_group *const *groups,
                                    size_t *len)
{
    const struct option **all = NULL;
    size_t cap = 0;
    *len = 0;
    for (size_t g = 0; groups[g]; g++) {
        for (size_t i = 0; i < groups[g]->len; i++) {
            const struct option *o = &groups[g]->options[i];
            if (option_find(groups, o->name, strlen(o->name)) != o)
                continue;
            all = xalloc_room(all, *len, &cap, sizeof(void *));
            all[(*len)++] = o;
        }
    }
    if (*len)
        qsort(all, *len, sizeof(void *), by_name);
    return all;
}
