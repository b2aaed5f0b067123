#include "files/disposition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "files/filename.h"

static const struct {
    const char *value;
    const char *name; /* NULL: none */
} cases[] = {
    /* RFC 6266 5 */
    {"Attachment; filename=example.html", "example.html"},
    {"INLINE; FILENAME= \"an example.html\"", "an example.html"},
    {"attachment; filename*= UTF-8''%e2%82%ac%20rates", "\xe2\x82\xac rates"},
    {"attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates",
     "\xe2\x82\xac rates"},
    /* what is better counts in any order, and only if it is good */
    {"attachment; filename*=UTF-8'en'b; filename=a", "b"},
    {"attachment; filename*=KOI8-R''b; filename=a", "a"},
    {"attachment; filename*=UTF-8''%ff%fe; filename=a", "a"},
    {"attachment; filename*=UTF-8; filename=a", "a"},
    {"attachment; filename*=UTF-8''; filename=a", "a"},
    {"attachment; filename*=ISO-8859-1''caf%e9", "caf\xc3\xa9"},
    {"attachment; filename*=UTF-8''100%", "100%"},
    /* grammar */
    {"attachment; filename=\"a;b\"; size=3", "a;b"},
    {"attachment; filename=\"a\\\"b\"", "a\"b"},
    {"attachment; filename='a b.txt'", "a b.txt"},
    {"attachment; filename=a b.txt ; x=y", "a b.txt"},
    {"attachment;filename=a", "a"},
    {"attachment; filename = a", "a"},
    {"attachment; filename=\"never closed", "never closed"},
    {"attachment; filename=a; filename=b", "a"},
    {"attachment; x=\"; filename=evil\"; filename=good", "good"},
    {"attachment; xfilename=a", NULL},
    {"attachment", NULL},
    {"attachment; filename", NULL},
    {"attachment; filename=", NULL},
    {"attachment; filename=\"\"", NULL},
    {"", NULL},
    {"filename=a", "a"},
    /* what must not come out of it */
    {"attachment; filename=\"/etc/passwd\"", "passwd"},
    {"attachment; filename=\"../../a\"", "a"},
    {"attachment; filename=\"..\"", "_.."},
    {"attachment; filename=\".\"", "_."},
    {"attachment; filename=\".curlrc\"", "_.curlrc"},
    {"attachment; filename=\"a/\"", NULL},
    {"attachment; filename=\"C:\\\\dir\\\\a.exe\"", "a.exe"},
    {"attachment; filename=\"C:\\dir\\a.exe\"", "a.exe"},
    {"attachment; filename=\"a\x1b[2Jb\"", "a_[2Jb"},
    {"attachment; filename*=UTF-8''%2e%2e%2fa", "a"},
    {"attachment; filename*=UTF-8''%2ebashrc", "_.bashrc"},
    {"attachment; filename*=UTF-8''a%00b", "a_b"},
    {"attachment; filename*=UTF-8''a%0d%0ab", "a__b"},
    {"attachment; filename*=UTF-8''a%5cb", "b"},
};

static void names_of_the_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *name = disposition_name(cases[i].value);
        if (!cases[i].name != !name ||
            (name && strcmp(name, cases[i].name) != 0))
            fail_msg("%s: '%s'", cases[i].value, name ? name : "(none)");
        free(name);
    }
}

static void a_long_name_is_cut(void **state)
{
    (void)state;
    char value[800] = "attachment; filename=";
    memset(value + strlen(value), 'a', 700);
    char *name = disposition_name(value);
    assert_int_equal(strlen(name), FILENAME_LONGEST);
    free(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_the_field),
        cmocka_unit_test(a_long_name_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
