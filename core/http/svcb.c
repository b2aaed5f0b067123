#include "http/svcb.h"

#include <string.h>

#include "base/wire.h"

/* RFC 9460 14.3.2 */
enum {
    KEY_MANDATORY = 0,
    KEY_ALPN = 1,
    KEY_NO_DEFAULT_ALPN = 2,
    KEY_PORT = 3,
    KEY_IPV4HINT = 4,
    KEY_ECH = 5,
    KEY_IPV6HINT = 6,
    KEYS_KNOWN,
};

#define LABEL_MAX 63

static const struct {
    const char *id;
    enum svcb_alpn alpn;
} protocols[] = {
    {"h3", SVCB_H3},
    {"h2", SVCB_H2},
    {"http/1.1", SVCB_H1},
};

static bool take_u16(struct span *from, uint16_t *value)
{
    uint64_t number;
    if (!wire_take_number(from, 2, &number))
        return false;
    *value = (uint16_t)number;
    return true;
}

/* Letters, digits, hyphens and underscores: what is given to a resolver. */
static bool is_host_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* A name on the wire, which ends with an empty label. */
static enum svcb_verdict take_name(struct span *from, char *text)
{
    enum svcb_verdict verdict = SVCB_GOOD;
    size_t at = 0;
    for (;;) {
        struct span label;
        if (!wire_take_vector(from, 1, &label) || label.len > LABEL_MAX ||
            at + label.len + 1 > SVCB_NAME_MAX)
            return SVCB_MALFORMED;
        if (label.len == 0)
            break;
        if (at > 0)
            text[at++] = '.';
        for (size_t i = 0; i < label.len; i++) {
            if (!is_host_byte(label.base[i]))
                verdict = SVCB_UNUSABLE;
            text[at++] = (char)label.base[i];
        }
    }
    text[at] = '\0';
    return verdict;
}

/* ---- the parameters ---- */

static enum svcb_verdict read_alpn(struct svcb *r, struct span value)
{
    if (value.len == 0)
        return SVCB_MALFORMED;
    while (value.len > 0) {
        struct span id;
        if (!wire_take_vector(&value, 1, &id) || id.len == 0)
            return SVCB_MALFORMED;
        for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
            if (span_equal(id, span_str(protocols[i].id)))
                r->alpn |= protocols[i].alpn;
    }
    return SVCB_GOOD;
}

static enum svcb_verdict read_port(struct svcb *r, struct span value)
{
    if (value.len != 2 || !take_u16(&value, &r->port))
        return SVCB_MALFORMED;
    return r->port == 0 ? SVCB_UNUSABLE : SVCB_GOOD;
}

static enum svcb_verdict read_hints(uint8_t *to, size_t *n, size_t size,
                                    struct span value)
{
    if (value.len == 0 || value.len % size != 0)
        return SVCB_MALFORMED;
    *n = value.len / size < SVCB_HINTS_MAX ? value.len / size : SVCB_HINTS_MAX;
    memcpy(to, value.base, *n * size);
    return SVCB_GOOD;
}

/* One that cannot be used is as good as none (RFC 9849 4). */
static enum svcb_verdict read_ech(struct svcb *r, struct span value)
{
    if (value.len == 0)
        return SVCB_MALFORMED;
    if (!ech_list_is_good(value))
        return SVCB_GOOD;
    memcpy(r->ech, value.base, value.len);
    r->ech_len = value.len;
    return SVCB_GOOD;
}

/* Keys that must be understood: each is there, once (RFC 9460 8). */
static enum svcb_verdict check_mandatory(struct svcb *r, struct span value,
                                         unsigned present, bool has_others)
{
    enum svcb_verdict verdict = SVCB_GOOD;
    int last = KEY_MANDATORY; /* which is not to be named itself */
    if (value.len == 0)
        return SVCB_MALFORMED;
    while (value.len > 0) {
        uint16_t key;
        if (!take_u16(&value, &key) || key <= last)
            return SVCB_MALFORMED;
        last = key;
        if (key >= KEYS_KNOWN) {
            if (!has_others)
                return SVCB_MALFORMED;
            verdict = SVCB_UNUSABLE;
        } else if ((present & 1U << key) == 0) {
            return SVCB_MALFORMED;
        }
        r->needs_ech |= key == KEY_ECH;
    }
    return verdict;
}

static enum svcb_verdict read_param(struct svcb *r, uint16_t key,
                                    struct span value)
{
    switch (key) {
    case KEY_ALPN:
        return read_alpn(r, value);
    case KEY_NO_DEFAULT_ALPN:
        return value.len == 0 ? SVCB_GOOD : SVCB_MALFORMED;
    case KEY_PORT:
        return read_port(r, value);
    case KEY_IPV4HINT:
        return read_hints(r->ipv4[0], &r->nipv4, sizeof r->ipv4[0], value);
    case KEY_ECH:
        return read_ech(r, value);
    case KEY_IPV6HINT:
        return read_hints(r->ipv6[0], &r->nipv6, sizeof r->ipv6[0], value);
    default:
        return SVCB_GOOD;
    }
}

static enum svcb_verdict worse(enum svcb_verdict a, enum svcb_verdict b)
{
    return a > b ? a : b;
}

/* In strictly increasing order of their keys (RFC 9460 2.2). */
static enum svcb_verdict read_params(struct svcb *r, struct span rest)
{
    enum svcb_verdict verdict = SVCB_GOOD;
    struct span mandatory = {0};
    unsigned present = 0;
    bool has_others = false;
    int last = -1;
    while (rest.len > 0) {
        uint16_t key;
        struct span value;
        if (!take_u16(&rest, &key) || key <= last ||
            !wire_take_vector(&rest, 2, &value))
            return SVCB_MALFORMED;
        last = key;
        if (key < KEYS_KNOWN)
            present |= 1U << key;
        else
            has_others = true;
        if (key == KEY_MANDATORY)
            mandatory = value;
        verdict = worse(verdict, read_param(r, key, value));
    }
    if (present & 1U << KEY_MANDATORY)
        verdict =
            worse(verdict, check_mandatory(r, mandatory, present, has_others));
    bool no_default = present & 1U << KEY_NO_DEFAULT_ALPN;
    if (no_default && (present & 1U << KEY_ALPN) == 0)
        return SVCB_MALFORMED; /* RFC 9460 7.1.1 */
    if (!no_default)
        r->alpn |= SVCB_H1;
    return r->alpn == 0 ? worse(verdict, SVCB_UNUSABLE) : verdict;
}

enum svcb_verdict svcb_parse(struct svcb *r, struct span rdata)
{
    *r = (struct svcb){.priority = 0};
    if (!take_u16(&rdata, &r->priority))
        return SVCB_MALFORMED;
    enum svcb_verdict verdict = take_name(&rdata, r->target);
    if (verdict == SVCB_MALFORMED || r->priority == 0)
        return verdict; /* an alias has no parameters that count */
    return worse(verdict, read_params(r, rdata));
}

/* ---- all of one name ---- */

void svcb_set_init(struct svcb_set *s)
{
    s->n = 0;
    s->nunusable = 0;
    s->is_malformed = false;
}

void svcb_set_add(struct svcb_set *s, struct span rdata)
{
    struct svcb r;
    switch (svcb_parse(&r, rdata)) {
    case SVCB_GOOD:
        break;
    case SVCB_UNUSABLE:
        s->nunusable++;
        return;
    case SVCB_MALFORMED:
        s->is_malformed = true;
        return;
    }
    size_t at = s->n;
    while (at > 0 && s->records[at - 1].priority > r.priority)
        at--;
    if (at == SVCB_RECORDS_MAX)
        return;
    size_t kept = s->n < SVCB_RECORDS_MAX ? s->n : SVCB_RECORDS_MAX - 1;
    memmove(&s->records[at + 1], &s->records[at],
            (kept - at) * sizeof s->records[0]);
    s->records[at] = r;
    s->n = kept + 1;
}

void svcb_set_end(struct svcb_set *s)
{
    if (s->is_malformed)
        s->n = 0;
    else if (svcb_set_is_alias(s))
        s->n = 1;
}
