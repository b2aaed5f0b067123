#include "fetch/sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/str.h"
#include "terminal/console.h"

static enum qv_flow fail_write(struct sink *s, const char *where, int error)
{
    s->status = QV_EXIT_WRITE;
    (void)snprintf(s->message, sizeof s->message, "cannot write %.150s: %s",
                   where, strerror(error));
    return QV_ABORT;
}

static void on_lane_drain(struct lane *l)
{
    struct sink *s = l->user;
    s->on_drain(s);
}

static enum qv_flow to_stdout(struct sink *s, const void *data, size_t len)
{
    s->has_printed = true;
    if (!s->lane)
        s->lane = lane_new(s->lanes, on_lane_drain, s);
    s->lanes->writer.is_immediate = s->op->no_buffer;
    enum qv_flow flow = lane_write(s->lane, data, len);
    if (flow == QV_ABORT)
        return fail_write(s, "standard output", s->lanes->writer.failed);
    return flow;
}

static enum qv_flow to_terminal(struct sink *s, const void *data, size_t len)
{
    struct str shown = {0};
    if (!s->is_checked && escape_is_binary(data, len)) {
        s->status = QV_EXIT_WRITE;
        (void)snprintf(
            s->message, sizeof s->message,
            "binary output can mess up the terminal; use '-o -' to show "
            "it all the same, or '-o FILE' to save it");
        return QV_ABORT;
    }
    s->is_checked = true;
    escape_piece(&s->terminal, &shown, data, len);
    enum qv_flow flow =
        shown.len ? to_stdout(s, shown.base, shown.len) : QV_MORE;
    str_fini(&shown);
    return flow;
}

static void on_file_drain(struct atomic_file *file)
{
    struct sink *s = QV_OWNER(file, struct sink, file);
    s->on_drain(s);
}

static bool open_file(struct sink *s)
{
    if (s->is_file)
        return true;
    if (!s->name)
        return false;
    atomic_file_init(&s->file, s->name);
    s->file.create_dirs = s->op->create_dirs;
    s->file.no_follow = s->target->place == PLACE_REMOTE;
    s->file.is_immediate = s->op->no_buffer;
    s->file.outlets = s->outlets;
    s->file.on_drain = on_file_drain;
    s->is_file = true;
    return true;
}

enum qv_flow sink_body(struct sink *s, const void *data, size_t len)
{
    if (s->status != 0)
        return QV_ABORT;
    switch (s->target->place) {
    case PLACE_NULL:
        return QV_MORE;
    case PLACE_STDOUT:
        return s->is_escaped ? to_terminal(s, data, len)
                             : to_stdout(s, data, len);
    case PLACE_FILE:
    case PLACE_REMOTE:
        if (!open_file(s)) /* -o - */
            return to_stdout(s, data, len);
        if (!atomic_file_write(&s->file, data, len))
            return fail_write(s, s->name, errno);
        return atomic_file_is_full(&s->file) ? QV_PAUSE : QV_MORE;
    }
    return QV_MORE;
}

static void add_fields(struct str *t, const struct qv_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        str_printf(t, "%s: %s\r\n", fields[i].name, fields[i].value);
}

static void dump_to_stdout(struct sink *s, const struct str *head)
{
    struct str shown = {0};
    escape_for_fd(&shown, STDOUT_FILENO, head);
    to_stdout(s, shown.base, shown.len);
    str_fini(&shown);
}

static void dump_to_stderr(const struct str *head)
{
    struct str shown = {0};
    escape_for_fd(&shown, STDERR_FILENO, head);
    console_write(&shown);
    str_fini(&shown);
}

static bool is_dumped_to_file(const struct sink *s)
{
    const char *path = s->op->dump_header;
    return path && strcmp(path, "-") != 0 && strcmp(path, "%") != 0;
}

/* Failures of -D do not end the transfer, as little as curl's. */
static void dump(struct sink *s, const struct str *head)
{
    const char *path = s->op->dump_header;
    if (!path)
        return;
    if (strcmp(path, "-") == 0)
        dump_to_stdout(s, head);
    else if (strcmp(path, "%") == 0) /* curl's name for standard error */
        dump_to_stderr(head);
    else if (!head_file_add(&s->op->heads, path, s, head))
        fail_write(s, path, errno);
}

/* What -i and -I add to the output; errors show in what follows. */
static void include(struct sink *s, const struct str *head)
{
    if (!s->op->include && !s->op->head)
        return;
    if (sink_body(s, head->base, head->len) == QV_ABORT)
        return;
    s->is_checked = false; /* the body comes after it */
}

static void show(struct sink *s, const struct str *head)
{
    dump(s, head);
    include(s, head);
}

static bool is_wanted(const struct sink *s)
{
    return s->op->dump_header || s->op->include || s->op->head;
}

void sink_head(struct sink *s, const struct qv_head *head)
{
    struct str t = {0};
    bool is_hidden = head->is_connect && s->op->suppress_connect_headers;
    if (is_hidden || !is_wanted(s))
        return;
    str_printf(&t, "HTTP/%s %d %s\r\n", head->version, head->status,
               head->reason);
    add_fields(&t, head->fields, head->nfields);
    str_add_text(&t, "\r\n");
    show(s, &t);
    str_fini(&t);
}

void sink_trailers(struct sink *s, const struct qv_field *fields, size_t n)
{
    struct str t = {0};
    if (!is_wanted(s) || !n)
        return;
    add_fields(&t, fields, n);
    show(s, &t);
    str_fini(&t);
}

void sink_text(struct sink *s, const char *text, size_t len)
{
    if (len)
        to_stdout(s, text, len);
}

bool sink_restart(struct sink *s)
{
    if (s->has_printed || s->status)
        return false;
    if (s->is_file && !atomic_file_restart(&s->file))
        return false;
    s->is_file = false; /* it is opened anew with the first byte */
    return !is_dumped_to_file(s) ||
           head_file_take_back(&s->op->heads, s->op->dump_header, s);
}

static void finish_file(struct sink *s, bool keep)
{
    /* curl creates an empty file for an empty body. */
    if (keep && !s->status && !open_file(s))
        return;
    if (keep && !s->status) {
        if (!atomic_file_finish(&s->file))
            fail_write(s, s->name, errno);
        else
            return;
    }
    if (s->is_file)
        atomic_file_abort(&s->file);
}

void sink_finish(struct sink *s, bool keep)
{
    struct str rest = {0};
    if (s->target->place == PLACE_FILE || s->target->place == PLACE_REMOTE)
        finish_file(s, keep);
    if (s->is_escaped) {
        escape_finish(&s->terminal, &rest);
        sink_text(s, rest.base, rest.len);
        str_fini(&rest);
    }
    head_file_settle(&s->op->heads, s);
}

void sink_close(struct sink *s)
{
    if (s->lane != NULL)
        lane_close(s->lane);
    s->lane = NULL;
}

void sink_fini(struct sink *s)
{
    if (s->is_file)
        atomic_file_fini(&s->file);
    free(s->name);
}
