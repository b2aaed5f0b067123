#include "view/body_view.h"

#include <string.h>

enum {
    /* A NUL behind so many bytes of text is shown as \x00. */
    LOOKED_AT = 4096,
};

static void begin(struct body_view *v, const struct body_view_how *how,
                  struct media media)
{
    struct str room = v->as_utf8;
    *v = (struct body_view){
        .how = *how,
        .media = media,
        .charset.set = how->is_formatted ? media.charset : MEDIA_UTF8,
        .as_utf8 = room,
    };
}

void body_view_begin(struct body_view *v, const struct body_view_how *how,
                     const char *content_type)
{
    begin(v, how, media_of(content_type));
}

void body_view_begin_lines(struct body_view *v, const struct body_view_how *how)
{
    begin(v, how, (struct media){MEDIA_JSON_LINES, MEDIA_UTF8});
}

/* ---- what it is ---- */

static bool is_utf16(const struct body_view *v)
{
    return v->charset.set == MEDIA_UTF16LE || v->charset.set == MEDIA_UTF16BE;
}

static bool is_binary(struct body_view *v, const char *bytes, size_t len)
{
    size_t n = LOOKED_AT - v->nseen;
    if (is_utf16(v))
        return false;
    if (n > len)
        n = len;
    v->nseen += n;
    bool has_nul = escape_is_binary(bytes, n);
    if (!v->has_begun)
        v->what = media_magic(bytes, len, has_nul);
    return has_nul || v->what;
}

static size_t skip_space(const char *bytes, size_t at, size_t len)
{
    while (at < len && bytes[at] && strchr(" \t\r\n", bytes[at]))
        at++;
    return at;
}

/* One that nobody says anything of is JSON if it looks so: a log may begin with
 * a bracket, too. */
static bool looks_like_json(const char *bytes, size_t len)
{
    size_t first = skip_space(bytes, 0, len);
    size_t second = skip_space(bytes, first + 1, len);
    if (second >= len || !bytes[second])
        return false;
    if (bytes[first] == '{')
        return strchr("\"}", bytes[second]);
    return bytes[first] == '[' && strchr("[{\"]", bytes[second]);
}

static void choose_form(struct body_view *v, const char *bytes, size_t len)
{
    enum media_kind kind = v->media.kind;
    bool has_colours = v->how.has_colours;
    if (kind == MEDIA_UNKNOWN && looks_like_json(bytes, len))
        kind = MEDIA_JSON;
    if (!v->how.is_formatted)
        kind = MEDIA_OTHER;
    switch (kind) {
    case MEDIA_JSON:
        v->form = BODY_VIEW_JSON;
        json_text_init(&v->json, JSON_TEXT_INDENTED, has_colours);
        break;
    case MEDIA_JSON_LINES:
        v->form = BODY_VIEW_JSON;
        json_text_init(&v->json, JSON_TEXT_LINES, has_colours);
        break;
    case MEDIA_EVENTS:
        v->form = BODY_VIEW_EVENTS;
        events_text_init(&v->events, has_colours);
        break;
    case MEDIA_UNKNOWN:
    case MEDIA_OTHER:
        v->form = BODY_VIEW_TEXT;
        v->text = (struct escape){0};
        break;
    }
}

/* ---- its bytes ---- */

static void add_text(struct body_view *v, struct str *out, const char *bytes,
                     size_t len)
{
    switch (v->form) {
    case BODY_VIEW_TEXT:
        escape_piece(&v->text, out, bytes, len);
        break;
    case BODY_VIEW_JSON:
        json_text_add(&v->json, out, bytes, len);
        break;
    case BODY_VIEW_EVENTS:
        events_text_add(&v->events, out, bytes, len);
        break;
    case BODY_VIEW_BYTES:
        str_add(out, span_of(bytes, len));
        break;
    }
}

static void note_end(struct body_view *v, const struct str *out, size_t before)
{
    if (out->len > before)
        v->is_in_line = out->base[out->len - 1] != '\n';
}

/* The mark that some put before UTF-8. */
static size_t mark_len(const char *bytes, size_t len)
{
    return len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* Before a piece of the first some thousand bytes; false: it is refused. */
static bool look_at(struct body_view *v, const char **bytes, size_t *len)
{
    bool is_text = !is_binary(v, *bytes, *len);
    if (!is_text && !v->how.takes_binary)
        return false;
    if (v->has_begun)
        return true;
    v->has_begun = true;
    if (!is_text) {
        v->form = BODY_VIEW_BYTES;
        return true;
    }
    if (v->how.is_formatted) {
        size_t mark = mark_len(*bytes, *len);
        *bytes += mark;
        *len -= mark;
    }
    choose_form(v, *bytes, *len);
    return true;
}

bool body_view_add(struct body_view *v, struct str *out, const void *bytes,
                   size_t len)
{
    const char *s = bytes;
    size_t before = out->len;
    if (!len)
        return true;
    if (v->form != BODY_VIEW_BYTES && v->nseen < LOOKED_AT &&
        !look_at(v, &s, &len))
        return false;
    if (v->form != BODY_VIEW_BYTES && v->charset.set != MEDIA_UTF8) {
        str_clear(&v->as_utf8);
        charset_add(&v->charset, &v->as_utf8, s, len);
        add_text(v, out, str_text(&v->as_utf8), v->as_utf8.len);
    } else {
        add_text(v, out, s, len);
    }
    note_end(v, out, before);
    return true;
}

void body_view_finish(struct body_view *v, struct str *out, bool ends_line)
{
    size_t before = out->len;
    if (!v->has_begun || v->form == BODY_VIEW_BYTES)
        return;
    switch (v->form) {
    case BODY_VIEW_TEXT:
        escape_finish(&v->text, out);
        break;
    case BODY_VIEW_JSON:
        json_text_finish(&v->json, out);
        break;
    case BODY_VIEW_EVENTS:
        events_text_finish(&v->events, out);
        break;
    case BODY_VIEW_BYTES:
        break;
    }
    note_end(v, out, before);
    if (v->is_in_line && ends_line)
        str_add_char(out, '\n');
    v->has_begun = v->is_in_line = false;
}

void body_view_fini(struct body_view *v)
{
    str_fini(&v->as_utf8);
}
