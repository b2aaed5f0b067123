#include "feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "text.h"

/* A URL a line. */
struct feed {
    struct qv_client *client;
    struct feed_options options;
    size_t file;
    FILE *in;
    uint64_t line;
    uint64_t seq;
    char *buffer;
    size_t cap;
};

struct feed *feed_new(struct qv_client *client, const struct feed_options *o,
                      void (*on_ready)(void *user), void *user,
                      struct qv_error *error)
{
    struct feed *f = mem_new(1, sizeof(*f));

    (void)on_ready;
    (void)user;
    (void)error;
    f->client = client;
    f->options = *o;
    return f;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    if (f->in)
        fclose(f->in);
    free(f->buffer);
    free(f);
}

static bool open_next(struct feed *f, struct qv_error *error)
{
    const char *name = f->options.files[f->file++];

    f->line = 0;
    f->in = strcmp(name, "-") ? fopen(name, "re") : fdopen(0, "r");
    if (f->in)
        return true;
    error->status = QV_EXIT_READ;
    (void)snprintf(error->text, sizeof(error->text), "cannot read %.100s: %s",
                   name, strerror(errno));
    return false;
}

static struct entry *make(struct feed *f, const char *url, size_t len)
{
    struct entry *e = mem_new(1, sizeof(*e));
    char *memory = mem_new(1, len + 32);

    memcpy(memory, url, len);
    (void)snprintf(memory + len + 1, 30, "%lu", (unsigned long)f->line);
    e->memory = memory;
    e->seq = f->seq++;
    e->line = f->line;
    e->file = f->options.files[f->file - 1];
    e->id = memory + len + 1;
    e->request.url = memory;
    e->request.default_scheme = f->options.defaults->proto_default;
    e->request.headers = f->options.defaults->headers.at;
    e->request.nheaders = f->options.defaults->headers.len;
    e->request.user_agent = f->options.defaults->user_agent;
    e->request.options = f->options.defaults->engine;
    return e;
}

enum feed_state feed_next(struct feed *f, struct entry **entry,
                          struct qv_error *error)
{
    for (;;) {
        ssize_t n;

        if (!f->in && f->file == f->options.nfiles)
            return FEED_END;
        if (!f->in && !open_next(f, error))
            return FEED_FAILED;
        n = getline(&f->buffer, &f->cap, f->in);
        if (n < 0) {
            fclose(f->in);
            f->in = NULL;
            continue;
        }
        f->line++;
        while (n && (f->buffer[n - 1] == '\n' || f->buffer[n - 1] == '\r'))
            n--;
        if (!n || f->buffer[0] == '#')
            continue;
        *entry = make(f, f->buffer, (size_t)n);
        return FEED_ENTRY;
    }
}

uint64_t feed_count(const struct feed *f)
{
    return f->seq;
}

void feed_position(const struct feed *f, uint64_t *at, uint64_t *size)
{
    (void)f;
    *at = *size = 0;
}
