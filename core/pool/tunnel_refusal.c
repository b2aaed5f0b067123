#include "pool/tunnel_refusal.h"

#include <stdio.h>

#include "base/fault.h"

void tunnel_refusal_begin(struct tunnel_refusal *f,
                          const struct response_head *head)
{
    struct span cause = fields_value(head->fields, "proxy-status");
    struct span type = fields_value(head->fields, "content-type");
    f->status = head->status;
    f->len = 0;
    f->is_html = span_starts_nocase(type, SPAN_LIT("text/html"));
    (void)snprintf(
        f->cause, sizeof f->cause, "%.*s",
        (int)(cause.len < sizeof f->cause ? cause.len : sizeof f->cause - 1),
        cause.base ? (const char *)cause.base : "");
}

void tunnel_refusal_add(struct tunnel_refusal *f, struct span body)
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

/* 408 and 429 ask for patience, 5xx tell of trouble (RFC 9110 15.6). */
static enum err code_of(int status)
{
    return status >= 500 || status == 408 || status == 429 ? ERR_CONNECT
                                                           : ERR_TUNNEL;
}

void tunnel_refusal_fault(const struct tunnel_refusal *f, const char *method,
                          struct fault *fault)
{
    struct span body = span_of(f->body, f->len);
    struct span says = f->is_html ? title(body) : first_line(body);
    fault_set(fault, code_of(f->status), (uint64_t)f->status,
              "%s tunnel failed, response %d%s%s%s%s%.*s", method, f->status,
              f->cause[0] ? " (" : "", f->cause, f->cause[0] ? ")" : "",
              says.len > 0 ? ": " : "", (int)(says.len < 100 ? says.len : 100),
              says.len > 0 ? (const char *)says.base : "");
}
