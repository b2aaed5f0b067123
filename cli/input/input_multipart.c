#include "input/input_multipart.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "files/filename.h"
#include "input/input_body.h"

/*
 * What stands between two files is one piece of bytes; the files are read when
 * they are sent.  The boundary is random, so that nobody who wrote a part can
 * know it.
 */

enum {
    BOUNDARY_RANDOM = 16,
    BOUNDARY_LEN = 24 + 2 * BOUNDARY_RANDOM, /* dashes first, as curl's */
    PARTS_MAX = 4096,
};

struct form {
    struct input_fields *f;
    char boundary[BOUNDARY_LEN + 1];
    struct qv_body_part *parts;
    size_t nparts;
};

/* A part as the line describes it. */
struct part {
    const char *name;
    size_t name_len;
    const char *value; /* or file */
    size_t value_len;
    const char *file;
    const char *filename; /* NULL: none */
    const char *type;     /* NULL: none */
};

static void make_boundary(char *boundary)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char random[BOUNDARY_RANDOM];
    ssize_t n;
    do {
        n = getrandom(random, sizeof random, 0);
    } while (n < 0 && errno == EINTR);
    memset(boundary, '-', 24);
    for (size_t i = 0; i < BOUNDARY_RANDOM; i++) {
        boundary[24 + 2 * i] = digits[random[i] >> 4];
        boundary[24 + 2 * i + 1] = digits[random[i] & 15];
    }
    boundary[BOUNDARY_LEN] = '\0';
}

/* The bytes gathered since the last file. */
static void end_piece(struct form *form)
{
    struct input_fields *f = form->f;
    form->parts[form->nparts++] = (struct qv_body_part){
        .bytes = input_fields_keep(f), .len = f->scratch->len};
    str_clear(f->scratch);
}

/* What would end the quotes or the line (HTML, multipart/form-data). */
static void add_quoted(struct str *t, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '"' || s[i] == '\r' || s[i] == '\n')
            str_printf(t, "%%%02X", (unsigned char)s[i]);
        else
            str_add_char(t, s[i]);
    }
}

static void add_part(struct form *form, const struct part *p)
{
    struct str *t = form->f->scratch;
    str_printf(t, "--%s\r\nContent-Disposition: form-data; name=\"",
               form->boundary);
    add_quoted(t, p->name, p->name_len);
    if (p->filename) {
        str_add_text(t, "\"; filename=\"");
        add_quoted(t, p->filename, strlen(p->filename));
    }
    str_add_text(t, "\"\r\n");
    if (p->type)
        str_printf(t, "Content-Type: %s\r\n", p->type);
    str_add_text(t, "\r\n");
    if (p->file) {
        end_piece(form);
        form->parts[form->nparts++] = (struct qv_body_part){.path = p->file};
    } else {
        str_add(t, span_of(p->value, p->value_len));
    }
    str_add_text(t, "\r\n");
}

static bool is_type(const char *s)
{
    if (!strchr(s, '/'))
        return false;
    for (; *s; s++) {
        if (*s < ' ' || *s > '~')
            return false;
    }
    return true;
}

static bool read_member(struct input_fields *f, const char *key, yyjson_val *v,
                        struct part *p)
{
    const char *s = yyjson_get_str(v);
    bool is_value = strcmp(key, "value") == 0;
    if (!s)
        return input_fields_fail(f, "%.40s: expected a string", key);
    if (memchr(s, '\0', yyjson_get_len(v)) && !is_value)
        return input_fields_fail(f, "%.40s: a NUL cannot stand here", key);
    if (is_value) {
        p->value = s;
        p->value_len = yyjson_get_len(v);
    } else if (strcmp(key, "name") == 0) {
        p->name = s;
        p->name_len = yyjson_get_len(v);
    } else if (strcmp(key, "file") == 0) {
        p->file = s;
    } else if (strcmp(key, "filename") == 0) {
        p->filename = s;
    } else if (strcmp(key, "type") == 0) {
        p->type = s;
    } else {
        return input_fields_fail(f, "a part has no \"%.40s\"", key);
    }
    return true;
}

static bool read_part(struct input_fields *f, yyjson_val *v, struct part *p)
{
    yyjson_obj_iter iter;
    yyjson_val *key;
    *p = (struct part){0};
    if (!yyjson_is_obj(v))
        return input_fields_fail(f, "expected an array of objects");
    const char *twice = input_fields_twice(v);
    if (twice)
        return input_fields_fail(f, "\"%.40s\" is there twice", twice);
    yyjson_obj_iter_init(v, &iter);
    while ((key = yyjson_obj_iter_next(&iter))) {
        if (!read_member(f, yyjson_get_str(key), yyjson_obj_iter_get_val(key),
                         p))
            return false;
    }
    if (!p->name)
        return input_fields_fail(f, "a part has no name");
    if (!p->file == !p->value)
        return input_fields_fail(f,
                                 "part \"%.40s\" needs either a value or a "
                                 "file",
                                 p->name);
    if (p->file && !*p->file)
        return input_fields_fail(f, "file: expected the name of a file");
    if (p->type && !is_type(p->type))
        return input_fields_fail(f, "type: \"%.40s\" is no media type",
                                 p->type);
    if (p->file && !p->filename)
        p->filename = filename_last(p->file);
    if (p->file && !p->type)
        p->type = "application/octet-stream";
    return true;
}

static void finish(struct form *form)
{
    struct input_fields *f = form->f;
    struct entry_fields *a = f->ask;
    str_printf(f->scratch, "--%s--\r\n", form->boundary);
    end_piece(form);
    a->body = (struct qv_body){
        .kind = QV_BODY_PARTS, .parts = form->parts, .nparts = form->nparts};
    str_printf(f->scratch, "Content-Type: multipart/form-data; boundary=%s",
               form->boundary);
    a->content_type = input_fields_keep(f);
    a->is_multipart = true;
}

bool input_multipart_read(struct input_fields *f, yyjson_val *v)
{
    struct form form = {.f = f};
    yyjson_arr_iter iter;
    yyjson_val *item;
    size_t n = yyjson_arr_size(v);
    if (!input_body_claim(f))
        return false;
    if (!yyjson_is_arr(v) || !n)
        return input_fields_fail(f, "expected an array of objects");
    if (n > PARTS_MAX)
        return input_fields_fail(f, "more than %d parts", PARTS_MAX);
    make_boundary(form.boundary);
    form.parts = entry_memory_alloc(f->entry, (2 * n + 1) * sizeof *form.parts);
    str_clear(f->scratch);
    yyjson_arr_iter_init(v, &iter);
    while ((item = yyjson_arr_iter_next(&iter))) {
        struct part p;
        if (!read_part(f, item, &p))
            return false;
        add_part(&form, &p);
    }
    finish(&form);
    return true;
}
