#include "entry/capture.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yyjson.h>

#define HEADER       "header:"
#define NAME_MAX_LEN ((size_t)64)

/* ---- what is asked for ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool capture_is_name(const char *name, size_t len)
{
    if (len == 0 || len > NAME_MAX_LEN || !is_letter(name[0]))
        return false;
    for (size_t i = 1; i < len; i++)
        if (!is_letter(name[i]) && !(name[i] >= '0' && name[i] <= '9'))
            return false;
    return true;
}

/* RFC 6901 3 */
static bool is_pointer(const char *text)
{
    if (*text != '\0' && *text != '/')
        return false;
    for (; *text; text++)
        if (*text == '~' && text[1] != '0' && text[1] != '1')
            return false;
    return true;
}

bool capture_parse(struct capture *c, const char *name, const char *text,
                   const char **why)
{
    *c = (struct capture){.name = name, .from = CAPTURE_BODY, .what = text};
    if (!capture_is_name(name, strlen(name))) {
        *why = "a name has letters, digits and _, and no digit first";
        return false;
    }
    if (strcmp(text, "status") == 0) {
        c->from = CAPTURE_STATUS;
        return true;
    }
    if (strncmp(text, HEADER, strlen(HEADER)) == 0) {
        c->from = CAPTURE_HEADER;
        c->what = text + strlen(HEADER);
        *why = "\"header:\" wants a name behind it";
        return *c->what != '\0';
    }
    *why = "expected a JSON Pointer, \"header:NAME\" or \"status\"";
    return is_pointer(text);
}

bool capture_wants_body(const struct capture *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].from == CAPTURE_BODY)
            return true;
    return false;
}

/* ---- what came ---- */

static bool add_header(const char *name, const struct qv_result *result,
                       struct str *value)
{
    for (size_t i = 0; i < result->nfields; i++) {
        if (strcasecmp(result->fields[i].name, name) == 0) {
            str_add_text(value, result->fields[i].value);
            return true;
        }
    }
    return false;
}

static bool add_json(yyjson_doc *doc, const char *pointer, struct str *value)
{
    yyjson_val *v =
        yyjson_ptr_getn(yyjson_doc_get_root(doc), pointer, strlen(pointer));
    if (v == NULL)
        return false;
    if (yyjson_is_str(v)) {
        str_add(value, span_of(yyjson_get_str(v), yyjson_get_len(v)));
        return true;
    }
    size_t len = 0;
    char *text = yyjson_val_write(v, 0, &len);
    if (text)
        str_add(value, span_of(text, len));
    free(text);
    return text != NULL;
}

static bool take_one(const struct capture *c, const struct qv_result *result,
                     yyjson_doc *doc, struct str *value)
{
    switch (c->from) {
    case CAPTURE_STATUS:
        str_printf(value, "%d", result->response_code);
        return true;
    case CAPTURE_HEADER:
        return add_header(c->what, result, value);
    case CAPTURE_BODY:
        return add_json(doc, c->what, value);
    }
    return false;
}

bool capture_take(const struct capture *list, size_t n,
                  const struct qv_result *result, struct span body,
                  struct str *values, struct str *message)
{
    yyjson_doc *doc = NULL;
    yyjson_read_err error = {0};
    bool ok = true;
    if (capture_wants_body(list, n)) {
        /* Not in situ: the flag alone would allow yyjson to write there. */
        doc = yyjson_read_opts((char *)(uintptr_t)body.base, body.len,
                               YYJSON_READ_NUMBER_AS_RAW, NULL, &error);
        ok = doc != NULL;
        if (!ok)
            str_printf(message, "capture: the body is not JSON at byte %zu: %s",
                       error.pos + 1, error.msg ? error.msg : "");
    }
    for (size_t i = 0; ok && i < n; i++) {
        ok = take_one(&list[i], result, doc, &values[i]);
        if (!ok)
            str_printf(
                message, "capture: %s: the answer has no %.80s%s", list[i].name,
                list[i].from == CAPTURE_HEADER ? "header " : "", list[i].what);
    }
    yyjson_doc_free(doc);
    return ok;
}
