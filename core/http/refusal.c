#include "http/refusal.h"

#include <stdio.h>
#include <string.h>

/* ---- Proxy-Status: a list of names with parameters (RFC 8941 3.1) ---- */

/* What stands before the next `end` that is in no string; it is taken off. */
static struct span take_until(struct span *rest, uint8_t end)
{
    bool is_quoted = false;
    size_t at = 0;
    for (; at < rest->len; at++) {
        uint8_t c = rest->base[at];
        if (is_quoted && c == '\\')
            at++;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (c == end && !is_quoted)
            break;
    }
    size_t len = at < rest->len ? at : rest->len;
    struct span taken = span_of(rest->base, len);
    size_t skipped = len < rest->len ? len + 1 : len;
    *rest = span_of(rest->base + skipped, rest->len - skipped);
    return taken;
}

static void append(char to[REFUSAL_PART_MAX], struct span text)
{
    size_t len = strlen(to);
    size_t room = REFUSAL_PART_MAX - 1 - len;
    size_t n = text.len < room ? text.len : room;
    if (n > 0)
        memcpy(to + len, text.base, n);
    to[len + n] = '\0';
}

/* An sf-string without its quotes and escapes. */
static void unquote(char to[REFUSAL_PART_MAX], struct span text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n + 1 < REFUSAL_PART_MAX; i++) {
        bool is_escaped = text.base[i] == '\\' && i + 1 < text.len;
        if (text.base[i] == '"')
            continue;
        i += is_escaped;
        to[n++] = (char)text.base[i];
    }
    to[n] = '\0';
}

static void take_part(struct refusal *f, struct span part, struct span before)
{
    static const struct span details = SPAN_LIT("details=");
    if (span_starts_nocase(part, details)) {
        unquote(f->details,
                span_of(part.base + details.len, part.len - details.len));
        return;
    }
    if (f->cause[0])
        append(f->cause, before);
    append(f->cause, part);
}

/* The details are a sentence of their own: those of the last proxy that has
 * some, which is the nearest. */
static void take_cause(struct refusal *f, struct span cause)
{
    while (cause.len > 0) {
        struct span proxy = take_until(&cause, ',');
        take_part(f, span_trim(take_until(&proxy, ';')), SPAN_LIT(", "));
        while (proxy.len > 0)
            take_part(f, span_trim(take_until(&proxy, ';')), SPAN_LIT("; "));
    }
}

void refusal_begin(struct refusal *f, int status, struct span cause,
                   struct span type)
{
    *f = (struct refusal){
        .status = status,
        .is_html = span_starts_nocase(type, SPAN_LIT("text/html")),
    };
    take_cause(f, cause);
}

/* ---- the body ---- */

void refusal_add(struct refusal *f, struct span body)
{
    size_t room = sizeof f->body - f->len;
    size_t n = body.len < room ? body.len : room;
    if (n > 0)
        memcpy(f->body + f->len, body.base, n);
    f->len += n;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The first line with something in it, without blanks around it. */
static struct span first_line(struct span text)
{
    while (text.len > 0 && is_blank(text.base[0]))
        text = span_of(text.base + 1, text.len - 1);
    size_t len = 0;
    while (len < text.len && text.base[len] != '\n')
        len++;
    while (len > 0 && is_blank(text.base[len - 1]))
        len--;
    return span_of(text.base, len);
}

/* What is behind the first `mark`; none: the empty span. */
static struct span behind(struct span text, struct span mark)
{
    while (text.len >= mark.len) {
        if (span_starts_nocase(text, mark))
            return span_of(text.base + mark.len, text.len - mark.len);
        text = span_of(text.base + 1, text.len - 1);
    }
    return span_of("", 0);
}

static struct span title(struct span html)
{
    struct span text = behind(html, SPAN_LIT("<title>"));
    size_t len = 0;
    while (len < text.len && text.base[len] != '<')
        len++;
    return first_line(span_of(text.base, len));
}

/* ---- both ---- */

#define WORDS_MAX 100

static struct span words_of(const struct refusal *f)
{
    struct span body = span_of(f->body, f->len);
    struct span words = span_str(f->details);
    if (words.len == 0)
        words = f->is_html ? title(body) : first_line(body);
    return span_of(words.base, words.len < WORDS_MAX ? words.len : WORDS_MAX);
}

void refusal_line(const struct refusal *f, char to[REFUSAL_LINE_MAX])
{
    struct span words = words_of(f);
    const char *open = f->cause[0] ? " (" : "";
    const char *close = f->cause[0] ? ")" : "";
    (void)snprintf(to, REFUSAL_LINE_MAX, "%d%s%s%s%s%.*s", f->status, open,
                   f->cause, close, words.len > 0 ? ": " : "", SPAN_ARG(words));
}
