/*
 * A write goes to the file at once, as those of --trace-events do: the page cache
 * takes it.  What is gathered before is at most 32 KiB; what is older than a
 * second leaves with the next event, so that a trace can be looked at while its
 * connection lives.  No timer does that: it would keep an idle loop awake.
 */
#include "io/qlog_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/str.h"
#include "base/trace.h"
#include "base/xalloc.h"
#include "io/addr.h"
#include "io/loop.h"

#define GATHERED_MAX ((size_t)32 * 1024)
#define GATHERED_NS  LOOP_S

struct qlog_file {
    struct qlog log;
    struct qlog_files *files;
    struct loop *loop;
    char *path;
    int fd; /* -1: given up, or there is none */
    uint64_t written_at;
    uint64_t conn_id; /* 0: not known yet */
    size_t noted;     /* of log.out: bytes that were told of */
};

static void warn(struct qlog_files *files, const char *path, int error)
{
    char text[600];
    if (files->has_warned || files->warn == NULL)
        return;
    files->has_warned = true;
    (void)snprintf(text, sizeof text, "no qlog: cannot write %s: %s", path,
                   strerror(error));
    files->warn(files->user, text);
}

static void give_up(struct qlog_file *f, int error)
{
    warn(f->files, f->path, error);
    (void)close(f->fd);
    f->fd = -1;
}

static void write_out(struct qlog_file *f)
{
    const char *from = f->log.out.base;
    size_t left = f->log.out.len;
    while (left > 0 && f->fd >= 0) {
        ssize_t n = write(f->fd, from, left);
        if (n >= 0) {
            from += n;
            left -= (size_t)n;
        } else if (errno != EINTR) {
            give_up(f, errno);
        }
    }
    str_clear(&f->log.out);
    f->noted = 0;
    f->written_at = loop_now(f->loop);
}

/* "{"time":1.5,"name":"http:frame_parsed","data":{...}}": the name and what is
 * told of it. */
static void note_record(const struct qlog_file *f, struct span record)
{
    static const char name[] = "\"name\":\"";
    static const char data[] = "\",\"data\":";
    const char *text = (const char *)record.base;
    const char *from = memmem(text, record.len, name, sizeof name - 1);
    const char *end = text + record.len;
    if (from == NULL || end[-1] != '}')
        return;
    from += sizeof name - 1;
    const char *behind =
        memmem(from, (size_t)(end - from), data, sizeof data - 1);
    if (behind == NULL)
        return;
    const char *values = behind + sizeof data - 1;
    trace_printf(loop_trace(f->loop), TRACE_QLOG, loop_now(f->loop), f->conn_id,
                 "%.*s %.*s", (int)(behind - from), from,
                 (int)(end - 1 - values), values);
}

static void note_new(struct qlog_file *f)
{
    const struct str *out = &f->log.out;
    while (f->noted < out->len) {
        const char *from = out->base + f->noted;
        const char *eol = memchr(from, '\n', out->len - f->noted);
        if (eol == NULL)
            return;
        note_record(f, span_of(from, (size_t)(eol - from)));
        f->noted += (size_t)(eol - from) + 1;
    }
}

static uint64_t now_of(const struct qlog *q)
{
    return loop_now(container_of(q, struct qlog_file, log)->loop);
}

static void on_added(struct qlog *q)
{
    struct qlog_file *f = container_of(q, struct qlog_file, log);
    if (f->files->is_noted)
        note_new(f);
    if (f->fd < 0 || q->out.len >= GATHERED_MAX ||
        loop_now(f->loop) - f->written_at >= GATHERED_NS)
        write_out(f);
}

/* -1 after a word of it. */
static int create(struct qlog_files *files, struct span id, bool is_server,
                  struct str *path)
{
    str_add_text(path, files->folder);
    str_add_char(path, '/');
    for (size_t i = 0; i < id.len; i++)
        str_printf(path, "%02x", id.base[i]);
    str_printf(path, "_%s.sqlog", is_server ? "server" : "client");
    int fd = open(path->base, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        warn(files, path->base, errno);
    return fd;
}

struct qlog *qlog_files_open(struct loop *loop, struct span id, bool is_server)
{
    struct qlog_files *files = loop_qlog(loop);
    struct str path = {0};
    if (files == NULL)
        return NULL;
    int fd = files->folder ? create(files, id, is_server, &path) : -1;
    if (fd < 0 && !files->is_noted) {
        str_fini(&path);
        return NULL;
    }
    struct qlog_file *f = XALLOC_NEW(struct qlog_file);
    *f = (struct qlog_file){
        .log = {.start = loop_now(loop),
                .now = now_of,
                .added = on_added,
                .hides = files->hides},
        .files = files,
        .loop = loop,
        .path = str_take(&path),
        .fd = fd,
        .written_at = loop_now(loop),
    };
    return &f->log;
}

/* ConnectivityConnectionStarted (draft-ietf-quic-qlog-quic-events-02 4.1.2). */
void qlog_files_started(struct qlog *q, const char *protocol,
                        const struct addr *local, const struct addr *remote)
{
    char text[ADDR_TEXT_MAX];
    size_t len;
    if (addr_bytes(local, &len) == NULL || addr_bytes(remote, &len) == NULL)
        return;
    qlog_begin(q, "connectivity:connection_started");
    qlog_string(q, "ip_version", len == 4 ? "v4" : "v6");
    addr_format(local, text);
    qlog_string(q, "src_ip", text);
    addr_format(remote, text);
    qlog_string(q, "dst_ip", text);
    qlog_string(q, "protocol", protocol);
    qlog_number(q, "src_port", addr_port(local));
    qlog_number(q, "dst_port", addr_port(remote));
    qlog_end(q);
}

void qlog_files_name(struct qlog *q, uint64_t conn_id)
{
    if (q)
        container_of(q, struct qlog_file, log)->conn_id = conn_id;
}

void qlog_files_close(struct qlog *q)
{
    if (q == NULL)
        return;
    struct qlog_file *f = container_of(q, struct qlog_file, log);
    qlog_release(q);
    write_out(f);
    if (f->fd >= 0)
        (void)close(f->fd);
    str_fini(&q->out);
    str_fini(&q->held);
    free(f->path);
    free(f);
}
