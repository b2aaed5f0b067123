#include "base/qlog.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

#define TIMED "\x1e{\"time\":"

static void add_time(const struct qlog *q, struct str *out)
{
    uint64_t since = q->now(q) - q->start;
    str_printf(out, TIMED "%" PRIu64 ".%06u", since / 1000000,
               (unsigned)(since % 1000000));
}

void qlog_record(struct qlog *q, struct span record)
{
    size_t skip = sizeof TIMED - 1;
    if (record.len > skip && memcmp(record.base, TIMED, skip) == 0) {
        while (skip < record.len && record.base[skip] != ',' &&
               record.base[skip] != '}')
            skip++;
        add_time(q, &q->out);
        record = span_of(record.base + skip, record.len - skip);
    }
    str_add(&q->out, record);
    q->added(q);
}

void qlog_hold(struct qlog *q)
{
    q->is_holding = true;
}

void qlog_release(struct qlog *q)
{
    q->is_holding = false;
    if (q->held.len == 0)
        return;
    str_add(&q->out, str_span(&q->held));
    str_clear(&q->held);
    q->added(q);
}

/* ---- values ---- */

static struct str *to(struct qlog *q)
{
    return q->is_holding ? &q->held : &q->out;
}

static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

static void quote(struct str *out, struct span text)
{
    bool is_utf8 = utf8_valid_len(text) == text.len;
    str_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.base[i];
        if (c == '"' || c == '\\')
            str_add_char(out, '\\');
        if (c == '"' || c == '\\' || (is_plain(c) && (c < 0x80 || is_utf8)))
            str_add_char(out, (char)c);
        else
            str_printf(out, "\\u%04x", c);
    }
    str_add_char(out, '"');
}

/* A comma, where one is due, and the key. */
static void lead(struct str *out, const char *key)
{
    char last = out->base[out->len - 1];
    if (last != '{' && last != '[')
        str_add_char(out, ',');
    if (key == NULL)
        return;
    quote(out, span_str(key));
    str_add_char(out, ':');
}

void qlog_open(struct qlog *q, const char *key, char bracket)
{
    lead(to(q), key);
    str_add_char(to(q), bracket);
}

void qlog_close(struct qlog *q, char bracket)
{
    str_add_char(to(q), bracket);
}

void qlog_number(struct qlog *q, const char *key, uint64_t n)
{
    lead(to(q), key);
    str_add_u64(to(q), n);
}

void qlog_bool(struct qlog *q, const char *key, bool value)
{
    lead(to(q), key);
    str_add_text(to(q), value ? "true" : "false");
}

void qlog_text(struct qlog *q, const char *key, struct span text)
{
    lead(to(q), key);
    quote(to(q), text);
}

void qlog_string(struct qlog *q, const char *key, const char *text)
{
    qlog_text(q, key, span_str(text));
}

void qlog_json(struct qlog *q, const char *key, struct span json)
{
    lead(to(q), key);
    str_add(to(q), json);
}

void qlog_hex(struct qlog *q, const char *key, struct span bytes)
{
    lead(to(q), key);
    str_add_char(to(q), '"');
    for (size_t i = 0; i < bytes.len; i++)
        str_printf(to(q), "%02x", bytes.base[i]);
    str_add_char(to(q), '"');
}

void qlog_field(struct qlog *q, struct span name, struct span value)
{
    bool is_pseudo = name.len > 0 && *name.base == ':';
    bool is_secret =
        q->hides && !is_pseudo && q->hides((const char *)name.base, name.len);
    qlog_open(q, NULL, '{');
    qlog_text(q, "name", name);
    qlog_text(q, "value", is_secret ? SPAN_LIT("<redacted>") : value);
    qlog_close(q, '}');
}

void qlog_length(struct qlog *q, uint64_t n)
{
    qlog_open(q, "raw", '{');
    qlog_number(q, "length", n);
    qlog_close(q, '}');
}

/* ---- events ---- */

void qlog_begin(struct qlog *q, const char *name)
{
    add_time(q, to(q));
    str_printf(to(q), ",\"name\":\"%s\"", name);
    qlog_open(q, "data", '{');
}

void qlog_end(struct qlog *q)
{
    str_add_text(to(q), "}}\n");
    if (!q->is_holding)
        q->added(q);
}

void qlog_owner(struct qlog *q, enum qlog_owner owner)
{
    qlog_string(q, "owner", owner == QLOG_LOCAL ? "local" : "remote");
}

/* ---- capsules ---- */

void qlog_capsule(const struct qlog_stream *s, uint64_t type, uint64_t len,
                  enum qlog_owner owner)
{
    struct qlog *q = s ? *s->log : NULL;
    if (q == NULL)
        return;
    qlog_begin(q, owner == QLOG_LOCAL ? "http:capsule_created"
                                      : "http:capsule_parsed");
    qlog_number(q, "stream_id", s->id);
    qlog_open(q, "capsule", '{');
    qlog_string(q, "capsule_type", type == 0 ? "datagram" : "unknown");
    if (type != 0)
        qlog_number(q, "capsule_type_value", type);
    qlog_length(q, len);
    qlog_close(q, '}');
    qlog_end(q);
}
