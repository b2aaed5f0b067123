/* Text that roff must not take for its own. */
#include "help/mdoc_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(void (*write)(struct str *out, const char *s),
                  const char *text, const char *expected)
{
    struct str out = {0};
    write(&out, text);
    assert_string_equal(str_text(&out), expected);
    str_fini(&out);
}

static void characters_stay_what_they_are(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } rows[] = {
        {"plain", "plain"},        {".Sh no section", "\\&.Sh no section"},
        {"a\n'b", "a\n\\&\\(aqb"}, {"a.b", "a.b"},
        {"\\n", "\\en"},           {"--x ^ ~ \"", "\\-\\-x \\(ha \\(ti \\(dq"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(mdoc_write_escaped, rows[i].text, rows[i].expected);
}

static void a_sentence_has_a_line(void **state)
{
    (void)state;
    check(mdoc_write_text, "One.  Two: three.\n\nFour.",
          "One.\nTwo: three.\n.Pp\nFour.\n");
    check(mdoc_write_text, "One:  .two", "One:\n\\&.two\n");
}

static void no_line_is_too_long(void **state)
{
    struct str text = {0};
    struct str out = {0};
    size_t nlines = 0;
    (void)state;
    for (unsigned i = 0; i < 60; i++)
        str_add_text(&text, i ? " word" : "word");
    mdoc_write_text(&out, str_text(&text));
    for (const char *line = str_text(&out); *line; nlines++) {
        size_t len = strcspn(line, "\n");
        assert_true(len > 0 && len <= 79);
        line += len + 1;
    }
    assert_int_equal(nlines, 4); /* of 15 words each */
    str_fini(&text);
    str_fini(&out);
}

static void parts_are_sections_and_paragraphs(void **state)
{
    static const struct help_config_part parts[] = {
        {.title = "FILES", .text = "Some."},
        {.literal = "cat .x"},
        {.text = NULL},
    };
    struct str out = {0};
    (void)state;
    mdoc_write_parts(&out, parts);
    assert_string_equal(str_text(&out),
                        ".Sh FILES\nSome.\n.Pp\n"
                        ".Bd -literal -offset indent\ncat .x\n.Ed\n");
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_stay_what_they_are),
        cmocka_unit_test(a_sentence_has_a_line),
        cmocka_unit_test(no_line_is_too_long),
        cmocka_unit_test(parts_are_sections_and_paragraphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
