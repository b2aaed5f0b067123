/*
 * The grammar of RFC 9110 11.6.1 needs a look ahead: a comma separates both
 * challenges and the parameters of one.  An element is a parameter exactly when
 * '=' follows its first token; otherwise that token is a scheme, and what
 * follows the blank behind it is its token68 or its first parameter.
 */
#include "http/challenge.h"

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static bool is_token_byte(uint8_t c)
{
    return fields_is_name(span_of(&c, 1));
}

static struct span skip(struct span s, size_t n)
{
    return span_of(s.base + n, s.len - n);
}

static size_t token_len(struct span s)
{
    size_t n = 0;
    while (n < s.len && is_token_byte(s.base[n]))
        n++;
    return n;
}

static size_t blanks(struct span s)
{
    size_t n = 0;
    while (n < s.len && is_blank(s.base[n]))
        n++;
    return n;
}

/* "name = value"; false: it is none. */
static bool split_param(struct span element, struct challenge_param *p)
{
    size_t len = token_len(element);
    p->name = span_of(element.base, len);
    if (len == 0)
        return false;
    struct span rest = skip(element, len);
    rest = skip(rest, blanks(rest));
    if (rest.len == 0 || rest.base[0] != '=')
        return false;
    p->value = span_trim(skip(rest, 1));
    return true;
}

static void add_param(struct challenge *c, const struct challenge_param *p)
{
    if (c->nparams < CHALLENGE_PARAMS_MAX)
        c->params[c->nparams++] = *p;
}

/* token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" */
static bool is_token68(struct span s)
{
    size_t n = s.len;
    while (n > 0 && s.base[n - 1] == '=')
        n--;
    for (size_t i = 0; i < n; i++)
        if (s.base[i] != '/' && !is_token_byte(s.base[i]))
            return false;
    return n > 0;
}

/* "scheme", "scheme token68" or "scheme name=value". */
static bool begin(struct challenge *c, struct span element)
{
    size_t len = token_len(element);
    struct span rest = skip(element, len);
    if (len == 0 || (rest.len > 0 && !is_blank(rest.base[0])))
        return false;
    *c = (struct challenge){.scheme = span_of(element.base, len)};
    rest = span_trim(rest);
    struct challenge_param p;
    /* "Negotiate YWJj==" has no parameter of an empty name, nor one whose value
     * is '='. */
    if (is_token68(rest) &&
        (!split_param(rest, &p) || p.value.len == 0 || p.value.base[0] == '='))
        c->token = rest;
    else if (split_param(rest, &p))
        add_param(c, &p);
    return true;
}

struct challenges challenge_list(const struct fields *f, const char *name)
{
    return (struct challenges){.list = fields_list_of(f, name)};
}

/* The next element that no challenge has; false: there is none. */
static bool take(struct challenges *all, struct span *element)
{
    *element = all->held;
    all->held = (struct span){NULL, 0};
    return element->base != NULL || fields_list_next(&all->list, element);
}

bool challenge_next(struct challenges *all, struct challenge *c)
{
    struct span element;
    struct challenge_param p;
    do { /* parameters without a scheme, and junk */
        if (!take(all, &element))
            return false;
    } while (split_param(element, &p) || !begin(c, element));
    while (take(all, &element)) {
        if (!split_param(element, &p)) {
            all->held = element;
            break;
        }
        add_param(c, &p);
    }
    return true;
}

void challenge_of_params(struct challenge *c, const struct fields *f,
                         const char *name)
{
    struct fields_list list = fields_list_of(f, name);
    struct span element;
    struct challenge_param p;
    *c = (struct challenge){.nparams = 0};
    while (fields_list_next(&list, &element))
        if (split_param(element, &p))
            add_param(c, &p);
}

/* A quoted-string (RFC 9110 5.6.4) or a token. */
static struct span unquote(struct span s, struct arena *arena)
{
    if (s.len == 0 || s.base[0] != '"')
        return arena_copy(arena, s);
    uint8_t *text = arena_alloc(arena, s.len + 1);
    size_t len = 0;
    for (size_t i = 1; i < s.len && s.base[i] != '"'; i++) {
        if (s.base[i] == '\\' && i + 1 < s.len)
            i++;
        text[len++] = s.base[i];
    }
    text[len] = '\0';
    return span_of(text, len);
}

struct span challenge_param(const struct challenge *c, const char *name,
                            struct arena *arena)
{
    for (size_t i = 0; i < c->nparams; i++)
        if (span_equal_nocase(c->params[i].name, span_str(name)))
            return unquote(c->params[i].value, arena);
    return (struct span){NULL, 0};
}
