#include "cli/input/feed_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void on_ready(void *user)
{
    struct feed_rig *r = user;
    r->nready++;
    qv_client_stop(r->client);
}

void feed_rig_open(struct feed_rig *r, const char *bytes, size_t len,
                   const struct feed_options *o)
{
    *r = (struct feed_rig){.path = "/tmp/quiver-feed-XXXXXX"};
    int fd = mkstemp(r->path);
    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
        abort();
    close(fd);
    if (o)
        r->options = *o;
    r->files[0] = r->path;
    r->options.files = r->files;
    r->options.nfiles = 1;
    r->client = qv_client_new(&(struct qv_client_options){0});
    r->feed = feed_new(r->client, &r->options, on_ready, r, &r->error);
}

void feed_rig_close(struct feed_rig *r)
{
    feed_free(r->feed);
    qv_client_free(r->client);
    unlink(r->path);
}

struct entry *feed_rig_next(struct feed_rig *r)
{
    struct entry *e = NULL;
    switch (feed_next(r->feed, &e, &r->error)) {
    case FEED_ENTRY:
        return e;
    case FEED_WAIT:
        abort(); /* a regular file */
    case FEED_END:
    case FEED_FAILED:
        break;
    }
    return NULL;
}

const char *feed_rig_header(const struct entry *e, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < e->request.nheaders; i++) {
        const char *h = e->request.headers[i];
        if (strncasecmp(h, name, len) == 0 && (h[len] == ':' || h[len] == ';'))
            return h;
    }
    return NULL;
}
