/*
 * allowed -- what a peer lets a client do, as far as it has said: plain data, for
 * who wants to know why (http/story.h).
 */
#ifndef CORE_HTTP_ALLOWED_H
#define CORE_HTTP_ALLOWED_H

#include <stddef.h>
#include <stdint.h>

enum allowed_known {
    ALLOWED_UNKNOWN = -1, /* not said, or the version has no word for it */
    ALLOWED_NO,
    ALLOWED_YES,
};

#define ALLOWED_SETTINGS_MAX 32

/* As it came. */
struct allowed_setting {
    const char *name; /* static: "h2.max_frame_size" */
    uint64_t value;
};

/* Numbers are -1 where nothing was said. */
struct allowed {
    int64_t streams; /* exchanges at once */
    int64_t datagram_max;
    int64_t path_mtu; /* bytes of a UDP payload, now */
    int64_t idle;     /* ns */
    enum allowed_known datagrams;
    enum allowed_known connect; /* extended CONNECT */
    enum allowed_known webtransport;
    enum allowed_known early_data;
    enum allowed_known migration;
    struct allowed_setting settings[ALLOWED_SETTINGS_MAX];
    size_t nsettings;
};

void allowed_init(struct allowed *a); /* nothing was said */
/* More than there is room for are dropped. */
void allowed_add(struct allowed *a, const char *name, uint64_t value);

static inline enum allowed_known allowed_known(int is_so)
{
    return is_so ? ALLOWED_YES : ALLOWED_NO;
}

#endif
