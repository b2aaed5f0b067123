#include "request/item_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "path=json path=json", and what they come to; NULL: the last one fails. */
static void becomes(const char *fields, const char *expected)
{
    struct item_tree *t = item_tree_new();
    struct str out = {0};
    char *copy = strdup(fields);
    char *rest = copy;
    char *field;
    bool ok = true;
    while ((field = strsep(&rest, " "))) {
        struct str json = {0};
        const char *why = NULL;
        char *value = strchr(field, '=');
        *value++ = '\0';
        str_add_text(&json, value);
        assert_true(ok);
        ok = item_tree_put(t, field, &json, &why);
        assert_true(ok || why);
        str_fini(&json);
    }
    assert_int_equal(ok, expected != NULL);
    item_tree_render(t, &out);
    if (expected)
        assert_string_equal(str_text(&out), expected);
    free(copy);
    str_fini(&out);
    item_tree_free(t);
}

static void test_names_are_members(void **state)
{
    (void)state;
    becomes("a=1", "{\"a\": 1}");
    becomes("a=1 b=\"x\" a=2", "{\"a\": 2, \"b\": \"x\"}");
    becomes("=1", "{\"\": 1}");
    becomes("a\"=1", "{\"a\\\"\": 1}");
}

static void test_brackets_reach_into_objects_and_arrays(void **state)
{
    (void)state;
    becomes("a[b]=1 a[c]=2", "{\"a\": {\"b\": 1, \"c\": 2}}");
    becomes("a[b][c]=1", "{\"a\": {\"b\": {\"c\": 1}}}");
    becomes("a[]=1 a[]=2", "{\"a\": [1, 2]}");
    becomes("a[2]=1 a[0]=3", "{\"a\": [3, null, 1]}");
    becomes("a[x]=1 a[2]=3", "{\"a\": {\"x\": 1, \"2\": 3}}");
    becomes("[]=1 []=2", "[1, 2]");
    becomes("[a]=1 b=2", "{\"a\": 1, \"b\": 2}");
    becomes("[0][a]=1 [1][a]=2", "[{\"a\": 1}, {\"a\": 2}]");
    becomes("a[][b]=1 a[][b]=2", "{\"a\": [{\"b\": 1}, {\"b\": 2}]}");
    becomes("a[][b]=1 a[0][c]=2", "{\"a\": [{\"b\": 1, \"c\": 2}]}");
    becomes("a\\[b\\]=1", "{\"a[b]\": 1}");
    becomes("a[b\\]c]=1", "{\"a\": {\"b]c\": 1}}");
    becomes("a[9999]=1 a=2", "{\"a\": 2}");
}

static void test_contradictions_and_bad_paths_are_refused(void **state)
{
    static const char *const fields[] = {
        "a=1 a[b]=2", "a[]=1 a[b]=2", "a[b]=1 a[]=2", "a=1 []=2",
        "[]=1 a=2",   "a[=1",         "a[b=1",        "a[b]c=1",
        "a[b][=1",    "a[10000]=1",   "a[b]]=1",      "a[[b]]=1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        becomes(fields[i], NULL);
}

static void test_depth_has_a_bound(void **state)
{
    struct str path = {0};
    struct str json = {0};
    struct item_tree *t = item_tree_new();
    const char *why = NULL;
    (void)state;
    str_add_text(&path, "a");
    for (int i = 0; i < 100; i++)
        str_add_text(&path, "[]");
    str_add_text(&json, "1");
    assert_true(item_tree_put(t, path.base, &json, &why));
    str_add_text(&path, "[]");
    str_add_text(&json, "1");
    assert_false(item_tree_put(t, path.base, &json, &why));
    str_fini(&path);
    str_fini(&json);
    item_tree_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_members),
        cmocka_unit_test(test_brackets_reach_into_objects_and_arrays),
        cmocka_unit_test(test_contradictions_and_bad_paths_are_refused),
        cmocka_unit_test(test_depth_has_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
