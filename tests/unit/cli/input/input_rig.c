#include "cli/input/input_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void on_ready(void *user)
{
    struct input_rig *r = user;
    r->nready++;
    qv_client_stop(r->client);
}

void input_rig_open(struct input_rig *r, const char *bytes, size_t len,
                    const struct input_options *o)
{
    *r = (struct input_rig){.path = "/tmp/quiver-feed-XXXXXX"};
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
    r->input = input_new(r->client, &r->options, on_ready, r, &r->error);
}

void input_rig_close(struct input_rig *r)
{
    input_free(r->input);
    qv_client_free(r->client);
    unlink(r->path);
}

struct entry *input_rig_next(struct input_rig *r)
{
    struct entry *e = NULL;
    switch (input_next(r->input, &e, &r->error)) {
    case INPUT_ENTRY:
        return e;
    case INPUT_WAIT:
        abort(); /* a regular file */
    case INPUT_END:
    case INPUT_FAILED:
        break;
    }
    return NULL;
}

const char *input_rig_header(const struct entry *e, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < e->request.nheaders; i++) {
        const char *h = e->request.headers[i];
        if (strncasecmp(h, name, len) == 0 && (h[len] == ':' || h[len] == ';'))
            return h;
    }
    return NULL;
}
