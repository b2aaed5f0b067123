/*
 * llhttp has lenient flags for some of this, and they do not fit: one of them
 * takes blanks before a colon, NUL and folded lines together, in every field;
 * it tells nothing of a fold, so that the parts of a value run together; and
 * it reads requests by the same rules.  Here each leniency is a line of the
 * table in the header, and the rules for framing fields stand beside it.
 *
 * A line is complete only when the next one has begun: it may be folded.  What
 * is read in one piece with that is taken from where it is; the rest is put
 * together in s->line.
 */
#include "conn/h1_section.h"

#include "base/fault.h"
#include "http/message.h"

/* How many bytes of a bad line are shown. */
#define SHOWN 60

void h1_section_init(struct h1_section *s)
{
    *s = (struct h1_section){.is_at_start = true};
    str_init(&s->line);
}

void h1_section_fini(struct h1_section *s)
{
    str_fini(&s->line);
}

void h1_section_begin(struct h1_section *s, struct fields *to, size_t max,
                      bool is_trailers)
{
    s->to = to;
    s->max = max;
    s->is_trailers = is_trailers;
    s->is_at_start = true;
    s->is_folded = false;
    s->is_in_blanks = false;
    str_clear(&s->line);
}

static bool refuse(struct fault *fault, const char *what, struct span line)
{
    fault_set(fault, ERR_WEIRD_REPLY, 0, "%s: \"%.*s\"", what,
              (int)(line.len < SHOWN ? line.len : SHOWN),
              (const char *)line.base);
    return false;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* Is it `wanted` once the bytes that no name may have are gone? */
static bool reads_as(struct span name, struct span wanted)
{
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (!fields_is_name(span_of(name.base + i, 1)))
            continue;
        if (n == wanted.len || !span_equal_nocase(span_of(name.base + i, 1),
                                                  span_of(wanted.base + n, 1)))
            return false;
        n++;
    }
    return n == wanted.len;
}

static bool is_framing(struct span name)
{
    return reads_as(name, SPAN_LIT("content-length")) ||
           reads_as(name, SPAN_LIT("transfer-encoding"));
}

/* The same of what fields_is_name(), as nearly all are. */
static bool is_framing_name(struct span name)
{
    return span_equal_nocase(name, SPAN_LIT("content-length")) ||
           span_equal_nocase(name, SPAN_LIT("transfer-encoding"));
}

static bool add_field(struct h1_section *s, struct span name, struct span value,
                      struct fault *fault)
{
    if (s->to->len >= s->max) {
        fault_set(fault, ERR_HEAD_TOO_LARGE, 0, "too many header fields");
        return false;
    }
    if (!s->is_trailers || message_may_trail(name))
        fields_add(s->to, name, value);
    return true;
}

/* A line that is complete. */
static bool take_line(struct h1_section *s, struct span line,
                      struct fault *fault)
{
    const uint8_t *colon = memchr(line.base, ':', line.len);
    if (memchr(line.base, '\0', line.len) || memchr(line.base, '\r', line.len))
        return refuse(fault, "NUL or a bare CR in a header", line);
    if (colon == NULL)
        return refuse(fault, "a header line without a colon", line);
    struct span before = span_of(line.base, (size_t)(colon - line.base));
    struct span name = span_trim(before);
    struct span value =
        span_trim(span_of(colon + 1, line.len - before.len - 1));
    if (name.len == 0)
        return refuse(fault, "a header without a name", line);
    bool is_name = fields_is_name(name);
    if (is_name ? is_framing_name(name) : is_framing(name)) {
        if (!fields_is_name(before) || s->is_folded)
            return refuse(fault, "a framing field written oddly", line);
        if (!fields_is_value(value))
            return refuse(fault, "a control byte in a framing field", line);
    } else if (!is_name) {
        return true; /* left out: -v shows the head as it came */
    }
    return add_field(s, name, value, fault);
}

/* The first byte of a line says whether it goes on with the last one. */
static bool begin_line(struct h1_section *s, uint8_t first, struct fault *fault)
{
    s->is_at_start = false;
    if (!is_blank(first)) {
        bool is_good =
            s->line.len == 0 || take_line(s, str_span(&s->line), fault);
        str_clear(&s->line);
        s->is_folded = false;
        return is_good;
    }
    if (s->line.len == 0) {
        fault_set(fault, ERR_WEIRD_REPLY, 0,
                  "a folded line before the first field");
        return false;
    }
    /* Only a value may be folded. */
    if (memchr(s->line.base, ':', s->line.len) == NULL)
        return refuse(fault, "a header line without a colon",
                      str_span(&s->line));
    s->is_folded = true;
    while (s->line.len > 0 && is_blank((uint8_t)s->line.base[s->line.len - 1]))
        s->line.len--;
    str_add_char(&s->line, ' ');
    s->is_in_blanks = true;
    return true;
}

static void add_piece(struct h1_section *s, struct span piece)
{
    while (s->is_in_blanks && piece.len > 0) {
        s->is_in_blanks = is_blank(piece.base[0]);
        if (s->is_in_blanks)
            piece = span_of(piece.base + 1, piece.len - 1);
    }
    str_add(&s->line, piece);
}

/* LF is read.  True when the line was empty. */
static bool end_line(struct h1_section *s)
{
    s->is_at_start = true;
    s->is_in_blanks = false;
    if (s->line.len > 0 && s->line.base[s->line.len - 1] == '\r')
        s->line.base[--s->line.len] = '\0';
    return s->line.len == 0;
}

static struct span without_cr(struct span line)
{
    if (line.len > 0 && line.base[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* Does the input begin with a line of its own, that is whole and not folded?
 * Nearly all are, and need not be put together. */
static bool starts_with_line(const struct h1_section *s, struct span input,
                             struct span *line, size_t *taken)
{
    if (!s->is_at_start || s->line.len > 0 || is_blank(input.base[0]))
        return false;
    const uint8_t *end = memchr(input.base, '\n', input.len);
    if (end == NULL)
        return false;
    size_t len = (size_t)(end - input.base);
    if (len + 1 == input.len || is_blank(end[1]))
        return false;
    *taken = len + 1;
    *line = without_cr(span_of(input.base, len));
    return line->len > 0;
}

enum h1_section_result h1_section_take(struct h1_section *s, struct span *input,
                                       struct fault *fault)
{
    struct span line;
    size_t taken = 0;
    while (input->len > 0) {
        if (starts_with_line(s, *input, &line, &taken)) {
            if (!take_line(s, line, fault))
                return H1_SECTION_FAILED;
            *input = span_of(input->base + taken, input->len - taken);
            continue;
        }
        if (s->is_at_start && !begin_line(s, input->base[0], fault))
            return H1_SECTION_FAILED;
        const uint8_t *end = memchr(input->base, '\n', input->len);
        size_t len = end ? (size_t)(end - input->base) : input->len;
        add_piece(s, span_of(input->base, len));
        if (end)
            len++;
        *input = span_of(input->base + len, input->len - len);
        if (end && end_line(s))
            return H1_SECTION_END;
    }
    return H1_SECTION_MORE;
}
