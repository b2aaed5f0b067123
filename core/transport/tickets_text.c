/*
 * The text of a store: a first line that says what it is, then one entry a
 * line, the oldest first:
 *
 *     quiver-tickets 1
 *     KIND KEY RECEIVED EXPIRES RTT FLAGS PART*9 CHECK
 *
 * KIND is tls, quic or token; KEY the hexadecimal key; the times are Unix
 * seconds, RTT microseconds; FLAGS the letters v (verified) and e (early data), or "-"; parts are
 * base64, or "-"; CHECK is the CRC-32 of the line before it, so that a line that
 * was cut, or written over, is none.  It protects from accidents alone: whoever
 * can write the file can write anything.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "transport/tickets_self.h"

static const char first_line[] = "quiver-tickets 1";

static const char *const kinds[] = {"tls", "quic", "token"};
#define NKINDS (sizeof kinds / sizeof kinds[0])

/* More is no server's: tickets have 64 KiB at most. */
#define PART_MAX ((size_t)128 * 1024)

#define KEY_DIGITS ((size_t)2 * TICKETS_KEY_LEN)

/* Of IEEE 802.3, bit by bit: lines are few. */
static uint32_t crc32_of(struct span s)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < s.len; i++) {
        crc ^= s.base[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
    }
    return ~crc;
}

/* ---- reading ---- */

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_key(struct span text, uint8_t key[TICKETS_KEY_LEN])
{
    if (text.len != KEY_DIGITS)
        return false;
    for (size_t i = 0; i < TICKETS_KEY_LEN; i++) {
        int high = digit(text.base[2 * i]);
        int low = digit(text.base[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool read_kind(struct span text, enum ticket_kind *kind)
{
    for (size_t i = 0; i < NKINDS; i++)
        if (span_equal(text, span_str(kinds[i]))) {
            *kind = (enum ticket_kind)i;
            return true;
        }
    return false;
}

static bool read_flags(struct span text, struct ticket_data *d)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.base[i] == 'v')
            d->is_verified = true;
        else if (text.base[i] == 'e')
            d->allows_early = true;
        else if (text.base[i] != '-')
            return false;
    }
    return text.len > 0;
}

/* An allocation of the caller's, or the empty span. */
static bool read_part(struct span text, struct span *part)
{
    if (text.len == 0 || text.len > PART_MAX)
        return false;
    if (text.len == 1 && text.base[0] == '-')
        return true;
    size_t n = 0;
    uint8_t *bytes = xalloc_bytes(base64_room(text.len));
    if (!base64_decode(bytes, &n, (const char *)text.base, text.len)) {
        free(bytes);
        return false;
    }
    *part = span_of(bytes, n);
    return true;
}

struct line {
    enum ticket_kind kind;
    uint8_t key[TICKETS_KEY_LEN];
    struct ticket_data data;
};

static bool take_word(struct span *rest, struct span *word)
{
    return span_next(rest, ' ', word);
}

/* The line without its check, if that is right. */
static bool check(struct span *line)
{
    char right[16];
    size_t at = line->len;
    while (at > 0 && line->base[at - 1] != ' ')
        at--;
    if (at == 0)
        return false;
    struct span said = span_of(line->base + at, line->len - at);
    line->len = at - 1;
    (void)snprintf(right, sizeof right, "%08x", crc32_of(*line));
    return span_equal(said, span_str(right));
}

static bool read_line(struct span text, struct line *l)
{
    struct span rest = text;
    struct span word;
    if (!check(&rest) || !take_word(&rest, &word) ||
        !read_kind(word, &l->kind) || !take_word(&rest, &word) ||
        !read_key(word, l->key) || !take_word(&rest, &word) ||
        !span_to_u64(word, &l->data.received) || !take_word(&rest, &word) ||
        !span_to_u64(word, &l->data.expires) || !take_word(&rest, &word) ||
        !span_to_u64(word, &l->data.rtt) || !take_word(&rest, &word) ||
        !read_flags(word, &l->data))
        return false;
    for (size_t i = 0; i < TICKET_PARTS; i++)
        if (!take_word(&rest, &word) || !read_part(word, &l->data.parts[i]))
            return false;
    return rest.len == 0 && l->data.parts[TICKET_SECRET].len > 0;
}

static struct ticket *find_id(struct tickets *s, const struct ticket_data *d)
{
    list_each (pos, &s->all) {
        struct ticket *t = container_of(pos, struct ticket, of_store);
        if (t->is_loaded && t->data.received == d->received &&
            span_equal(t->data.parts[TICKET_SECRET], d->parts[TICKET_SECRET]))
            return t;
    }
    return NULL;
}

static void take_line(struct tickets *s, const struct line *l)
{
    struct ticket *t = tickets_self_add(s, l->kind, l->key, &l->data);
    if (t == NULL)
        t = find_id(s, &l->data);
    if (t == NULL)
        return;
    t->is_loaded = true;
    t->seen = s->nloads;
}

static void free_line(struct line *l)
{
    for (size_t i = 0; i < TICKET_PARTS; i++)
        free((void *)(uintptr_t)l->data.parts[i].base);
}

static void load_line(struct tickets *s, struct span text, uint64_t now,
                      unsigned number, struct tickets_report *report)
{
    struct line l = {.kind = TICKET_TLS};
    if (!read_line(text, &l)) {
        report->bad++;
        if (report->first_bad == 0)
            report->first_bad = number;
    } else if (l.data.expires <= now || l.data.received > now) {
        report->expired++;
    } else {
        report->taken++;
        take_line(s, &l);
    }
    free_line(&l);
}

static void drop_unseen(struct tickets *s)
{
    list_each_safe (pos, &s->all) {
        struct ticket *t = container_of(pos, struct ticket, of_store);
        if (t->is_loaded && t->seen != s->nloads)
            tickets_self_drop(s, t);
    }
}

bool tickets_load(struct tickets *s, struct span text, uint64_t now,
                  struct tickets_report *report)
{
    bool was_changed = s->is_changed;
    struct span line;
    *report = (struct tickets_report){.taken = 0};
    if (!span_next(&text, '\n', &line) ||
        !span_equal(line, span_str(first_line)))
        return false;
    s->nloads++;
    for (unsigned number = 2; span_next(&text, '\n', &line); number++)
        if (line.len > 0)
            load_line(s, line, now, number, report);
    drop_unseen(s);
    s->is_changed = was_changed;
    return true;
}

/* ---- writing ---- */

static void add_part(struct str *text, struct span part)
{
    str_add_char(text, ' ');
    if (part.len > 0)
        base64_add(text, part);
    else
        str_add_char(text, '-');
}

static void add_line(struct str *text, const struct ticket *t)
{
    const struct ticket_data *d = &t->data;
    str_add_text(text, kinds[t->place->key[0]]);
    str_add_char(text, ' ');
    for (size_t i = 1; i <= TICKETS_KEY_LEN; i++)
        str_printf(text, "%02x", t->place->key[i]);
    str_printf(text, " %llu %llu %llu %s%s%s", (unsigned long long)d->received,
               (unsigned long long)d->expires, (unsigned long long)d->rtt,
               d->is_verified ? "v" : "", d->allows_early ? "e" : "",
               d->is_verified || d->allows_early ? "" : "-");
    for (size_t i = 0; i < TICKET_PARTS; i++)
        add_part(text, d->parts[i]);
    str_printf(text, " %08x\n", crc32_of(str_span(text)));
}

void tickets_save(struct tickets *s, uint64_t now,
                  void (*out)(void *user, const void *data, size_t len),
                  void *user)
{
    struct str text;
    str_init(&text);
    str_printf(&text, "%s\n", first_line);
    out(user, text.base, text.len);
    list_each (pos, &s->all) {
        const struct ticket *t = container_of(pos, struct ticket, of_store);
        if (t->data.expires <= now)
            continue;
        str_clear(&text);
        add_line(&text, t);
        out(user, text.base, text.len);
    }
    str_fini(&text);
    s->is_changed = false;
}
