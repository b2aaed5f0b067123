#include "fetch/sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/str.h"
#include "fetch/head_dump.h"
#include "files/validator.h"
#include "request/time_condition.h"
#include "terminal/escape.h"

static enum qv_flow fail_write(struct sink *s, const char *where, int error)
{
    s->status = QV_EXIT_WRITE;
    (void)snprintf(s->message, sizeof s->message, "cannot write %.150s: %s",
                   where, strerror(error));
    return QV_ABORT;
}

static enum qv_flow fail_stdout(struct sink *s)
{
    return fail_write(s, "standard output", s->printed.lanes->writer.failed);
}

/* A record is made of it when it has ended, and waits for nobody. */
static bool is_for_stdout(const struct sink *s)
{
    if (s->tally)
        return false;
    return s->target->place == PLACE_STDOUT ||
           (s->target->place == PLACE_FILE && !s->saved.name); /* -o - */
}

void sink_await(struct sink *s)
{
    if (is_for_stdout(s))
        printed_await(&s->printed);
}

void sink_yield(struct sink *s)
{
    printed_yield(&s->printed);
}

static enum qv_flow to_stdout(struct sink *s, const void *data, size_t len)
{
    enum qv_flow flow = printed_write(&s->printed, data, len);
    return flow == QV_ABORT ? fail_stdout(s) : flow;
}

static enum qv_flow to_terminal(struct sink *s, const void *data, size_t len)
{
    struct str text = {0};
    enum qv_flow flow = QV_MORE;
    if (!shown_add(s->shown, &text, data, len)) {
        s->status = QV_EXIT_WRITE;
        shown_refusal(s->shown, s->message, sizeof s->message);
        flow = QV_ABORT;
    } else if (text.len) {
        flow = to_stdout(s, text.base, text.len);
    }
    str_fini(&text);
    return flow;
}

static enum qv_flow to_file(struct sink *s, const void *data, size_t len)
{
    if (!saved_write(&s->saved, data, len))
        return fail_write(s, s->saved.name, errno);
    return saved_is_full(&s->saved) ? QV_PAUSE : QV_MORE;
}

/* Bytes as they are. */
static enum qv_flow put(struct sink *s, const void *data, size_t len)
{
    if (s->status != 0)
        return QV_ABORT;
    switch (s->target->place) {
    case PLACE_NULL:
        return QV_MORE;
    case PLACE_STDOUT:
        return s->tally ? QV_MORE : to_stdout(s, data, len);
    case PLACE_FILE:
    case PLACE_REMOTE:
        if (!s->saved.name) /* -o - */
            return to_stdout(s, data, len);
        return to_file(s, data, len);
    }
    return QV_MORE;
}

/* The heads that waited for the name. */
static enum qv_flow put_held(struct sink *s)
{
    struct str held = s->held;
    s->held = (struct str){0};
    enum qv_flow flow = held.len ? put(s, held.base, held.len) : QV_MORE;
    str_fini(&held);
    return flow;
}

static bool has_part(const struct sink *s, enum screen_part part)
{
    return s->op->prints ? s->op->parts & part : part == SCREEN_BODY;
}

/* --print: an empty line behind a body, before what follows. */
static enum qv_flow end_block(struct sink *s)
{
    enum qv_flow flow = QV_MORE;
    if (s->is_after_body && s->op->prints)
        flow = put(s, "\n\n", s->printed.last == '\n' ? 1 : 2);
    s->is_after_body = s->is_after_sent = false;
    return flow;
}

enum qv_flow sink_body(struct sink *s, const void *data, size_t len)
{
    if (s->is_unmet || s->op->head) /* -I, whatever the method is */
        return QV_ENOUGH;
    if (s->held.len && put_held(s) == QV_ABORT)
        return QV_ABORT;
    continuation_add(&s->continuation, len);
    body_checks_add(&s->checks, data, len);
    if (s->tally)
        body_tally_add(s->tally, data, len);
    if (!has_part(s, SCREEN_BODY))
        return s->status ? QV_ABORT : QV_MORE;
    if (s->is_after_sent && end_block(s) == QV_ABORT)
        return QV_ABORT;
    s->is_after_body = true;
    return s->shown && !s->status ? to_terminal(s, data, len)
                                  : put(s, data, len);
}

/* Failures of -D do not end the transfer, as little as curl's. */
static void dump(struct sink *s, const struct str *head)
{
    if (!head_dump_add(s->op, &s->printed, head))
        fail_write(s, head_dump_name(s->op), errno);
}

/* -J: no final head has come yet. */
static bool is_name_awaited(const struct sink *s)
{
    return s->op->remote_header_name && s->target->place == PLACE_REMOTE &&
           !s->has_head;
}

/* A head, or what is like one: bytes, or as a terminal shows it. */
static enum qv_flow add_block(struct sink *s, const struct str *text)
{
    if (is_name_awaited(s)) {
        str_add(&s->held, str_span(text));
        return QV_MORE;
    }
    if (end_block(s) == QV_ABORT)
        return QV_ABORT;
    return put(s, str_text(text), text->len);
}

/* What is not the answer's hinders no other try. */
enum qv_flow sink_add(struct sink *s, const void *data, size_t len)
{
    struct str text = {0};
    bool had_answer = s->printed.has_answer;
    str_add(&text, span_of(data, len));
    enum qv_flow flow = add_block(s, &text);
    s->printed.has_answer = had_answer;
    str_fini(&text);
    return flow;
}

bool sink_is_full(const struct sink *s)
{
    return printed_is_full(&s->printed) ||
           (s->saved.name && saved_is_full(&s->saved));
}

enum qv_flow sink_add_sent(struct sink *s, const void *data, size_t len)
{
    if (is_name_awaited(s)) {
        str_add(&s->held, span_of(data, len));
        return QV_MORE;
    }
    bool had_answer = s->printed.has_answer;
    s->is_after_body = s->is_after_sent = true;
    enum qv_flow flow = put(s, data, len);
    s->printed.has_answer = had_answer;
    return flow;
}

static bool is_included(const struct sink *s)
{
    return s->op->include || s->op->head || s->shows_heads ||
           has_part(s, SCREEN_HEAD);
}

static bool is_wanted(const struct sink *s)
{
    return s->op->dump_header || is_included(s);
}

static void show_head(struct sink *s, const struct qv_head *head)
{
    struct str text = {0};
    bool is_hidden = head->is_connect && s->op->suppress_connect_headers;
    if (is_hidden || !is_wanted(s))
        return;
    shown_head(NULL, &text, head);
    dump(s, &text);
    if (is_included(s)) {
        if (s->shown) {
            str_clear(&text);
            shown_head(s->shown, &text, head);
        }
        (void)add_block(s, &text); /* errors show in what follows */
    }
    str_fini(&text);
}

/* -w may begin with the end of the line itself. */
static bool is_line_ended(const struct sink *s)
{
    const char *text = s->op->write_out;
    return text && (*text == '\n' || strncmp(text, "\\n", 2) == 0);
}

static void end_shown(struct sink *s)
{
    struct str text = {0};
    if (s->shown) {
        shown_end(s->shown, &text, !is_line_ended(s));
        sink_text(s, str_text(&text), text.len);
    }
    str_fini(&text);
}

/* What is known of the body is what the file has of it, if that. */
static void count_again(struct sink *s)
{
    body_checks_begin(&s->checks, s->op);
    if (s->tally)
        body_tally_begin_again(s->tally, s->saved.had);
}

/* The whole comes in place of the rest: the file is another now. */
static void begin_anew(struct sink *s)
{
    s->saved.had = 0;
    s->is_part_seen = false;
    count_again(s);
    if (s->tally && !s->saved.name)
        return;
    if (s->printed.has_answer || !s->saved.name ||
        !saved_is_regular(&s->saved)) {
        s->status = QV_EXIT_RESUME;
        (void)snprintf(s->message, sizeof s->message,
                       "the rest cannot be had any more, and what came is "
                       "printed already");
    } else if (!saved_cut(&s->saved, 0)) {
        fail_write(s, s->saved.name, errno);
    }
}

/* An error in place of the rest: what has come stays as it is. */
static bool is_no_rest(struct sink *s, const struct qv_head *head)
{
    if (s->is_failing)
        return true;
    if (!s->saved.is_continued || !s->continuation.is_awaited ||
        head->is_complete)
        return false;
    s->status = QV_EXIT_RANGE;
    (void)snprintf(s->message, sizeof s->message,
                   "the answer is %d: there is nothing to continue with",
                   head->status);
    return true;
}

/* The final one. */
static void heed(struct sink *s, const struct qv_head *head)
{
    s->has_head = true;
    s->is_unmet = s->condition && head->status == 200 &&
                  !time_condition_is_met(
                      s->condition, validator_field(head->fields, head->nfields,
                                                    "last-modified"));
    if (s->is_unmet || (head->status >= 400 && is_no_rest(s, head)))
        return;
    if (!continuation_head(&s->continuation, head, s->is_decoded))
        begin_anew(s);
    if (s->saved.name && s->saved.is_continued && s->continuation.validator &&
        head->status / 100 == 2)
        saved_note_validator(&s->saved, s->continuation.validator);
}

static void begin_shown(struct sink *s, const struct qv_head *head)
{
    const char *coding =
        validator_field(head->fields, head->nfields, "content-encoding");
    s->shown->is_coded = coding && !s->is_decoded;
    shown_begin(s->shown,
                validator_field(head->fields, head->nfields, "content-type"));
}

void sink_head(struct sink *s, const struct qv_head *head)
{
    bool is_final = head->status >= 200 && !head->is_connect;
    if (head->is_redirect)
        sink_yield(s);
    if (is_final)
        saved_name_by(&s->saved, head);
    if (is_final && !head->is_redirect)
        heed(s, head);
    show_head(s, head);
    if (s->shown && is_final)
        begin_shown(s, head);
}

void sink_trailers(struct sink *s, const struct qv_field *fields, size_t n)
{
    struct str text = {0};
    if (!is_wanted(s) || !n)
        return;
    shown_fields(NULL, &text, fields, n);
    dump(s, &text);
    if (is_included(s)) {
        end_shown(s);
        if (s->shown) {
            str_clear(&text);
            shown_fields(s->shown, &text, fields, n);
        }
        (void)put(s, text.base, text.len);
    }
    str_fini(&text);
}

void sink_text(struct sink *s, const char *text, size_t len)
{
    if (len)
        to_stdout(s, text, len);
}

void sink_told_text(struct sink *s, const struct str *text)
{
    struct str shown = {0};
    escape_for_fd(&shown, STDOUT_FILENO, text);
    sink_text(s, str_text(&shown), shown.len);
    str_fini(&shown);
}

static void on_printed_drain(struct printed *p)
{
    struct sink *s = QV_OWNER(p, struct sink, printed);
    s->on_drain(s);
}

static void on_saved_drain(struct saved *saved)
{
    struct sink *s = QV_OWNER(saved, struct sink, saved);
    s->on_drain(s);
}

void sink_init(struct sink *s)
{
    s->printed.on_drain = on_printed_drain;
    s->saved.on_drain = on_saved_drain;
}

void sink_begin(struct sink *s, uint64_t *offset, char **validator)
{
    const struct operation *op = s->op;
    *offset = 0;
    *validator = NULL;
    body_checks_begin(&s->checks, op);
    s->continuation.is_forbidden =
        op->include || op->head || (op->prints && op->parts != SCREEN_BODY);
    if (!op->continue_at || s->target->upload)
        return;
    saved_continue(&s->saved, offset, validator);
    s->from = *offset;
    continuation_reset(&s->continuation, *offset);
    count_again(s);
}

bool sink_wants_part(const struct sink *s)
{
    return s->saved.had > 0 && body_checks_look(&s->checks);
}

void sink_part(struct sink *s, const void *data, size_t len)
{
    body_checks_add(&s->checks, data, len);
}

void sink_part_end(struct sink *s, bool is_read)
{
    if (is_read) {
        body_checks_mark(&s->checks);
        s->is_part_seen = true;
        return;
    }
    s->status = QV_EXIT_READ;
    (void)snprintf(s->message, sizeof s->message, "cannot read %.150s: %s",
                   s->saved.name,
                   errno ? strerror(errno) : "it became shorter");
}

/* As if this try had not been: the -C of the beginning holds again. */
static bool take_back(struct sink *s, uint64_t from)
{
    if (s->printed.has_answer || !saved_restart(&s->saved))
        return false;
    continuation_reset(&s->continuation, from);
    count_again(s);
    if (s->is_part_seen)
        body_checks_back(&s->checks);
    return true;
}

bool sink_restart(struct sink *s, struct qv_transfer *t)
{
    sink_yield(s);
    if (s->status)
        return false;
    s->has_head = false;
    str_clear(&s->held);
    if (!continuation_ask(&s->continuation, t) && !take_back(s, s->from))
        return false;
    return head_dump_take_back(s->op, &s->printed);
}

void sink_discard(struct sink *s)
{
    if (s->saved.is_continued && s->saved.name && saved_is_regular(&s->saved))
        (void)unlink(s->saved.name);
}

static void judge_sums(struct sink *s)
{
    struct str message = {0};
    if (!body_checks_sums(&s->checks, &message)) {
        s->status = QV_EXIT_UNEXPECTED;
        (void)snprintf(s->message, sizeof s->message, "%s", message.base);
        sink_discard(s);
    }
    str_fini(&message);
}

/* A file of which the server has nothing newer stays as it is. */
static bool is_untouched(const struct sink *s, const struct qv_result *r)
{
    return s->is_unmet || (r->response_code == 304 && !s->saved.is_open);
}

static void finish_file(struct sink *s, const struct qv_result *keep)
{
    if (keep && !s->status && (!s->saved.name || is_untouched(s, keep)))
        return;
    if (keep && !s->status && put_held(s) != QV_ABORT) {
        if (saved_finish(&s->saved, keep)) {
            s->is_saved = true;
            return;
        }
        fail_write(s, s->saved.name, errno);
    }
    saved_abort(&s->saved);
}

void sink_finish(struct sink *s, const struct qv_result *keep)
{
    if (keep && !s->status && !is_untouched(s, keep))
        judge_sums(s);
    if (s->target->place == PLACE_FILE || s->target->place == PLACE_REMOTE)
        finish_file(s, keep);
    end_shown(s);
    head_dump_settle(s->op, &s->printed);
}

void sink_close(struct sink *s)
{
    printed_close(&s->printed);
}

void sink_fini(struct sink *s)
{
    saved_fini(&s->saved);
    continuation_fini(&s->continuation);
    body_checks_fini(&s->checks);
    str_fini(&s->held);
    shown_free(s->shown);
}
