#include "input/input_har_scan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * The scanner follows one path and counts brackets beside it:
 *
 *     OUTSIDE -{-> ROOT -"log":{-> LOG -"entries":[-> ENTRIES -{-> ENTRY
 *             -"request":{-> REQUEST
 *
 * At a place of the path with depth 0, strings that may be keys are remembered
 * and brackets may lead on; anything else that opens only makes the depth grow.
 * A JSON reader that reports all values was the other way: it would have to
 * understand, and so to refuse, what no request needs.
 */

/* What leads from one place to the next. */
static const struct {
    const char *key; /* NULL: any, elements have none */
    char open;
} steps[] = {
    [HAR_OUTSIDE] = {NULL, '{'},    [HAR_ROOT] = {"log", '{'},
    [HAR_LOG] = {"entries", '['},   [HAR_ENTRIES] = {NULL, '{'},
    [HAR_ENTRY] = {"request", '{'},
};

static const char *const wanted[] = {"url", "method", "headers", "postData",
                                     "bodySize"};

void input_har_scan_fini(struct input_har_scan *s)
{
    str_fini(&s->request);
}

__attribute__((format(printf, 2, 3))) static enum input_har_scan_event
fail(struct input_har_scan *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(s->why, sizeof s->why, format, args);
    va_end(args);
    return HAR_SCAN_BAD;
}

/* ---- what is kept of a request ---- */

static void drop_request(struct input_har_scan *s)
{
    str_clear(&s->request);
    s->is_copying = false;
}

static void keep(struct input_har_scan *s, const void *bytes, size_t len)
{
    if (!s->is_copying)
        return;
    if (len > s->max || s->request.len > s->max - len) {
        s->is_too_long = true;
        drop_request(s);
        return;
    }
    str_add(&s->request, span_of(bytes, len));
}

static void keep_byte(struct input_har_scan *s, char c)
{
    keep(s, &c, 1);
}

static void keep_unicode(struct input_har_scan *s, unsigned unit)
{
    char text[sizeof("\\u0000")];
    (void)snprintf(text, sizeof text, "\\u%04x", unit & 0xffff);
    keep(s, text, sizeof text - 1);
}

/* Half of a pair, as three bytes that no character has. */
static void keep_half(struct input_har_scan *s, unsigned unit)
{
    char bytes[3] = {(char)0xed, (char)(0x80 | (unit >> 6 & 0x3f)),
                     (char)(0x80 | (unit & 0x3f))};
    keep(s, bytes, sizeof bytes);
}

/* The second half of a pair did not come. */
static void settle_high(struct input_har_scan *s)
{
    if (s->high)
        keep_half(s, s->high);
    s->high = 0;
}

/* ---- strings ---- */

static void add_to_key(struct input_har_scan *s, char c)
{
    if (s->key_len < HAR_KEY_MAX)
        s->key[s->key_len] = c;
    s->key_len++;
}

static bool is_key(const struct input_har_scan *s, const char *name)
{
    return s->key_len == strlen(name) && memcmp(s->key, name, s->key_len) == 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The UTF-16 unit of "uXXXX"; false for another escape, or a wrong one. */
static bool escaped_unit(const struct input_har_scan *s, unsigned *unit)
{
    *unit = 0;
    if (s->nescape != HAR_ESCAPE_MAX)
        return false;
    for (size_t i = 1; i < HAR_ESCAPE_MAX; i++) {
        int value = hex_value(s->escape[i]);
        if (value < 0)
            return false;
        *unit = *unit << 4 | (unsigned)value;
    }
    return true;
}

static void end_escape(struct input_har_scan *s)
{
    unsigned unit;
    s->is_escape = false;
    if (!escaped_unit(s, &unit)) {
        settle_high(s);
        keep_byte(s, '\\');
        keep(s, s->escape, s->nescape);
    } else if (unit >= 0xd800 && unit < 0xdc00) {
        settle_high(s);
        s->high = unit;
    } else if (unit < 0xdc00 || unit > 0xdfff) {
        settle_high(s);
        keep_unicode(s, unit);
    } else if (s->high) {
        keep_unicode(s, s->high);
        keep_unicode(s, unit);
        s->high = 0;
    } else {
        keep_half(s, unit);
    }
}

/* One more byte behind a backslash; false: it is not of the escape. */
static bool in_escape(struct input_har_scan *s, char c)
{
    bool is_unicode = s->nescape && s->escape[0] == 'u';
    if (is_unicode && hex_value(c) < 0) {
        end_escape(s);
        return false;
    }
    s->escape[s->nescape++] = c;
    if (c != 'u' || is_unicode) {
        if (!is_unicode || s->nescape == HAR_ESCAPE_MAX)
            end_escape(s);
    }
    return true;
}

static void end_string(struct input_har_scan *s)
{
    settle_high(s);
    keep_byte(s, '"');
    s->is_string = false;
}

static void in_kept_string(struct input_har_scan *s, char c)
{
    if (s->is_escape && in_escape(s, c))
        return;
    if (c == '\\') {
        s->is_escape = true;
        s->nescape = 0;
        return;
    }
    if (c == '"') {
        end_string(s);
        return;
    }
    settle_high(s);
    if ((unsigned char)c < 0x20)
        keep_unicode(s, (unsigned char)c);
    else
        keep_byte(s, c);
}

/* Strings that nobody needs are most of an archive.  Gives how much was used:
 * up to the string's end, or all. */
static size_t skip_string(struct input_har_scan *s, const char *bytes,
                          size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s->is_escape) {
            s->is_escape = false;
        } else if (bytes[i] == '\\') {
            s->is_escape = true;
        } else if (bytes[i] == '"') {
            s->is_string = false;
            return i + 1;
        }
        if (s->is_key && s->is_string)
            add_to_key(s, bytes[i]);
    }
    return len;
}

static void begin_string(struct input_har_scan *s)
{
    s->is_string = true;
    s->is_escape = false;
    s->high = 0;
    if (s->is_key)
        s->key_len = 0;
    keep_byte(s, '"');
}

/* ---- structure ---- */

/* The next string is a key where objects have them. */
static void begin_member(struct input_har_scan *s)
{
    s->is_key = s->place != HAR_OUTSIDE && s->place != HAR_ENTRIES;
    s->key_len = 0;
}

static void enter(struct input_har_scan *s)
{
    s->place++;
    begin_member(s);
    if (s->place == HAR_ROOT) {
        s->has_document = true;
        s->has_entries = false;
    } else if (s->place == HAR_ENTRIES) {
        s->has_entries = true;
        s->has_item = false;
    } else if (s->place == HAR_ENTRY) {
        drop_request(s);
        s->is_too_long = false;
    } else if (s->place == HAR_REQUEST) {
        str_clear(&s->request); /* the last of two counts, as in JavaScript */
        s->is_too_long = false;
        str_add_char(&s->request, '{');
    }
}

static bool leads_on(const struct input_har_scan *s, char c)
{
    const char *key;
    if (s->depth || s->place == HAR_REQUEST || steps[s->place].open != c)
        return false;
    key = steps[s->place].key;
    return !key || (!s->is_key && is_key(s, key));
}

static void open_bracket(struct input_har_scan *s, char c)
{
    if (s->place == HAR_ENTRIES)
        s->has_item = true;
    if (leads_on(s, c)) {
        enter(s);
        return;
    }
    s->depth++;
    s->is_key = false;
    keep_byte(s, c);
}

static enum input_har_scan_event end_item(struct input_har_scan *s)
{
    s->has_item = false;
    s->nentries++;
    return HAR_SCAN_ENTRY;
}

static enum input_har_scan_event close_bracket(struct input_har_scan *s, char c)
{
    enum input_har_scan_place left = s->place;
    if (s->depth) {
        s->depth--;
        keep_byte(s, c);
        return HAR_SCAN_MORE;
    }
    if ((c == ']') != (left == HAR_ENTRIES))
        return fail(s, "at byte %" PRIu64 " a bracket does not fit", s->nbytes);
    s->place--;
    s->is_key = false;
    s->is_copying = false;
    if (left == HAR_REQUEST && !s->is_too_long)
        str_add_char(&s->request, '}');
    if (left == HAR_ROOT && !s->has_entries)
        return fail(s, "log.entries is not an array");
    return left == HAR_ENTRY || (left == HAR_ENTRIES && s->has_item)
               ? end_item(s)
               : HAR_SCAN_MORE;
}

/* A colon at a place of the path: the key before it is complete. */
static void begin_value(struct input_har_scan *s)
{
    s->is_key = false;
    if (s->place != HAR_REQUEST || s->is_too_long)
        return;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (!is_key(s, wanted[i]))
            continue;
        str_printf(&s->request, "%s\"%s\":", s->request.len > 1 ? "," : "",
                   wanted[i]);
        s->is_copying = true;
    }
}

static enum input_har_scan_event comma(struct input_har_scan *s)
{
    s->is_copying = false;
    begin_member(s);
    return s->place == HAR_ENTRIES && s->has_item ? end_item(s) : HAR_SCAN_MORE;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What is neither a bracket nor a string. */
static enum input_har_scan_event other(struct input_har_scan *s, char c)
{
    if (!s->depth && c == ',')
        return comma(s);
    if (!s->depth && c == ':' && s->is_key) {
        begin_value(s);
        return HAR_SCAN_MORE;
    }
    if (!s->depth && s->place == HAR_ENTRIES && !is_blank(c))
        s->has_item = true;
    keep_byte(s, c);
    return HAR_SCAN_MORE;
}

static enum input_har_scan_event structural(struct input_har_scan *s, char c)
{
    if (s->place == HAR_OUTSIDE && c != '{') {
        /* Behind a document it may be anything. */
        if (s->has_document || is_blank(c))
            return HAR_SCAN_MORE;
        return fail(s, "it does not begin with {");
    }
    switch (c) {
    case '"':
        if (!s->depth && s->place == HAR_ENTRIES)
            s->has_item = true;
        begin_string(s);
        return HAR_SCAN_MORE;
    case '{':
    case '[':
        open_bracket(s, c);
        return HAR_SCAN_MORE;
    case '}':
    case ']':
        return close_bracket(s, c);
    default:
        return other(s, c);
    }
}

enum input_har_scan_event input_har_scan_read(struct input_har_scan *s,
                                              const char *bytes, size_t len,
                                              size_t *used)
{
    enum input_har_scan_event event = HAR_SCAN_MORE;
    size_t i = 0;
    while (i < len && event == HAR_SCAN_MORE) {
        size_t n = 1;
        if (!s->is_string)
            event = structural(s, bytes[i]);
        else if (s->is_copying)
            in_kept_string(s, bytes[i]);
        else
            n = skip_string(s, bytes + i, len - i);
        i += n;
        s->nbytes += n;
    }
    *used = i;
    return event;
}

bool input_har_scan_end(struct input_har_scan *s)
{
    if (!s->has_document)
        (void)fail(s, "it is empty");
    else if (s->place >= HAR_ENTRIES)
        (void)fail(s, "it ends within entry %" PRIu64, s->nentries + 1);
    else if (s->place != HAR_OUTSIDE)
        (void)fail(s, "it ends too early");
    return !*s->why;
}
