/*
 * One table says what the operators differ in (RFC 6570 appendix A), one walk
 * over the template serves expansion and inspection.
 */
#include "http/uri_template.h"

#include "base/fault.h"
#include "http/percent.h"

struct operator_rule {
    char op;
    char first;        /* before the first value; 0: nothing */
    char separator;    /* between values */
    bool is_named;     /* "name=value" */
    bool has_if_empty; /* the "=" as well where the value is empty */
    bool keeps_reserved;
};

static const struct operator_rule rules[] = {
    {0, 0, ',', false, false, false},     {'+', 0, ',', false, false, true},
    {'#', '#', ',', false, false, true},  {'.', '.', '.', false, false, false},
    {'/', '/', '/', false, false, false}, {';', ';', ';', true, false, false},
    {'?', '?', '&', true, true, false},   {'&', '&', '&', true, true, false},
};

static const struct operator_rule *find_rule(char op)
{
    for (size_t i = 1; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].op == op)
            return &rules[i];
    return &rules[0];
}

static struct span skip(struct span s, size_t n)
{
    return span_of(s.base + n, s.len - n);
}

static bool refuse(struct fault *fault, struct span where, const char *what)
{
    fault_set(fault, ERR_USAGE, 0, "URI template: %s at \"%.*s\"", what,
              (int)(where.len < 40 ? where.len : 40), (const char *)where.base);
    return false;
}

/* RFC 6570 2.3: ALPHA, DIGIT, "_", "." between them, or a percent triplet. */
static bool is_name(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.base[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '_' || c == '%';
        bool is_dot =
            c == '.' && i > 0 && i + 1 < s.len && s.base[i - 1] != '.';
        if (!is_word && !is_dot)
            return false;
    }
    return s.len > 0;
}

/* ---- the walk ---- */

/* What is met: a literal, or a variable of an expression. */
struct part {
    bool is_literal;
    bool is_first; /* variable of its expression */
    const struct operator_rule *rule;
    struct span text;
};

struct walk {
    struct span rest;
    struct span names; /* of the expression; base NULL: outside of one */
    bool is_first;
    const struct operator_rule *rule;
};

static bool begin_expression(struct walk *w, struct fault *fault)
{
    const uint8_t *end = memchr(w->rest.base, '}', w->rest.len);
    if (end == NULL)
        return refuse(fault, w->rest, "no closing brace");
    struct span inside =
        span_of(w->rest.base + 1, (size_t)(end - w->rest.base) - 1);
    struct span all = w->rest;
    w->rest = skip(w->rest, inside.len + 2);
    w->rule = &rules[0];
    if (inside.len > 0 && strchr("+#./;?&", inside.base[0]))
        w->rule = find_rule((char)inside.base[0]);
    else if (inside.len > 0 && strchr("=,!@|", inside.base[0]))
        return refuse(fault, all, "a reserved operator");
    w->names = w->rule->op ? skip(inside, 1) : inside;
    w->is_first = true;
    return true;
}

/* False: the end, or *fault is set. */
static bool next_name(struct walk *w, struct part *p, struct fault *fault)
{
    struct span all = w->names;
    struct span name;
    (void)span_next(&w->names, ',', &name);
    if (name.len > 0 &&
        (name.base[name.len - 1] == '*' || memchr(name.base, ':', name.len)))
        return refuse(fault, name, "a modifier of level 4");
    if (!is_name(name))
        return refuse(fault, all.base ? all : w->rest, "no variable's name");
    *p = (struct part){.rule = w->rule, .text = name, .is_first = w->is_first};
    w->is_first = false;
    return true;
}

static bool next_literal(struct walk *w, struct part *p, struct fault *fault)
{
    size_t len = 0;
    while (len < w->rest.len && w->rest.base[len] != '{') {
        uint8_t c = w->rest.base[len];
        if (c == '}' || c <= 0x20 || c >= 0x7f)
            return refuse(fault, skip(w->rest, len), "a byte that may not be");
        len++;
    }
    *p = (struct part){.is_literal = true, .text = span_of(w->rest.base, len)};
    w->rest = skip(w->rest, len);
    return true;
}

static bool next_part(struct walk *w, struct part *p, struct fault *fault)
{
    fault->code = ERR_NONE;
    if (w->names.base == NULL && w->rest.len == 0)
        return false;
    if (w->names.base == NULL && w->rest.base[0] != '{')
        return next_literal(w, p, fault);
    if (w->names.base == NULL && !begin_expression(w, fault))
        return false;
    return next_name(w, p, fault);
}

/* ---- expansion ---- */

static bool is_reserved(uint8_t c)
{
    return c != 0 && strchr(":/?#[]@!$&'()*+,;=", c) != NULL;
}

static bool is_hex(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

static bool is_triplet(struct span s)
{
    return s.len >= 3 && s.base[0] == '%' && is_hex(s.base[1]) &&
           is_hex(s.base[2]);
}

/* What a URI may hold stays as it is (RFC 6570 3.2.3). */
static void add_reserved(struct str *to, struct span value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (is_reserved(value.base[i]) || is_triplet(skip(value, i)))
            str_add_char(to, (char)value.base[i]);
        else
            percent_encode(to, span_of(value.base + i, 1));
    }
}

static struct span value_of(const struct uri_template_values *values,
                            struct span name)
{
    for (size_t i = 0; i < values->len; i++)
        if (span_equal(values->items[i].name, name))
            return values->items[i].value;
    return span_of(NULL, 0);
}

static void add_value(struct str *to, const struct part *p, struct span value,
                      bool is_first)
{
    const struct operator_rule *rule = p->rule;
    if (!is_first)
        str_add_char(to, rule->separator);
    else if (rule->first)
        str_add_char(to, rule->first);
    if (rule->is_named) {
        str_add(to, p->text);
        if (value.len > 0 || rule->has_if_empty)
            str_add_char(to, '=');
    }
    if (rule->keeps_reserved)
        add_reserved(to, value);
    else
        percent_encode(to, value);
}

bool uri_template_expand(struct str *to, struct span text,
                         const struct uri_template_values *values,
                         struct fault *fault)
{
    struct walk w = {.rest = text};
    struct part p;
    bool has_value = false; /* of this expression, so far */
    while (next_part(&w, &p, fault)) {
        if (p.is_literal) {
            str_add(to, p.text);
            continue;
        }
        if (p.is_first)
            has_value = false;
        struct span value = value_of(values, p.text);
        if (value.base == NULL)
            continue;
        add_value(to, &p, value, !has_value);
        has_value = true;
    }
    return fault->code == ERR_NONE;
}

/* ---- inspection ---- */

bool uri_template_is_one(struct span text)
{
    return text.len > 0 && (memchr(text.base, '{', text.len) != NULL ||
                            memchr(text.base, '}', text.len) != NULL);
}

bool uri_template_visit(struct span text, struct uri_template_visitor *v,
                        struct fault *fault)
{
    struct walk w = {.rest = text};
    struct part p;
    while (next_part(&w, &p, fault))
        if (!p.is_literal && !v->visit(v, p.rule->op, p.text))
            return false;
    return fault->code == ERR_NONE;
}
