#include "input/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"
#include "entry/entry_memory.h"
#include "input/input_curl.h"
#include "input/input_format.h"
#include "input/input_har.h"
#include "input/input_jsonl.h"
#include "input/input_lines.h"
#include "input/input_notes.h"
#include "request/cmdline.h"
#include "request/expect_words.h"

#define LINE_MAX_DEFAULT ((size_t)16 * 1024 * 1024)

struct input {
    struct input_options o;
    struct input_lines *input;
    struct entry_pool *pool;
    struct input_jsonl *jsonl;
    struct input_curl *curl; /* made at need */
    struct input_har *har;   /* that is read; NULL */
    struct input_notes notes;
    void *user;    /* of o.on_gone */
    bool is_ended; /* the file's last line was read */
    uint64_t count;
    bool is_open;             /* a file is */
    enum input_format format; /* its; INPUT_AUTO: not known yet */
};

/* ---- entries ---- */

static struct entry *new_entry(struct input *f, uint64_t line)
{
    struct entry *e = entry_memory_take(f->pool);
    e->seq = f->count++;
    e->line = line;
    e->op = f->o.defaults;
    e->file = input_lines_name(f->input);
    entry_memory_number(e);
    return e;
}

static struct entry *too_long(struct input *f, const struct input_line *line)
{
    struct entry *e = new_entry(f, line->number);
    if (f->format == INPUT_JSONL)
        input_jsonl_find_id(f->jsonl, e, line->at, line->len);
    entry_fail(e, QV_EXIT_USAGE, "longer than %zu bytes", f->o.line_max);
    return e;
}

/* ---- formats ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static void trim(struct input_line *line)
{
    while (line->len && is_blank(line->at[line->len - 1]))
        line->len--;
    for (; line->len && is_blank(*line->at); line->len--)
        line->at++;
}

/* What --defaults says beside the request. */
static void set_defaults(struct entry *e)
{
    const struct entry *defaults = entry_memory_defaults_of(e);
    if (!defaults)
        return;
    e->output = defaults->output;
    e->tags = defaults->tags;
}

static struct entry *read_url(struct input *f, const struct input_line *line)
{
    struct entry *e = new_entry(f, line->number);
    if (memchr(line->at, '\0', line->len)) {
        entry_fail(e, QV_EXIT_URL, "a NUL in a URL");
        return e;
    }
    entry_memory_ask(e)->url = entry_memory_copy(e, line->at, line->len);
    set_defaults(e);
    input_jsonl_expect(f->jsonl, e);
    return e;
}

static struct entry *read_json(struct input *f, const struct input_line *line)
{
    struct entry *e = new_entry(f, line->number);
    set_defaults(e);
    input_jsonl_read(f->jsonl, e, line->at, line->len);
    return e;
}

/* One entry a line. */
static enum input_lines_state next_line(struct input *f, struct entry **entry,
                                        struct qv_error *error)
{
    enum input_lines_state state;
    struct input_line line;
    while ((state = input_lines_line(f->input, &line, error)) ==
           INPUT_LINES_OK) {
        if (line.is_too_long) {
            *entry = too_long(f, &line);
            break;
        }
        trim(&line);
        if (!line.len || (f->format == INPUT_URLS && *line.at == '#'))
            continue;
        *entry =
            f->format == INPUT_URLS ? read_url(f, &line) : read_json(f, &line);
        entry_apply(*entry, f->o.defaults);
        break;
    }
    return state;
}

static enum input_lines_state
next_of_config(struct input *f, struct entry **entry, struct qv_error *error)
{
    struct input_line line;
    uint64_t number;
    if (!f->curl)
        f->curl = input_curl_new(f->pool, f->o.defaults, &f->notes,
                                 f->o.on_gone, f->user);
    while (!input_curl_has(f->curl, &number)) {
        enum input_lines_state state = INPUT_LINES_END;
        if (f->is_ended)
            return INPUT_LINES_END;
        state = input_lines_line(f->input, &line, error);
        if (state == INPUT_LINES_END) {
            input_curl_end(f->curl);
            f->is_ended = true;
        } else if (state != INPUT_LINES_OK) {
            return state;
        } else if (line.is_too_long) {
            input_curl_fail(f->curl, line.number, "the line is too long");
        } else {
            input_curl_line(f->curl, line.at, line.len, line.number);
        }
    }
    *entry = new_entry(f, number);
    input_curl_take(f->curl, *entry);
    return INPUT_LINES_OK;
}

/* Up to the end of the next entry. */
static enum input_lines_state scan_har(struct input *f, struct qv_error *error)
{
    for (;;) {
        enum input_har_state found;
        enum input_lines_state state;
        const char *bytes;
        size_t len;
        size_t used;
        input_lines_peek(f->input, &bytes, &len);
        found = input_har_read(f->har, bytes, len, &used, error);
        input_lines_skip(f->input, used);
        if (found == INPUT_HAR_ENTRY)
            return INPUT_LINES_OK;
        if (found == INPUT_HAR_BAD)
            return INPUT_LINES_FAILED;
        state = input_lines_more(f->input, error);
        if (state == INPUT_LINES_END && !input_har_end(f->har, error))
            return INPUT_LINES_FAILED;
        if (state != INPUT_LINES_OK)
            return state;
    }
}

static enum input_lines_state next_of_har(struct input *f, struct entry **entry,
                                          struct qv_error *error)
{
    struct entry *e;
    if (!f->har)
        f->har =
            input_har_new(input_lines_name(f->input), f->o.line_max, &f->notes);
    enum input_lines_state state = scan_har(f, error);
    if (state == INPUT_LINES_END || state == INPUT_LINES_FAILED) {
        input_har_free(f->har);
        f->har = NULL;
    }
    if (state != INPUT_LINES_OK)
        return state;
    *entry = e = new_entry(f, input_har_place(f->har));
    set_defaults(e);
    input_har_take(f->har, e);
    if (!e->status)
        input_jsonl_expect(f->jsonl, e);
    entry_apply(e, f->o.defaults);
    return INPUT_LINES_OK;
}

static enum input_lines_state find_format(struct input *f,
                                          struct qv_error *error)
{
    bool is_all = false;
    while (f->format == INPUT_AUTO) {
        enum input_lines_state state;
        const char *bytes;
        size_t len;
        input_lines_peek(f->input, &bytes, &len);
        if (input_format_guess(bytes, len, is_all, &f->format))
            break;
        f->format = INPUT_AUTO;
        state = input_lines_more(f->input, error);
        if (state == INPUT_LINES_WAIT || state == INPUT_LINES_FAILED)
            return state;
        is_all = state == INPUT_LINES_END;
    }
    return INPUT_LINES_OK;
}

static enum input_lines_state
next_of_file(struct input *f, struct entry **entry, struct qv_error *error)
{
    enum input_lines_state state = find_format(f, error);
    if (state != INPUT_LINES_OK)
        return state;
    switch (f->format) {
    case INPUT_AUTO:
    case INPUT_JSONL:
    case INPUT_URLS:
        return next_line(f, entry, error);
    case INPUT_CURL:
        return next_of_config(f, entry, error);
    case INPUT_HAR:
        return next_of_har(f, entry, error);
    }
    return INPUT_LINES_END;
}

static enum input_lines_state open_next(struct input *f, struct qv_error *error)
{
    enum input_lines_state state = input_lines_open(f->input, error);
    f->is_open = state == INPUT_LINES_OK;
    f->format = f->o.format;
    f->is_ended = false;
    if (f->is_open)
        input_notes_begin(&f->notes, input_lines_name(f->input));
    return state;
}

/* --expect, of the batch or of a curl configuration's group. */
static void expect_by_default(struct entry *e)
{
    if (!e->status && !e->expect && e->op)
        e->expect = expect_words_make(&e->op->expected);
}

enum input_state input_next(struct input *f, struct entry **entry,
                            struct qv_error *error)
{
    for (;;) {
        enum input_lines_state state = INPUT_LINES_OK;
        if (!f->is_open) {
            state = open_next(f, error);
            if (state == INPUT_LINES_END)
                return INPUT_END;
        }
        if (f->is_open)
            state = next_of_file(f, entry, error);
        if (f->is_open &&
            (state == INPUT_LINES_FAILED || state == INPUT_LINES_END))
            input_notes_end(&f->notes);
        switch (state) {
        case INPUT_LINES_OK:
            expect_by_default(*entry);
            return INPUT_ENTRY;
        case INPUT_LINES_WAIT:
            return INPUT_WAIT;
        case INPUT_LINES_FAILED:
            f->is_open = false;
            return INPUT_FAILED;
        case INPUT_LINES_END:
            f->is_open = false;
            break;
        }
    }
}

/* ---- the input ---- */

static bool read_defaults(struct input *f, struct qv_error *error)
{
    if (!f->o.defaults_json)
        return true;
    struct entry *e = entry_memory_defaults(f->pool);
    if (input_jsonl_defaults(f->jsonl, e, f->o.defaults_json))
        return true;
    *error = (struct qv_error){
        .status = e->status, .name = "usage", .class_name = "invalid"};
    (void)snprintf(error->text, sizeof error->text, "--defaults: %s",
                   e->message);
    return false;
}

struct input *input_new(struct qv_client *client, const struct input_options *o,
                        void (*on_ready)(void *user), void *user,
                        struct qv_error *error)
{
    struct input *f = xalloc_zeroed(1, sizeof *f);
    f->o = *o;
    f->user = user;
    f->notes = (struct input_notes){.on_note = o->on_note, .user = user};
    if (!f->o.line_max)
        f->o.line_max = LINE_MAX_DEFAULT;
    f->pool = entry_memory_new();
    f->jsonl = input_jsonl_new();
    if (read_defaults(f, error))
        f->input = input_lines_new(
            client,
            &(struct input_lines_options){.files = o->files,
                                          .nfiles = o->nfiles,
                                          .line_max = f->o.line_max,
                                          .spool = o->spool,
                                          .resume = o->resume},
            on_ready, user, error);
    if (!f->input) {
        input_free(f);
        return NULL;
    }
    return f;
}

void input_free(struct input *f)
{
    if (!f)
        return;
    input_lines_free(f->input);
    input_jsonl_free(f->jsonl);
    input_curl_free(f->curl);
    input_har_free(f->har);
    entry_memory_free(f->pool);
    free(f);
}

int input_spool_fd(const struct input *f)
{
    return input_lines_spool_fd(f->input);
}

uint64_t input_count(const struct input *f)
{
    return f->count;
}

void input_position(const struct input *f, uint64_t *at, uint64_t *size)
{
    input_lines_position(f->input, at, size);
}
