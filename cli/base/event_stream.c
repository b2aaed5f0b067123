#include "base/event_stream.h"

#include <string.h>

#define BOM "\xEF\xBB\xBF"

void event_stream_init(struct event_stream *s, size_t max)
{
    *s = (struct event_stream){.max = max, .retry = UINT64_MAX};
}

void event_stream_fini(struct event_stream *s)
{
    str_fini(&s->id);
    str_fini(&s->line);
    str_fini(&s->data);
    str_fini(&s->type);
    str_fini(&s->next_id);
}

void event_stream_feed(struct event_stream *s, const void *data, size_t len)
{
    s->input = span_of(data, len);
}

static void set(struct str *to, struct span text)
{
    str_clear(to);
    str_add(to, text);
}

void event_stream_again(struct event_stream *s)
{
    s->input = span_of("", 0);
    str_clear(&s->line);
    str_clear(&s->data);
    str_clear(&s->type);
    set(&s->next_id, str_span(&s->id));
    s->has_retry = s->is_begun = s->skips_lf = s->is_told = false;
}

/* ---- fields ---- */

static void take_retry(struct event_stream *s, struct span value)
{
    uint64_t ms = 0;
    if (!span_to_u64(value, &ms))
        return;
    s->retry = ms;
    s->has_retry = true;
}

static void take_field(struct event_stream *s, struct span name,
                       struct span value)
{
    if (span_equal(name, SPAN_LIT("data"))) {
        str_add(&s->data, value);
        str_add_char(&s->data, '\n');
    } else if (span_equal(name, SPAN_LIT("event"))) {
        set(&s->type, value);
    } else if (span_equal(name, SPAN_LIT("id"))) {
        if (value.len == 0 || !memchr(value.base, '\0', value.len))
            set(&s->next_id, value);
    } else if (span_equal(name, SPAN_LIT("retry"))) {
        take_retry(s, value);
    }
}

/* ---- lines ---- */

/* The empty line: true if it ends an event. */
static bool dispatch(struct event_stream *s, struct event_stream_event *event)
{
    set(&s->id, str_span(&s->next_id));
    if (s->data.len == 0) {
        str_clear(&s->type);
        s->has_retry = false;
        return false;
    }
    *event = (struct event_stream_event){
        .type = s->type.len ? str_span(&s->type) : SPAN_LIT("message"),
        .data = span_of(s->data.base, s->data.len - 1),
        .id = str_span(&s->id),
        .has_retry = s->has_retry,
        .retry = s->retry,
    };
    s->is_told = true;
    return true;
}

static bool take_line(struct event_stream *s, struct span line,
                      struct event_stream_event *event)
{
    if (!s->is_begun && line.len >= strlen(BOM) &&
        memcmp(line.base, BOM, strlen(BOM)) == 0)
        line = span_of(line.base + strlen(BOM), line.len - strlen(BOM));
    s->is_begun = true;
    if (line.len == 0)
        return dispatch(s, event);
    const uint8_t *colon = memchr(line.base, ':', line.len);
    struct span value = span_of("", 0);
    struct span name = line;
    if (colon == line.base) /* a comment */
        return false;
    if (colon) {
        size_t at = (size_t)(colon - line.base);
        name = span_of(line.base, at);
        at++;
        at += at < line.len && line.base[at] == ' ';
        value = span_of(line.base + at, line.len - at);
    }
    take_field(s, name, value);
    return false;
}

/* The next line that is complete, without its end; *used bytes of the input are
 * over with it. */
static bool find_line(const struct event_stream *s, size_t *len, size_t *used)
{
    for (size_t i = 0; i < s->input.len; i++) {
        if (s->input.base[i] != '\n' && s->input.base[i] != '\r')
            continue;
        *len = i;
        *used = i + 1;
        return true;
    }
    return false;
}

static void use(struct event_stream *s, size_t n)
{
    s->input = span_of(s->input.base + n, s->input.len - n);
}

static void skip_lf(struct event_stream *s)
{
    if (!s->skips_lf || s->input.len == 0)
        return;
    if (s->input.base[0] == '\n')
        use(s, 1);
    s->skips_lf = false;
}

static void forget_told(struct event_stream *s)
{
    if (!s->is_told)
        return;
    str_clear(&s->data);
    str_clear(&s->type);
    s->has_retry = s->is_told = false;
}

enum event_stream_next event_stream_next(struct event_stream *s,
                                         struct event_stream_event *event)
{
    size_t len;
    size_t used;
    forget_told(s);
    skip_lf(s);
    while (find_line(s, &len, &used)) {
        struct span line = span_of(s->input.base, len);
        bool is_pieced = s->line.len > 0;
        if (s->data.len + s->line.len + len > s->max)
            return EVENT_STREAM_TOO_LARGE;
        if (is_pieced) {
            str_add(&s->line, line);
            line = str_span(&s->line);
        }
        s->skips_lf = s->input.base[len] == '\r';
        use(s, used);
        bool is_event = take_line(s, line, event);
        if (is_pieced)
            str_clear(&s->line);
        if (is_event)
            return EVENT_STREAM_EVENT;
        skip_lf(s);
    }
    if (s->line.len + s->input.len > s->max)
        return EVENT_STREAM_TOO_LARGE;
    str_add(&s->line, s->input);
    use(s, s->input.len);
    return EVENT_STREAM_MORE;
}
