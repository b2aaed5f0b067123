/*
 * A file is opened when the request is complete, so an upload to its path
 * holds no descriptor, and read with pread() into the codec's own buffer: one
 * copy, no memory of its own.  Reading may block on a slow disk; a pool of
 * threads for it would cost every small file more than it saves.
 *
 * The entity tag is made of size, modification time in ns and inode, so it
 * changes with every change that a file system notices.
 */
#include "serve/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/list.h"
#include "serve/accept.h"
#include "serve/confine.h"
#include "serve/content.h"
#include "serve/content_type.h"
#include "serve/listing.h"
#include "serve/server.h"
#include "serve/target.h"

/* Listings and such are small; one that is not is cut by LISTING_MAX. */
struct files {
    struct reply reply;
    struct content_source source;
    int fd; /* -1: none */
};

static enum io file_read(struct body_source *src, uint8_t *buf, size_t cap,
                         size_t *n)
{
    struct files *f = container_of(src, struct files, source.source);
    uint64_t left = f->source.end - f->source.pos;
    if (left == 0)
        return IO_EOF;
    size_t wanted = left < cap ? (size_t)left : cap;
    ssize_t got;
    do
        got = pread(f->fd, buf, wanted, (off_t)f->source.pos);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fault_set_errno(&src->fault, ERR_READ, errno, "file");
    if (got == 0)
        return fault_set(&src->fault, ERR_PARTIAL, 0,
                         "file became shorter while it was sent");
    f->source.pos += (uint64_t)got;
    *n = (size_t)got;
    return IO_OK;
}

static int status_of_errno(int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
        return 403;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return 503;
    case EIO:
        return 500;
    default: /* not there, not a folder, a link that leads out, ... */
        return 404;
    }
}

static void send_file(struct files *f, const struct stat *st, const char *name)
{
    char etag[64];
    int len = snprintf(etag, sizeof etag, "\"%llx-%llx-%llx\"",
                       (unsigned long long)st->st_size,
                       (unsigned long long)st->st_mtim.tv_sec * 1000000000 +
                           (unsigned long long)st->st_mtim.tv_nsec,
                       (unsigned long long)st->st_ino);
    struct content content = {
        .type = content_type_of(span_str(name)),
        .size = (uint64_t)st->st_size,
        .validators = {.etag = span_of(etag, (size_t)len),
                       .modified = st->st_mtim.tv_sec},
    };
    f->source.source.read = file_read;
    content_send(&f->reply, &content, &f->source);
}

/* "/dir" -> "/dir/": relative links in the folder's page need it. */
static void redirect_to_folder(struct files *f, const char *name)
{
    struct span query = target_query(f->reply.stream->request->target);
    struct str location;
    str_init(&location);
    str_add_char(&location, '/');
    target_encode(&location, span_str(name));
    str_add_char(&location, '/');
    if (query.len > 0) {
        str_add_char(&location, '?');
        str_add(&location, query);
    }
    reply_field(&f->reply, "location", str_text(&location));
    str_fini(&location);
    reply_status(&f->reply, 301);
}

/* Takes the folder's descriptor. */
static void send_listing(struct files *f, int dir, const char *name)
{
    const struct fields *asked = &f->reply.stream->request->fields;
    static const char html[] = "text/html; charset=utf-8";
    static const char json[] = "application/json";
    bool as_json = accept_prefers(asked, json, html);
    struct str page;
    str_init(&page);
    reply_field(&f->reply, "vary", "accept");
    if (listing_write(dir, span_str(name), as_json, &page))
        reply_text(&f->reply, 200, as_json ? json : html, str_span(&page));
    else
        reply_status(&f->reply, 500);
    str_fini(&page);
}

/* Regular or not, with what is known of it; -errno on failure. */
static int open_file(const struct files *f, const char *name, struct stat *st)
{
    int fd = confine_open(server_root(f->reply.stream->server), name);
    if (fd >= 0 && fstat(fd, st) != 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

static void send_folder(struct files *f, int dir, struct str *name)
{
    if (name->len > 0 && name->base[name->len - 1] != '/') {
        close(dir);
        redirect_to_folder(f, str_text(name));
        return;
    }
    size_t len = name->len;
    struct stat st;
    str_add_text(name, "index.html");
    f->fd = open_file(f, str_text(name), &st);
    if (f->fd >= 0 && S_ISREG(st.st_mode)) {
        close(dir);
        send_file(f, &st, str_text(name));
        return;
    }
    name->len = len;
    name->base[len] = '\0';
    send_listing(f, dir, str_text(name));
}

static void send_named(struct files *f, struct str *name)
{
    struct stat st;
    int fd = open_file(f, name->len > 0 ? str_text(name) : ".", &st);
    if (fd < 0) {
        reply_status(&f->reply, status_of_errno(-fd));
    } else if (S_ISDIR(st.st_mode)) {
        send_folder(f, fd, name);
    } else if (S_ISREG(st.st_mode)) {
        f->fd = fd;
        send_file(f, &st, str_text(name));
    } else {
        close(fd); /* a device or a pipe is no file to serve */
        reply_status(&f->reply, 403);
    }
}

static void on_end(struct reply *r, const struct fields *trailers)
{
    struct files *f = container_of(r, struct files, reply);
    struct span path = target_path(r->stream->request->target);
    struct str name;
    (void)trailers;
    str_init(&name);
    if (target_file(path, &name))
        send_named(f, &name);
    else
        reply_status(r, 404);
    str_fini(&name);
}

static void on_free(struct reply *r)
{
    struct files *f = container_of(r, struct files, reply);
    if (f->fd >= 0)
        close(f->fd);
}

void files_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {.on_end = on_end, .on_free = on_free};
    struct files *f = ARENA_NEW(s->arena, struct files);
    (void)argument;
    f->fd = -1;
    reply_init(&f->reply, s, &ops);
}
