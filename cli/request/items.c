#include "request/items.h"

#include <string.h>
#include <yyjson.h>

#include "args/parser.h"
#include "args/parser_give.h"
#include "base/json.h"
#include "base/whole_file.h"
#include "request/cmdline.h"
#include "request/item.h"
#include "request/item_tree.h"
#include "request/postdata.h"

/*
 * While the line is read its operands are targets, since --items may stand
 * behind them.  Here those behind the first are taken out again.
 *
 * A method that says no more than the body does (GET without one, POST with
 * one) is left to the body: as with HTTPie, and unlike -X, a redirect may
 * then change it.
 */

struct items {
    struct parser *parser;
    struct operation *op;
    enum items_shape shape;
    struct item_tree *tree; /* ITEMS_JSON */
    struct str form;        /* ITEMS_FORM */
    bool has_body;
};

bool items_option(struct parser *p, const struct option *o, const char *arg)
{
    static const struct parser_word shapes[] = {
        {"json", ITEMS_JSON},
        {"form", ITEMS_FORM},
        {"multipart", ITEMS_MULTIPART},
        {NULL, 0},
    };
    struct operation *op = p->scope[SCOPE_OPERATION];
    int shape = ITEMS_JSON;
    op->takes_items = true;
    if (!arg)
        return true;
    if (!parser_choose(p, o, arg, shapes, &shape))
        return false;
    op->items_shape = (enum items_shape)shape;
    return true;
}

void items_set_method(struct operation *op, const char *method)
{
    op->takes_items = op->is_method_form = true;
    op->method = method;
}

/* ---- one of them ---- */

/* The option with key, middle and value in one argument. */
static bool give(struct items *all, const char *option, const char *key,
                 const char *middle, const char *value)
{
    struct parser *p = all->parser;
    const struct option *o = option_find(p->groups, option, strlen(option));
    struct str text = {0};
    if (!o)
        return parser_fail(p, "items need --%s, which is not there", option);
    str_printf(&text, "%s%s%s", key, middle, value);
    return parser_give(p, o, strings_own(p->owned, str_take(&text)), false);
}

/* The text of an item, out of its file if it names one. */
static bool read_text(struct items *all, const struct item *item,
                      struct str *text)
{
    bool is_file =
        item->kind == ITEM_TEXT_FILE || item->kind == ITEM_JSON_FILE ||
        item->kind == ITEM_HEADER_FILE || item->kind == ITEM_QUERY_FILE;
    if (!is_file) {
        str_add_text(text, item->value);
        return true;
    }
    if (!whole_file_read_edited(text, item->value))
        return parser_fail_read(all->parser, item->value);
    if (text->len && memchr(text->base, '\0', text->len))
        return parser_fail(all->parser, "%.100s: a NUL byte: this is no text",
                           item->value);
    return true;
}

static bool check_json(struct items *all, const struct item *item,
                       const struct str *text)
{
    yyjson_read_err error;
    yyjson_doc *doc = yyjson_read_opts((char *)str_text(text), text->len,
                                       YYJSON_READ_NUMBER_AS_RAW, NULL, &error);
    yyjson_doc_free(doc);
    return doc || parser_fail(all->parser, "item '%.60s': no JSON: %s at %zu",
                              str_text(&item->key), error.msg, error.pos);
}

static bool add_json(struct items *all, const struct item *item,
                     struct str *text)
{
    struct str json = {0};
    const char *why;
    if (item->kind == ITEM_JSON || item->kind == ITEM_JSON_FILE) {
        if (!check_json(all, item, text))
            return false;
        json = *text;
        *text = (struct str){0};
    } else {
        json_quote(&json, str_text(text));
    }
    if (!all->tree)
        all->tree = item_tree_new();
    bool ok =
        item_tree_put(all->tree, str_text(&item->key), &json, &why) ||
        parser_fail(all->parser, "item '%.60s': %s", str_text(&item->key), why);
    str_fini(&json);
    return ok;
}

static bool fail_shape(struct items *all, const struct item *item)
{
    return parser_fail(all->parser,
                       "item '%.60s': JSON has no place in a form; write "
                       "KEY=TEXT",
                       str_text(&item->key));
}

static bool add_to_form(struct items *all, const struct item *item,
                        const struct str *text)
{
    if (item->kind == ITEM_JSON || item->kind == ITEM_JSON_FILE)
        return fail_shape(all, item);
    if (all->form.len)
        str_add_char(&all->form, '&');
    postdata_encode(&all->form, str_text(&item->key), item->key.len);
    str_add_char(&all->form, '=');
    postdata_encode(&all->form, str_text(text), text->len);
    return true;
}

/* The path in quotes, so that no letter of it means anything; ";type=" behind
 * it does. */
static bool add_file(struct items *all, const struct item *item)
{
    const char *end = item->value + strlen(item->value);
    const char *type = strstr(item->value, ";type=");
    struct str text = {0};
    if (type)
        end = type;
    str_add_char(&text, '"');
    for (const char *c = item->value; c < end; c++) {
        if (*c == '"' || *c == '\\')
            str_add_char(&text, '\\');
        str_add_char(&text, *c);
    }
    str_add_char(&text, '"');
    str_add_text(&text, end);
    bool ok = give(all, "form", str_text(&item->key), "=@", str_text(&text));
    str_fini(&text);
    return ok;
}

static bool add_part(struct items *all, const struct item *item)
{
    const char *key = str_text(&item->key);
    switch (item->kind) {
    case ITEM_TEXT:
        return give(all, "form-string", key, "=", item->value);
    case ITEM_TEXT_FILE:
        return give(all, "form", key, "=<", item->value);
    case ITEM_FILE:
        return add_file(all, item);
    case ITEM_JSON:
    case ITEM_JSON_FILE:
    case ITEM_HEADER:
    case ITEM_HEADER_EMPTY:
    case ITEM_HEADER_FILE:
    case ITEM_QUERY:
    case ITEM_QUERY_FILE:
        break;
    }
    return fail_shape(all, item);
}

static bool add_field(struct items *all, const struct item *item)
{
    struct str text = {0};
    bool ok;
    if (all->shape == ITEMS_MULTIPART)
        return add_part(all, item);
    ok = read_text(all, item, &text) &&
         (all->shape == ITEMS_JSON ? add_json(all, item, &text)
                                   : add_to_form(all, item, &text));
    str_fini(&text);
    return ok;
}

/* Line ends at the end of a file are not part of the value. */
static bool add_header(struct items *all, const struct item *item)
{
    struct str text = {0};
    bool ok = read_text(all, item, &text);
    while (text.len && strchr("\r\n", text.base[text.len - 1]))
        text.base[--text.len] = '\0';
    ok = ok && give(all, "header", str_text(&item->key), text.len ? ": " : ":",
                    str_text(&text));
    str_fini(&text);
    return ok;
}

static bool add(struct items *all, const struct item *item)
{
    const char *key = str_text(&item->key);
    switch (item->kind) {
    case ITEM_HEADER:
    case ITEM_HEADER_FILE:
        return add_header(all, item);
    case ITEM_HEADER_EMPTY:
        return give(all, "header", key, ";", "");
    case ITEM_QUERY:
        return give(all, "url-query", key, "=", item->value);
    case ITEM_QUERY_FILE:
        return give(all, "url-query", key, "@", item->value);
    case ITEM_TEXT:
    case ITEM_TEXT_FILE:
    case ITEM_JSON:
    case ITEM_JSON_FILE:
    case ITEM_FILE:
        all->has_body = true;
        return add_field(all, item);
    }
    return false;
}

/* ---- all of them ---- */

/* HTTPie's ":8080/path" and ":/path" are about this machine; "://host/path" is what
 * is pasted behind a scheme. */
static const char *with_host(struct parser *p, const char *url)
{
    struct str text = {0};
    if (strncmp(url, "://", 3) == 0)
        return url + 3;
    if (url[0] != ':')
        return url;
    bool has_port = url[1] >= '0' && url[1] <= '9';
    str_printf(&text, "http://localhost%s", has_port ? url : url + 1);
    return strings_own(p->owned, str_take(&text));
}

/* Targets behind the first with a URL were never one. */
static void take_operands(struct parser *p, struct operation *op)
{
    size_t to = op->nurls ? 1 : 0;
    if (to > 0 && op->targets[0].url)
        op->targets[0].url = with_host(p, op->targets[0].url);
    for (size_t i = 1; i < op->nurls; i++) {
        struct target *t = &op->targets[i];
        strings_add(&op->items, t->url);
        t->url = NULL;
        t->has_url = false;
    }
    op->nurls = to;
}

static bool each(struct items *all,
                 bool (*look)(struct items *, const struct item *))
{
    bool ok = true;
    for (size_t i = 0; ok && i < all->op->items.len; i++) {
        const char *text = all->op->items.at[i];
        struct item item;
        ok = item_parse(&item, text)
                 ? look(all, &item)
                 : parser_fail(all->parser,
                               "'%.60s' is no item: NAME:VALUE, KEY==VALUE, "
                               "KEY=VALUE, KEY:=JSON or KEY@FILE",
                               text);
        item_fini(&item);
    }
    return ok;
}

static bool look_for_files(struct items *all, const struct item *item)
{
    if (item->kind == ITEM_FILE)
        all->shape = ITEMS_MULTIPART;
    return true;
}

static bool look_for_body(struct items *all, const struct item *item)
{
    const struct operation *op = all->op;
    if (!item_is_body(item) || (!op->data.is_any && !op->form))
        return true;
    return parser_fail(all->parser,
                       "item '%.60s' and -d or -F both make a body",
                       str_text(&item->key));
}

static bool end_body(struct items *all)
{
    struct str text = {0};
    bool ok = true;
    if (all->tree) {
        item_tree_render(all->tree, &text);
        ok = give(all, "json", str_text(&text), "", "");
    } else if (all->has_body && all->shape == ITEMS_FORM) {
        ok = give(all, "data-raw", str_text(&all->form), "", "");
    }
    str_fini(&text);
    return ok;
}

static void settle_method(struct operation *op)
{
    bool has_body = op->data.is_any || op->form;
    if (!op->method)
        return;
    if (strcmp(op->method, "HEAD") == 0 && !has_body)
        op->head = true;
    else if (strcmp(op->method, has_body ? "POST" : "GET") != 0)
        return;
    op->method = NULL;
}

bool items_apply(struct parser *p, struct operation *op)
{
    struct items all = {.parser = p, .op = op, .shape = op->items_shape};
    if (!op->takes_items)
        return true;
    take_operands(p, op);
    cmdline_aim(p, op);
    if (p->given[SCOPE_REQUEST])
        p->given[SCOPE_OPERATION] = p->given[SCOPE_REQUEST] = &op->given;
    bool ok = each(&all, look_for_files) && each(&all, look_for_body) &&
              each(&all, add) && end_body(&all);
    strings_fini(&op->items);
    item_tree_free(all.tree);
    str_fini(&all.form);
    settle_method(op);
    return ok;
}
