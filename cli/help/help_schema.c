#include "help/help_schema.h"

#include <stdbool.h>
#include <string.h>

#include "base/json.h"
#include "help/schema_table.h"

/*
 * Draft 2020-12.  Objects are open, since fields may be added to all of them:
 * what is described keeps its meaning.
 */

static const char *const simple[] = {"integer", "number", "string",
                                     "boolean", "null",   NULL};

static bool is_simple(const char *word, size_t len)
{
    for (size_t i = 0; simple[i]; i++) {
        if (strlen(simple[i]) == len && memcmp(simple[i], word, len) == 0)
            return true;
    }
    return false;
}

static bool is_null(const char *word, size_t len)
{
    return len == 4 && memcmp(word, "null", 4) == 0;
}

static void add_word(struct str *out, const char *word, size_t len)
{
    str_printf(out, "\"%.*s\"", (int)len, word);
}

/* Of one alternative, as members of a schema. */
static void add_alternative(struct str *out, const char *word, size_t len)
{
    if (*word == '[') {
        str_add_text(out, "\"type\":\"array\",\"items\":{");
        add_alternative(out, word + 1, len - 2);
        str_add_char(out, '}');
    } else if (is_simple(word, len)) {
        str_add_text(out, "\"type\":");
        add_word(out, word, len);
    } else {
        str_printf(out, "\"$ref\":\"#/$defs/%.*s\"", (int)len, word);
    }
}

/* Appends each alternative; the separator is written before all but the
 * first. */
static void add_each(struct str *out, const char *type,
                     void (*add)(struct str *, const char *, size_t))
{
    for (bool first = true; *type; first = false) {
        size_t len = strcspn(type, "|");
        if (!first)
            str_add_char(out, ',');
        add(out, type, len);
        type += len + (type[len] == '|');
    }
}

static void add_constant(struct str *out, const char *word, size_t len)
{
    if (is_null(word, len))
        str_add_text(out, "null");
    else
        add_word(out, word + 1, len - 2);
}

static void add_schema(struct str *out, const char *word, size_t len)
{
    str_add_char(out, '{');
    add_alternative(out, word, len);
    str_add_char(out, '}');
}

static bool are_all_simple(const char *type)
{
    while (*type) {
        size_t len = strcspn(type, "|");
        if (!is_simple(type, len))
            return false;
        type += len + (type[len] == '|');
    }
    return true;
}

/* The members of the schema of such a value. */
static void add_type(struct str *out, const char *type)
{
    if (strcmp(type, "any") == 0) {
        return;
    } else if (*type == '\'') {
        str_add_text(out, "\"enum\":[");
        add_each(out, type, add_constant);
        str_add_char(out, ']');
    } else if (!strchr(type, '|')) {
        add_alternative(out, type, strlen(type));
    } else if (are_all_simple(type)) {
        str_add_text(out, "\"type\":[");
        add_each(out, type, add_word);
        str_add_char(out, ']');
    } else {
        str_add_text(out, "\"anyOf\":[");
        add_each(out, type, add_schema);
        str_add_char(out, ']');
    }
}

static void add_brief(struct str *out, const char *brief)
{
    if (!brief)
        return;
    if (out->base[out->len - 1] != '{')
        str_add_char(out, ',');
    str_add_text(out, "\"description\":");
    json_quote(out, brief);
}

static void add_member(struct str *out, const struct schema_row *r)
{
    size_t len = strcspn(r->name, "?");
    add_word(out, r->name, len);
    str_add_text(out, ":{");
    add_type(out, r->type);
    add_brief(out, r->brief);
    str_add_char(out, '}');
}

static bool is_named(const struct schema_row *r)
{
    return *r->name != '*' && *r->name != '^';
}

static bool is_of(const struct schema_row *r, const char *object)
{
    return r->object && strcmp(r->object, object) == 0;
}

static void add_properties(struct str *out, const struct schema_row *r)
{
    const char *object = r->object;
    bool first = true;
    str_add_text(out, ",\n\"properties\":{");
    for (; is_of(r, object); r++) {
        if (!is_named(r))
            continue;
        str_add_text(out, first ? "\n  " : ",\n  ");
        add_member(out, r);
        first = false;
    }
    str_add_char(out, '}');
}

static void add_required(struct str *out, const struct schema_row *r)
{
    const char *object = r->object;
    bool first = true;
    str_add_text(out, ",\n\"required\":[");
    for (; is_of(r, object); r++) {
        if (!is_named(r) || strchr(r->name, '?'))
            continue;
        if (!first)
            str_add_char(out, ',');
        add_word(out, r->name, strlen(r->name));
        first = false;
    }
    str_add_char(out, ']');
}

static void add_others(struct str *out, const struct schema_row *r)
{
    const char *object = r->object;
    for (; is_of(r, object); r++) {
        if (is_named(r))
            continue;
        if (*r->name == '^') {
            str_add_text(out, ",\n\"patternProperties\":{");
            json_quote(out, r->name);
            str_add_text(out, ":{");
        } else {
            str_add_text(out, ",\n\"additionalProperties\":{");
        }
        add_type(out, r->type);
        add_brief(out, r->brief);
        str_add_text(out, *r->name == '^' ? "}}" : "}");
    }
}

static const char *title_of(const char *object)
{
    for (size_t i = 0; schema_titles[i].object; i++) {
        if (strcmp(schema_titles[i].object, object) == 0)
            return schema_titles[i].text;
    }
    return NULL;
}

static void add_object(struct str *out, const struct schema_row *r)
{
    add_word(out, r->object, strlen(r->object));
    str_add_text(out, ":{\"type\":\"object\"");
    add_brief(out, title_of(r->object));
    add_properties(out, r);
    add_required(out, r);
    add_others(out, r);
    str_add_char(out, '}');
}

static void add_table(struct str *out, const struct schema_row *rows)
{
    for (const struct schema_row *r = rows; r->object; r++) {
        if (r != rows && is_of(r - 1, r->object))
            continue;
        if (rows != schema_record || r != rows)
            str_add_text(out, ",\n");
        add_object(out, r);
    }
}

void help_schema_render(struct str *out)
{
    str_add_text(out,
                 "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\""
                 ",\n\"title\":\"quiver\",\n\"$ref\":\"#/$defs/record\",\n"
                 "\"$defs\":{\n");
    for (size_t i = 0; schema_tables[i]; i++)
        add_table(out, schema_tables[i]);
    str_add_text(out, "}}\n");
}
