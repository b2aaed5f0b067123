/*
 * A tokenizer that hands on what it reads: a token is begun with its colour when
 * its first byte is seen, and its bytes leave as they come.  So nothing is held
 * but the kinds of the brackets that are open, a bit each.
 */
#include "view/json_text.h"

#include <string.h>

enum state {
    TOP,          /* between values that are in nothing */
    VALUE,        /* one must follow */
    VALUE_OR_END, /* behind [ */
    NAME_OR_END,  /* behind { */
    NAME,         /* behind a comma in an object */
    COLON,
    COMMA_OR_END, /* behind a value in something */
    STRING,
    STRING_ESCAPE, /* behind a backslash */
    STRING_HEX,    /* `left` digits of \uXXXX are to come */
    NUMBER,
    WORD,
    BROKEN,
};

/* Where in a number (RFC 8259 6). */
enum number {
    MINUS,
    ZERO,
    WHOLE,
    POINT,
    FRACTION,
    E,
    SIGN,
    EXPONENT,
};

void json_text_init(struct json_text *t, enum json_text_form form,
                    bool has_colours)
{
    *t = (struct json_text){.form = form, .has_colours = has_colours};
}

/* ---- writing ---- */

static void put(struct json_text *t, struct str *out, const char *bytes,
                size_t len)
{
    escape_piece(&t->escape, out, bytes, len);
}

static void begin_token(struct json_text *t, struct str *out, enum colour c)
{
    t->colour = c;
    colour_begin(out, t->has_colours, c);
}

static void end_token(struct json_text *t, struct str *out)
{
    colour_end(out, t->has_colours, t->colour);
    t->colour = COLOUR_PLAIN;
}

static void new_line(const struct json_text *t, struct str *out)
{
    unsigned levels = t->depth < JSON_TEXT_INDENTED_MAX
                          ? t->depth
                          : (unsigned)JSON_TEXT_INDENTED_MAX;
    if (t->form != JSON_TEXT_INDENTED)
        return;
    str_add_char(out, '\n');
    str_add_spaces(out, (size_t)levels * JSON_TEXT_INDENT);
}

/* ---- brackets ---- */

static bool is_in_object(const struct json_text *t)
{
    unsigned level = t->depth - 1;
    return t->is_object[level / 8] >> level % 8 & 1;
}

static void push(struct json_text *t, bool is_object)
{
    unsigned level = t->depth++;
    uint8_t bit = (uint8_t)(1U << level % 8);
    if (is_object)
        t->is_object[level / 8] |= bit;
    else
        t->is_object[level / 8] &= (uint8_t)~bit;
}

static void end_value(struct json_text *t)
{
    t->has_value = true;
    t->state = t->depth ? COMMA_OR_END : TOP;
}

static void close_bracket(struct json_text *t, struct str *out, char c,
                          bool is_empty)
{
    t->depth--;
    if (!is_empty)
        new_line(t, out);
    str_add_char(out, c);
    end_value(t);
}

/* ---- tokens ---- */

static bool begin_string(struct json_text *t, struct str *out, bool is_name)
{
    begin_token(t, out, is_name ? COLOUR_NAME : COLOUR_STRING);
    str_add_char(out, '"');
    t->is_name = is_name;
    t->state = STRING;
    return true;
}

static bool begin_number(struct json_text *t, struct str *out, char c)
{
    begin_token(t, out, COLOUR_NUMBER);
    str_add_char(out, c);
    t->number = c == '-' ? MINUS : c == '0' ? ZERO : WHOLE;
    t->state = NUMBER;
    return true;
}

static bool begin_word(struct json_text *t, struct str *out, const char *word)
{
    begin_token(t, out, COLOUR_WORD);
    str_add_char(out, *word);
    t->word = word + 1;
    t->state = WORD;
    return true;
}

static bool begin_bracket(struct json_text *t, struct str *out, char c)
{
    if (t->depth == JSON_TEXT_DEPTH_MAX)
        return false;
    str_add_char(out, c);
    push(t, c == '{');
    t->state = c == '{' ? NAME_OR_END : VALUE_OR_END;
    return true;
}

/* False: no value begins so. */
static bool begin_value(struct json_text *t, struct str *out, char c)
{
    switch (c) {
    case '{':
    case '[':
        return begin_bracket(t, out, c);
    case '"':
        return begin_string(t, out, false);
    case 't':
        return begin_word(t, out, "true");
    case 'f':
        return begin_word(t, out, "false");
    case 'n':
        return begin_word(t, out, "null");
    default:
        return (c == '-' || (c >= '0' && c <= '9')) && begin_number(t, out, c);
    }
}

static bool is_value_start(char c)
{
    return c && strchr("{[\"tfn-0123456789", c);
}

/* The next state of a number with this byte; -1: the byte is none of it. */
static int next_of_number(enum number n, char c)
{
    bool is_digit = c >= '0' && c <= '9';
    switch (n) {
    case MINUS:
        return c == '0' ? ZERO : is_digit ? WHOLE : -1;
    case ZERO:
    case WHOLE:
        if (is_digit)
            return n == WHOLE ? WHOLE : -1;
        return c == '.' ? POINT : c == 'e' || c == 'E' ? E : -1;
    case POINT:
        return is_digit ? FRACTION : -1;
    case FRACTION:
        return is_digit ? FRACTION : c == 'e' || c == 'E' ? E : -1;
    case E:
        return is_digit ? EXPONENT : c == '+' || c == '-' ? SIGN : -1;
    case SIGN:
    case EXPONENT:
        return is_digit ? EXPONENT : -1;
    }
    return -1;
}

static bool is_whole_number(enum number n)
{
    return n == ZERO || n == WHOLE || n == FRACTION || n == EXPONENT;
}

/* ---- bytes ---- */

/* What a byte has come to. */
enum took {
    TOOK,
    AGAIN, /* the byte ends a number and is looked at once more */
    BREAKS,
};

static enum took in_number(struct json_text *t, struct str *out, char c)
{
    int next = next_of_number((enum number)t->number, c);
    if (next >= 0) {
        str_add_char(out, c);
        t->number = (unsigned char)next;
        return TOOK;
    }
    end_token(t, out);
    /* "01" is not two. */
    if (!is_whole_number((enum number)t->number) || (c >= '0' && c <= '9'))
        return BREAKS;
    end_value(t);
    return AGAIN;
}

static enum took in_word(struct json_text *t, struct str *out, char c)
{
    if (c != *t->word)
        return BREAKS;
    str_add_char(out, c);
    if (*++t->word == '\0') {
        end_token(t, out);
        end_value(t);
    }
    return TOOK;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

static enum took in_escape(struct json_text *t, struct str *out, char c)
{
    bool is_good =
        t->state == STRING_HEX ? is_hex(c) : c && strchr("\"\\/bfnrtu", c);
    if (!is_good)
        return BREAKS;
    str_add_char(out, c);
    if (t->state == STRING_HEX)
        t->left--;
    else
        t->left = c == 'u' ? 4 : 0;
    t->state = t->left ? STRING_HEX : STRING;
    return TOOK;
}

static void end_string(struct json_text *t, struct str *out)
{
    put(t, out, "\"", 1); /* behind what was held back */
    end_token(t, out);
    if (t->is_name)
        t->state = COLON;
    else
        end_value(t);
}

static enum took in_string(struct json_text *t, struct str *out, char c)
{
    if (c == '"') {
        end_string(t, out);
    } else if (c == '\\') {
        put(t, out, "\\", 1);
        t->state = STRING_ESCAPE;
    } else if ((unsigned char)c < ' ') {
        return BREAKS;
    } else {
        put(t, out, &c, 1);
    }
    return TOOK;
}

static enum took take_value(struct json_text *t, struct str *out, char c)
{
    if (t->state == VALUE_OR_END && c == ']') {
        close_bracket(t, out, c, true);
        return TOOK;
    }
    if (!is_value_start(c))
        return BREAKS;
    if (t->state == VALUE_OR_END ||
        (t->state == TOP && t->has_value && !t->depth))
        new_line(t, out);
    return begin_value(t, out, c) ? TOOK : BREAKS;
}

static enum took take_name(struct json_text *t, struct str *out, char c)
{
    if (t->state == NAME_OR_END && c == '}') {
        close_bracket(t, out, c, true);
        return TOOK;
    }
    if (c != '"')
        return BREAKS;
    if (t->state == NAME_OR_END)
        new_line(t, out);
    begin_string(t, out, true);
    return TOOK;
}

static enum took take_comma_or_end(struct json_text *t, struct str *out, char c)
{
    bool is_object = is_in_object(t);
    if (c == ',') {
        str_add_char(out, c);
        new_line(t, out);
        t->state = is_object ? NAME : VALUE;
        return TOOK;
    }
    if (c != (is_object ? '}' : ']'))
        return BREAKS;
    close_bracket(t, out, c, false);
    return TOOK;
}

static enum took take_colon(struct json_text *t, struct str *out, char c)
{
    if (c != ':')
        return BREAKS;
    str_add_text(out, t->form == JSON_TEXT_INDENTED ? ": " : ":");
    t->state = VALUE;
    return TOOK;
}

/* And what RFC 7464 puts before each text of a sequence. */
static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x1e;
}

static enum took take(struct json_text *t, struct str *out, char c)
{
    switch ((enum state)t->state) {
    case TOP:
    case VALUE:
    case VALUE_OR_END:
        return take_value(t, out, c);
    case NAME_OR_END:
    case NAME:
        return take_name(t, out, c);
    case COLON:
        return take_colon(t, out, c);
    case COMMA_OR_END:
        return take_comma_or_end(t, out, c);
    case STRING:
        return in_string(t, out, c);
    case STRING_ESCAPE:
    case STRING_HEX:
        return in_escape(t, out, c);
    case NUMBER:
        return in_number(t, out, c);
    case WORD:
        return in_word(t, out, c);
    case BROKEN:
        put(t, out, &c, 1);
        return TOOK;
    }
    return BREAKS;
}

static bool is_between_tokens(const struct json_text *t)
{
    return t->state < STRING;
}

static void break_off(struct json_text *t, struct str *out)
{
    escape_finish(&t->escape, out);
    end_token(t, out);
    t->state = BROKEN;
}

static void add_byte(struct json_text *t, struct str *out, char c)
{
    enum took took;
    do {
        if (is_between_tokens(t) && is_space(c)) {
            if (t->form == JSON_TEXT_LINES && c != 0x1e)
                put(t, out, &c, 1);
            return;
        }
        if (is_between_tokens(t))
            escape_finish(&t->escape, out); /* a CR that no LF has followed */
        took = take(t, out, c);
    } while (took == AGAIN);
    if (took == BREAKS) {
        break_off(t, out);
        put(t, out, &c, 1);
    }
}

/* A line of JSON_TEXT_LINES ends, whatever it was in the midst of. */
static void end_line(struct json_text *t, struct str *out)
{
    end_token(t, out);
    put(t, out, "\n", 1);
    t->state = TOP;
    t->depth = 0;
    t->has_value = false;
}

/* Bytes of a string, or of what is broken, of which each is like the last. */
static size_t plain_run(const struct json_text *t, const char *s, size_t len)
{
    size_t n = 0;
    if (t->state == BROKEN && t->form == JSON_TEXT_INDENTED)
        return len;
    if (t->state != STRING && t->state != BROKEN)
        return 0;
    while (n < len && (unsigned char)s[n] >= ' ' && s[n] != '"' && s[n] != '\\')
        n++;
    return n;
}

void json_text_add(struct json_text *t, struct str *out, const void *bytes,
                   size_t len)
{
    const char *s = bytes;
    while (len) {
        size_t n = plain_run(t, s, len);
        if (n) {
            put(t, out, s, n);
        } else {
            n = 1;
            if (t->form == JSON_TEXT_LINES && *s == '\n')
                end_line(t, out);
            else
                add_byte(t, out, *s);
        }
        s += n;
        len -= n;
    }
}

void json_text_finish(struct json_text *t, struct str *out)
{
    escape_finish(&t->escape, out);
    end_token(t, out);
}
