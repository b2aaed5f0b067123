#include "input/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "entry/entry_memory.h"
#include "input/feed_curl.h"
#include "input/feed_format.h"
#include "input/feed_har.h"
#include "input/feed_input.h"
#include "input/feed_jsonl.h"
#include "input/feed_notes.h"

#define LINE_MAX_DEFAULT ((size_t)16 * 1024 * 1024)

struct feed {
    struct feed_options o;
    struct feed_input *input;
    struct entry_pool *pool;
    struct feed_jsonl *jsonl;
    struct feed_curl *curl; /* made at need */
    struct feed_har *har;   /* that is read; NULL */
    struct feed_notes notes;
    void *user;    /* of o.on_gone */
    bool is_ended; /* the file's last line was read */
    uint64_t count;
    bool is_open;            /* a file is */
    enum feed_format format; /* its; FEED_AUTO: not known yet */
};

/* ---- entries ---- */

static struct entry *new_entry(struct feed *f, uint64_t line)
{
    struct entry *e = entry_memory_take(f->pool);
    e->seq = f->count++;
    e->line = line;
    e->op = f->o.defaults;
    e->file = feed_input_name(f->input);
    entry_memory_number(e);
    return e;
}

static struct entry *too_long(struct feed *f, const struct feed_line *line)
{
    struct entry *e = new_entry(f, line->number);
    if (f->format == FEED_JSONL)
        feed_jsonl_find_id(f->jsonl, e, line->at, line->len);
    entry_fail(e, QV_EXIT_USAGE, "longer than %zu bytes", f->o.line_max);
    return e;
}

/* ---- formats ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static void trim(struct feed_line *line)
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

static struct entry *read_url(struct feed *f, const struct feed_line *line)
{
    struct entry *e = new_entry(f, line->number);
    if (memchr(line->at, '\0', line->len)) {
        entry_fail(e, QV_EXIT_URL, "a NUL in a URL");
        return e;
    }
    entry_memory_ask(e)->url = entry_memory_copy(e, line->at, line->len);
    set_defaults(e);
    feed_jsonl_expect(f->jsonl, e);
    return e;
}

static struct entry *read_json(struct feed *f, const struct feed_line *line)
{
    struct entry *e = new_entry(f, line->number);
    set_defaults(e);
    feed_jsonl_read(f->jsonl, e, line->at, line->len);
    return e;
}

/* One entry a line. */
static enum feed_input_state next_line(struct feed *f, struct entry **entry,
                                       struct qv_error *error)
{
    enum feed_input_state state;
    struct feed_line line;
    while ((state = feed_input_line(f->input, &line, error)) == INPUT_OK) {
        if (line.is_too_long) {
            *entry = too_long(f, &line);
            break;
        }
        trim(&line);
        if (!line.len || (f->format == FEED_URLS && *line.at == '#'))
            continue;
        *entry =
            f->format == FEED_URLS ? read_url(f, &line) : read_json(f, &line);
        entry_apply(*entry, f->o.defaults);
        break;
    }
    return state;
}

static enum feed_input_state
next_of_config(struct feed *f, struct entry **entry, struct qv_error *error)
{
    struct feed_line line;
    uint64_t number;
    if (!f->curl)
        f->curl = feed_curl_new(f->pool, f->o.defaults, &f->notes, f->o.on_gone,
                                f->user);
    while (!feed_curl_has(f->curl, &number)) {
        enum feed_input_state state = INPUT_END;
        if (f->is_ended)
            return INPUT_END;
        state = feed_input_line(f->input, &line, error);
        if (state == INPUT_END) {
            feed_curl_end(f->curl);
            f->is_ended = true;
        } else if (state != INPUT_OK) {
            return state;
        } else if (line.is_too_long) {
            feed_curl_fail(f->curl, line.number, "the line is too long");
        } else {
            feed_curl_line(f->curl, line.at, line.len, line.number);
        }
    }
    *entry = new_entry(f, number);
    feed_curl_take(f->curl, *entry);
    return INPUT_OK;
}

/* Up to the end of the next entry. */
static enum feed_input_state scan_har(struct feed *f, struct qv_error *error)
{
    for (;;) {
        enum feed_har_state found;
        enum feed_input_state state;
        const char *bytes;
        size_t len;
        size_t used;
        feed_input_peek(f->input, &bytes, &len);
        found = feed_har_read(f->har, bytes, len, &used, error);
        feed_input_skip(f->input, used);
        if (found == FEED_HAR_ENTRY)
            return INPUT_OK;
        if (found == FEED_HAR_BAD)
            return INPUT_FAILED;
        state = feed_input_more(f->input, error);
        if (state == INPUT_END && !feed_har_end(f->har, error))
            return INPUT_FAILED;
        if (state != INPUT_OK)
            return state;
    }
}

static enum feed_input_state next_of_har(struct feed *f, struct entry **entry,
                                         struct qv_error *error)
{
    struct entry *e;
    if (!f->har)
        f->har =
            feed_har_new(feed_input_name(f->input), f->o.line_max, &f->notes);
    enum feed_input_state state = scan_har(f, error);
    if (state == INPUT_END || state == INPUT_FAILED) {
        feed_har_free(f->har);
        f->har = NULL;
    }
    if (state != INPUT_OK)
        return state;
    *entry = e = new_entry(f, feed_har_place(f->har));
    set_defaults(e);
    feed_har_take(f->har, e);
    if (!e->status)
        feed_jsonl_expect(f->jsonl, e);
    entry_apply(e, f->o.defaults);
    return INPUT_OK;
}

static enum feed_input_state find_format(struct feed *f, struct qv_error *error)
{
    bool is_all = false;
    while (f->format == FEED_AUTO) {
        enum feed_input_state state;
        const char *bytes;
        size_t len;
        feed_input_peek(f->input, &bytes, &len);
        if (feed_format_guess(bytes, len, is_all, &f->format))
            break;
        f->format = FEED_AUTO;
        state = feed_input_more(f->input, error);
        if (state == INPUT_WAIT || state == INPUT_FAILED)
            return state;
        is_all = state == INPUT_END;
    }
    return INPUT_OK;
}

static enum feed_input_state next_of_file(struct feed *f, struct entry **entry,
                                          struct qv_error *error)
{
    enum feed_input_state state = find_format(f, error);
    if (state != INPUT_OK)
        return state;
    switch (f->format) {
    case FEED_AUTO:
    case FEED_JSONL:
    case FEED_URLS:
        return next_line(f, entry, error);
    case FEED_CURL:
        return next_of_config(f, entry, error);
    case FEED_HAR:
        return next_of_har(f, entry, error);
    }
    return INPUT_END;
}

static enum feed_input_state open_next(struct feed *f, struct qv_error *error)
{
    enum feed_input_state state = feed_input_open(f->input, error);
    f->is_open = state == INPUT_OK;
    f->format = f->o.format;
    f->is_ended = false;
    if (f->is_open)
        feed_notes_begin(&f->notes, feed_input_name(f->input));
    return state;
}

enum feed_state feed_next(struct feed *f, struct entry **entry,
                          struct qv_error *error)
{
    for (;;) {
        enum feed_input_state state = INPUT_OK;
        if (!f->is_open) {
            state = open_next(f, error);
            if (state == INPUT_END)
                return FEED_END;
        }
        if (f->is_open)
            state = next_of_file(f, entry, error);
        if (f->is_open && (state == INPUT_FAILED || state == INPUT_END))
            feed_notes_end(&f->notes);
        switch (state) {
        case INPUT_OK:
            return FEED_ENTRY;
        case INPUT_WAIT:
            return FEED_WAIT;
        case INPUT_FAILED:
            f->is_open = false;
            return FEED_FAILED;
        case INPUT_END:
            f->is_open = false;
            break;
        }
    }
}

/* ---- the feed ---- */

static bool read_defaults(struct feed *f, struct qv_error *error)
{
    if (!f->o.defaults_json)
        return true;
    struct entry *e = entry_memory_defaults(f->pool);
    if (feed_jsonl_defaults(f->jsonl, e, f->o.defaults_json))
        return true;
    *error = (struct qv_error){
        .status = e->status, .name = "usage", .class_name = "invalid"};
    (void)snprintf(error->text, sizeof error->text, "--defaults: %s",
                   e->message);
    return false;
}

struct feed *feed_new(struct qv_client *client, const struct feed_options *o,
                      void (*on_ready)(void *user), void *user,
                      struct qv_error *error)
{
    struct feed *f = mem_new(1, sizeof *f);
    f->o = *o;
    f->user = user;
    f->notes = (struct feed_notes){.on_note = o->on_note, .user = user};
    if (!f->o.line_max)
        f->o.line_max = LINE_MAX_DEFAULT;
    f->pool = entry_memory_new();
    f->jsonl = feed_jsonl_new();
    if (read_defaults(f, error))
        f->input = feed_input_new(
            client,
            &(struct feed_input_options){.files = o->files,
                                         .nfiles = o->nfiles,
                                         .line_max = f->o.line_max,
                                         .spool = o->spool,
                                         .resume = o->resume},
            on_ready, user, error);
    if (!f->input) {
        feed_free(f);
        return NULL;
    }
    return f;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    feed_input_free(f->input);
    feed_jsonl_free(f->jsonl);
    feed_curl_free(f->curl);
    feed_har_free(f->har);
    entry_memory_free(f->pool);
    free(f);
}

int feed_spool_fd(const struct feed *f)
{
    return feed_input_spool_fd(f->input);
}

uint64_t feed_count(const struct feed *f)
{
    return f->count;
}

void feed_position(const struct feed *f, uint64_t *at, uint64_t *size)
{
    feed_input_position(f->input, at, size);
}
