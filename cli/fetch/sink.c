#include "fetch/sink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "fetch/job.h"
#include "fetch/run.h"
#include "files/naming.h"

static enum qv_flow fail_write(struct job *j, const char *where, int error)
{
    j->status = QV_EXIT_WRITE;
    (void)snprintf(j->message, sizeof(j->message), "cannot write %.150s: %s",
                   where, strerror(error));
    return QV_ABORT;
}

static void on_lane_room(struct lane *l)
{
    struct job *j = l->user;

    qv_transfer_resume(&j->transfer);
}

static enum qv_flow to_stdout(struct job *j, const void *data, size_t len)
{
    enum qv_flow flow;

    j->has_printed = true;
    if (!j->lane)
        j->lane = lane_new(&j->run->lanes, on_lane_room, j);
    j->run->lanes.outlet.is_immediate = j->op->no_buffer;
    flow = lane_write(j->lane, data, len);
    if (flow == QV_ABORT)
        return fail_write(j, "standard output", j->run->lanes.outlet.failed);
    return flow;
}

static enum qv_flow to_terminal(struct job *j, const void *data, size_t len)
{
    struct text shown = {0};
    enum qv_flow flow;

    if (!j->is_checked && terminal_is_binary(data, len)) {
        j->status = QV_EXIT_WRITE;
        (void)snprintf(
            j->message, sizeof(j->message),
            "binary output can mess up the terminal; use '-o -' to show "
            "it all the same, or '-o FILE' to save it");
        return QV_ABORT;
    }
    j->is_checked = true;
    terminal_escape(&j->terminal, &shown, data, len);
    flow = shown.len ? to_stdout(j, shown.at, shown.len) : QV_MORE;
    text_fini(&shown);
    return flow;
}

static bool open_file(struct job *j)
{
    if (j->is_file)
        return true;
    if (!j->name)
        return false;
    save_init(&j->file, j->name);
    j->file.create_dirs = j->op->create_dirs;
    j->file.no_follow = j->target->place == PLACE_REMOTE;
    j->file.is_immediate = j->op->no_buffer;
    j->is_file = true;
    return true;
}

enum qv_flow sink_body(struct job *j, const void *data, size_t len)
{
    switch (j->target->place) {
    case PLACE_NULL:
        return QV_MORE;
    case PLACE_STDOUT:
        return j->is_escaped ? to_terminal(j, data, len)
                             : to_stdout(j, data, len);
    case PLACE_FILE:
    case PLACE_REMOTE:
        if (!open_file(j)) /* -o - */
            return to_stdout(j, data, len);
        if (!save_write(&j->file, data, len))
            return fail_write(j, j->name, errno);
    }
    return QV_MORE;
}

static void add_fields(struct text *t, const struct qv_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        text_addf(t, "%s: %s\r\n", fields[i].name, fields[i].value);
}

static void dump_to_stdout(struct job *j, const struct text *head)
{
    struct text shown = {0};

    terminal_suit(&shown, STDOUT_FILENO, head);
    to_stdout(j, shown.at, shown.len);
    text_fini(&shown);
}

static bool is_dumped_to_file(const struct job *j)
{
    const char *path = j->op->dump_header;

    return path && strcmp(path, "-") != 0 && strcmp(path, "%") != 0;
}

/* Failures of -D do not end the transfer, as little as curl's. */
static void dump(struct job *j, const struct text *head)
{
    const char *path = j->op->dump_header;

    if (!path)
        return;
    if (!strcmp(path, "-"))
        dump_to_stdout(j, head);
    else if (!strcmp(path, "%")) /* curl's name for standard error */
        terminal_write(STDERR_FILENO, head);
    else if (!head_file_add(&j->op->heads, path, j, head))
        fail_write(j, path, errno);
}

/* What -i and -I add to the output; errors show in what follows. */
static void include(struct job *j, const struct text *head)
{
    if (!j->op->include && !j->op->head)
        return;
    if (j->status == 0 && sink_body(j, head->at, head->len) == QV_ABORT)
        return;
    j->is_checked = false; /* the body comes after it */
}

static void show(struct job *j, const struct text *head)
{
    dump(j, head);
    include(j, head);
}

static bool is_wanted(const struct job *j)
{
    return j->op->dump_header || j->op->include || j->op->head;
}

void sink_head(struct job *j, const struct qv_head *head)
{
    struct text t = {0};

    if (!is_wanted(j))
        return;
    text_addf(&t, "HTTP/%s %d %s\r\n", head->version, head->status,
              head->reason);
    add_fields(&t, head->fields, head->nfields);
    text_puts(&t, "\r\n");
    show(j, &t);
    text_fini(&t);
}

void sink_trailers(struct job *j, const struct qv_field *fields, size_t n)
{
    struct text t = {0};

    if (!is_wanted(j) || !n)
        return;
    add_fields(&t, fields, n);
    show(j, &t);
    text_fini(&t);
}

void sink_text(struct job *j, const char *text, size_t len)
{
    if (len)
        to_stdout(j, text, len);
}

bool sink_restart(struct job *j)
{
    if (j->has_printed || j->status)
        return false;
    if (j->is_file && !save_restart(&j->file))
        return false;
    j->is_file = false; /* it is opened anew with the first byte */
    return !is_dumped_to_file(j) ||
           head_file_take_back(&j->op->heads, j->op->dump_header, j);
}

static void finish_file(struct job *j, bool keep)
{
    /* curl creates an empty file for an empty body. */
    if (keep && !j->status && !open_file(j))
        return;
    if (keep && !j->status) {
        if (!save_finish(&j->file))
            fail_write(j, j->name, errno);
        else
            return;
    }
    if (j->is_file)
        save_abort(&j->file);
}

void sink_finish(struct job *j, bool keep)
{
    struct text rest = {0};

    if (j->target->place == PLACE_FILE || j->target->place == PLACE_REMOTE)
        finish_file(j, keep);
    if (j->is_escaped) {
        terminal_finish(&j->terminal, &rest);
        sink_text(j, rest.at, rest.len);
        text_fini(&rest);
    }
    head_file_settle(&j->op->heads, j);
}
