#include "view/events_text.h"

#include <string.h>

static const char data[] = "data";

enum {
    NOT_DATA = 100 /* letters: it is another name */
};

enum state {
    LINE_START,
    NAME,
    VALUE_START, /* behind the colon of "data" */
    VALUE,
    VALUE_JSON,
    COMMENT,
};

void events_text_init(struct events_text *t, bool has_colours)
{
    *t = (struct events_text){.has_colours = has_colours};
}

static enum colour colour_of(const struct events_text *t)
{
    switch ((enum state)t->state) {
    case NAME:
        return COLOUR_NAME;
    case COMMENT:
        return COLOUR_FAINT;
    case LINE_START:
    case VALUE_START:
    case VALUE:
    case VALUE_JSON:
        break;
    }
    return COLOUR_PLAIN;
}

static void end_piece(struct events_text *t, struct str *out)
{
    if (t->state == VALUE_JSON)
        json_text_finish(&t->json, out);
    escape_finish(&t->escape, out);
    colour_end(out, t->has_colours, colour_of(t));
}

static void begin_piece(struct events_text *t, struct str *out,
                        enum state state)
{
    t->state = (unsigned char)state;
    colour_begin(out, t->has_colours, colour_of(t));
}

static void end_line(struct events_text *t, struct str *out)
{
    end_piece(t, out);
    str_add_char(out, '\n');
    t->state = LINE_START;
}

static void put(struct events_text *t, struct str *out, char c)
{
    escape_piece(&t->escape, out, &c, 1);
}

static void add_name(struct events_text *t, struct str *out, char c)
{
    if (c == ':') {
        bool is_data = t->nname == strlen(data);
        end_piece(t, out);
        str_add_char(out, ':');
        t->state = is_data ? VALUE_START : VALUE;
        return;
    }
    if (t->nname < strlen(data) && data[t->nname] == c)
        t->nname++;
    else
        t->nname = NOT_DATA;
    put(t, out, c);
}

static void add_value_start(struct events_text *t, struct str *out, char c)
{
    if (c == ' ') {
        str_add_char(out, c);
        return;
    }
    if (c != '{' && c != '[') {
        t->state = VALUE;
        put(t, out, c);
        return;
    }
    t->state = VALUE_JSON;
    json_text_init(&t->json, JSON_TEXT_LINES, t->has_colours);
    json_text_add(&t->json, out, &c, 1);
}

static void add_line_start(struct events_text *t, struct str *out, char c)
{
    if (c == ':') {
        begin_piece(t, out, COMMENT);
        put(t, out, c);
        return;
    }
    t->nname = 0;
    begin_piece(t, out, NAME);
    add_name(t, out, c);
}

static void add(struct events_text *t, struct str *out, char c)
{
    bool was_cr = t->was_cr;
    t->was_cr = c == '\r';
    if (c == '\n' && was_cr)
        return;
    if (c == '\n' || c == '\r') {
        end_line(t, out);
        return;
    }
    switch ((enum state)t->state) {
    case LINE_START:
        add_line_start(t, out, c);
        break;
    case NAME:
        add_name(t, out, c);
        break;
    case VALUE_START:
        add_value_start(t, out, c);
        break;
    case VALUE:
    case COMMENT:
        put(t, out, c);
        break;
    case VALUE_JSON:
        json_text_add(&t->json, out, &c, 1);
        break;
    }
}

void events_text_add(struct events_text *t, struct str *out, const void *bytes,
                     size_t len)
{
    const char *s = bytes;
    for (size_t i = 0; i < len; i++)
        add(t, out, s[i]);
}

void events_text_finish(struct events_text *t, struct str *out)
{
    end_piece(t, out);
    t->state = LINE_START;
}
