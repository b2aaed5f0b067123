/* -F: from arguments to the bytes of a body. */
#include "request/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "args/parser.h"
#include "core/base/xalloc.h"
#include "request/cmdline.h"

enum {
    ARGS_MAX = 8,
    BOUNDARY_LEN = 46
};

struct rig {
    struct cmdline *line;
    struct parser parser;
};

static void open_rig(struct rig *r)
{
    r->line = cmdline_new();
    r->parser = (struct parser){
        .scope = {[SCOPE_OPERATION] = r->line->first},
        .owned = &r->line->owned,
    };
}

static bool give(struct rig *r, const char *arg)
{
    static const struct option form = {.name = "form"};
    static const struct option string = {.name = "form-string"};
    return *arg == '!' ? form_string(&r->parser, &string, arg + 1)
                       : form_field(&r->parser, &form, arg);
}

/* The boundaries are B1, B2 ... in the order in which they are told. */
static void name_boundaries(struct str *body)
{
    for (int n = 1;; n++) {
        char *mark = strstr(body->base, "boundary=----");
        if (!mark)
            return;
        char *boundary = xalloc_copy(mark + strlen("boundary="), BOUNDARY_LEN);
        struct str named = {0};
        const char *at = body->base;
        const char *found;
        while ((found = strstr(at, boundary))) {
            str_add(&named, span_of(at, (size_t)(found - at)));
            str_printf(&named, "B%d", n);
            at = found + BOUNDARY_LEN;
        }
        str_add_text(&named, at);
        str_fini(body);
        *body = named;
        free(boundary);
    }
}

/* What is sent, files as [path]; the type of the whole before it. */
static void write_body(const struct form *f, const struct multipart_how *how,
                       struct str *out)
{
    struct multipart m;
    multipart_init(&m, form_parts(f), how);
    struct qv_body_part *parts = xalloc_zeroed(m.npieces, sizeof *parts);
    multipart_parts(&m, str_text(&m.text), parts);
    str_printf(out, "%s\r\n", str_text(&m.content_type));
    for (size_t i = 0; i < m.npieces; i++) {
        if (parts[i].path)
            str_printf(out, "[%s]", parts[i].path);
        else
            str_add(out, span_of(parts[i].bytes, parts[i].len));
    }
    name_boundaries(out);
    free(parts);
    multipart_fini(&m);
}

#define TYPE "multipart/form-data; boundary=B1\r\n"
#define PART "--B1\r\nContent-Disposition: form-data; "
#define END  "\r\n--B1--\r\n"

static const struct {
    const char *args[ARGS_MAX];
    const char *body;
} examples[] = {
    {{"a=b", "c="},
     TYPE PART "name=\"a\"\r\n\r\nb\r\n" PART "name=\"c\"\r\n\r\n" END},
    {{"=x"}, TYPE "--B1\r\nContent-Disposition: form-data\r\n\r\nx" END},
    {{"a= b c ; "}, TYPE PART "name=\"a\"\r\n\r\nb c" END},
    {{"a=\" b;\\\"\\\\\\c\" ;type=x/y"},
     TYPE PART "name=\"a\"\r\nContent-Type: x/y\r\n\r\n b;\"\\\\c" END},
    /* A quote that nothing closes is a letter. */
    {{"a=\"b;type=x/y"},
     TYPE PART "name=\"a\"\r\nContent-Type: x/y\r\n\r\n\"b" END},
    {{"a=b;TYPE= text/html; charset=utf-8 ;filename= n.png "},
     TYPE PART "name=\"a\"; filename=\"n.png\"\r\n"
               "Content-Type: text/html; charset=utf-8\r\n\r\nb" END},
    {{"a=b;filename=n.PNG"},
     TYPE PART
     "name=\"a\"; filename=\"n.PNG\"\r\nContent-Type: image/png\r\n\r\nb" END},
    {{"a=@/d/f.txt"},
     TYPE PART "name=\"a\"; filename=\"f.txt\"\r\n"
               "Content-Type: text/plain\r\n\r\n[/d/f.txt]" END},
    {{"a=@\"f;,g\";filename="},
     TYPE PART "name=\"a\"; filename=\"\"\r\n"
               "Content-Type: application/octet-stream\r\n\r\n[f;,g]" END},
    {{"a=@f;headers=\"X: 1\";headers=Content-Type: t/t"},
     TYPE PART
     "name=\"a\"; filename=\"f\"\r\nContent-Type: t/t\r\nX: 1\r\n\r\n[f]" END},
    {{"a=<f.txt", "b=<f.html"},
     TYPE PART "name=\"a\"\r\n\r\n[f.txt]\r\n" PART
               "name=\"b\"\r\nContent-Type: text/html\r\n\r\n[f.html]" END},
    {{"!a=<x;type=y", "!=)"},
     TYPE PART "name=\"a\"\r\n\r\n<x;type=y\r\n"
               "--B1\r\nContent-Disposition: form-data\r\n\r\n)" END},
    {{"m=(", "=x;type=text/plain", "n=y", "=)", "z=1"},
     TYPE PART "name=\"m\"\r\nContent-Type: multipart/mixed; boundary=B2\r\n"
               "\r\n--B2\r\nContent-Type: text/plain\r\n\r\nx\r\n"
               "--B2\r\nContent-Disposition: attachment; name=\"n\"\r\n\r\ny"
               "\r\n--B2--\r\n\r\n" PART "name=\"z\"\r\n\r\n1" END},
    {{"m=@f,g;filename=h"},
     TYPE PART "name=\"m\"\r\nContent-Type: multipart/mixed; boundary=B2\r\n"
               "\r\n--B2\r\nContent-Disposition: attachment; filename=\"f\"\r\n"
               "Content-Type: application/octet-stream\r\n\r\n[f]\r\n"
               "--B2\r\nContent-Disposition: attachment; filename=\"h\"\r\n"
               "Content-Type: application/octet-stream\r\n\r\n[g]"
               "\r\n--B2--\r\n" END},
    {{"a=(;type=multipart/form-data"},
     TYPE PART "name=\"a\"\r\nContent-Type: multipart/form-data; boundary=B2"
               "\r\n\r\n--B2--\r\n" END},
};

static void arguments_become_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct rig r;
        struct str body = {0};
        open_rig(&r);
        for (size_t k = 0; k < ARGS_MAX && examples[i].args[k]; k++)
            assert_true(give(&r, examples[i].args[k]));
        write_body(r.line->first->form, &(struct multipart_how){.type = NULL},
                   &body);
        assert_string_equal(body.base, examples[i].body);
        str_fini(&body);
        cmdline_free(r.line);
    }
}

static const struct {
    const char *args[2];
    const char *error;
} mistakes[] = {
    {{"nothing"}, "option --form: 'nothing' is not NAME=CONTENT"},
    {{"!nothing"}, "option --form-string: 'nothing' is not NAME=CONTENT"},
    {{"=)"}, "option --form: '=)' ends nothing that has begun"},
    {{"a=@"}, "option --form: the file name is empty"},
    {{"a=@f,"}, "option --form: the file name is empty"},
    {{"a=b;encoder=rot13"},
     "option --form: 'rot13' is no encoder; 7bit, 8bit, binary, base64 and "
     "quoted-printable are"},
    {{"a=b;headers=no"}, "option --form: 'no' is no header"},
    {{"a=b;headers=\"a: b\r\nc: d\""},
     "option --form: 'a: b\r\nc: d' is no header"},
    {{"a=b;type=a/b; x\r\ny: z"},
     "option --form: a type cannot have a line break"},
};

static void mistakes_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct rig r;
        open_rig(&r);
        assert_false(give(&r, mistakes[i].args[0]));
        assert_string_equal(r.parser.error, mistakes[i].error);
        cmdline_free(r.line);
    }
}

static void depth_has_an_end(void **state)
{
    struct rig r;
    (void)state;
    open_rig(&r);
    for (int i = 1; i < MULTIPART_DEPTH_MAX; i++)
        assert_true(give(&r, "a=("));
    assert_false(give(&r, "a=("));
    for (int i = 1; i < MULTIPART_DEPTH_MAX; i++)
        assert_true(give(&r, "=)"));
    assert_false(give(&r, "=)"));
    cmdline_free(r.line);
}

static void the_whole_has_its_own_type(void **state)
{
    struct rig r;
    struct str body = {0};
    (void)state;
    open_rig(&r);
    assert_true(give(&r, "a\"\\=b"));
    write_body(r.line->first->form,
               &(struct multipart_how){.type = "multipart/related;x=y",
                                       .is_escaped = true},
               &body);
    assert_string_equal(body.base, "multipart/related;x=y; boundary=B1\r\n"
                                   "--B1\r\nContent-Disposition: attachment; "
                                   "name=\"a\\\"\\\\\"\r\n\r\nb" END);
    str_fini(&body);
    cmdline_free(r.line);
}

static void what_cannot_be_escaped_is_named(void **state)
{
    struct rig r;
    (void)state;
    open_rig(&r);
    assert_true(give(&r, "a=b"));
    assert_null(form_unescapable(r.line->first->form));
    assert_true(give(&r, "g=("));
    assert_true(give(&r, "c=d;filename=\"x\ny\""));
    assert_string_equal(form_unescapable(r.line->first->form), "x\ny");
    cmdline_free(r.line);
}

/* Long content stays where it is; what is encoded is a piece, too. */
static void pieces_are_few(void **state)
{
    struct rig r;
    struct multipart m;
    char arg[3000];
    (void)state;
    open_rig(&r);
    for (int i = 0; i < 100; i++)
        assert_true(give(&r, "a=b"));
    multipart_init(&m, form_parts(r.line->first->form),
                   &(struct multipart_how){.type = NULL});
    assert_int_equal(m.npieces, 1);
    multipart_fini(&m);
    memset(arg, 'x', sizeof arg);
    memcpy(arg, "a=", 2);
    arg[sizeof arg - 1] = '\0';
    assert_true(give(&r, arg));
    assert_true(give(&r, "c=d;encoder=base64"));
    multipart_init(&m, form_parts(r.line->first->form),
                   &(struct multipart_how){.type = NULL});
    assert_int_equal(m.npieces, 5);
    assert_int_equal(m.pieces[1].part.len, sizeof arg - 3);
    assert_int_equal(m.pieces[3].part.encoder, QV_ENCODER_BASE64);
    multipart_fini(&m);
    cmdline_free(r.line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_become_bodies),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(depth_has_an_end),
        cmocka_unit_test(the_whole_has_its_own_type),
        cmocka_unit_test(what_cannot_be_escaped_is_named),
        cmocka_unit_test(pieces_are_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
