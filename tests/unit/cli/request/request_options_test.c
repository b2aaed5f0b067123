/* A copy of what requests are made with stands alone. */
#include "request/request_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "request/cmdline.h"

static void fill(struct request_options *o)
{
    strings_add(&o->headers, "A: 1");
    strings_add(&o->resolve, "a:1:127.0.0.1");
    strings_add(&o->connect_to, "a:1:b:2");
    str_add_text(&o->query, "q=1");
    str_add_text(&o->cookies, "c=1");
    o->user_agent = "me";
    o->engine.http = QV_HTTP_2;
    o->engine.resolve = o->resolve.at;
    o->engine.connect_to = o->connect_to.at;
}

static void assert_filled(const struct request_options *o)
{
    assert_int_equal(o->headers.len, 1);
    assert_string_equal(o->headers.at[0], "A: 1");
    assert_ptr_equal(o->engine.resolve, o->resolve.at);
    assert_string_equal(o->engine.resolve[0], "a:1:127.0.0.1");
    assert_null(o->engine.resolve[1]);
    assert_ptr_equal(o->engine.connect_to, o->connect_to.at);
    assert_string_equal(o->engine.connect_to[0], "a:1:b:2");
    assert_string_equal(o->query.base, "q=1");
    assert_string_equal(o->cookies.base, "c=1");
    assert_string_equal(o->user_agent, "me");
    assert_int_equal(o->engine.http, QV_HTTP_2);
}

static void a_copy_outlives_what_it_was_made_of(void **state)
{
    struct request_options from;
    struct request_options to;
    (void)state;
    request_options_init(&from);
    fill(&from);
    request_options_copy(&to, &from);
    request_options_fini(&from);
    assert_filled(&to);
    strings_add(&to.headers, "B: 2");
    request_options_fini(&to);
}

static void an_empty_one_is_copied_as_empty(void **state)
{
    struct request_options from;
    struct request_options to;
    (void)state;
    request_options_init(&from);
    request_options_copy(&to, &from);
    assert_int_equal(to.engine.max_redirs, MAX_REDIRS_DEFAULT);
    assert_null(to.engine.resolve);
    assert_int_equal(to.headers.len, 0);
    request_options_fini(&to);
    request_options_fini(&from);
}

static void an_operation_is_copied_without_its_targets(void **state)
{
    struct cmdline *one = cmdline_new();
    struct cmdline *two = cmdline_new();
    (void)state;
    fill(&one->first->how);
    cmdline_url_target(one->first)->url = "http://h/";
    one->first->range = "0-1";
    str_add_text(&one->first->data.bytes, "d=1");
    cmdline_copy_operation(two->first, one->first);
    cmdline_free(one);
    assert_filled(&two->first->how);
    assert_int_equal(two->first->ntargets, 0);
    assert_null(two->first->targets);
    assert_string_equal(two->first->range, "0-1");
    assert_string_equal(two->first->data.bytes.base, "d=1");
    cmdline_free(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_outlives_what_it_was_made_of),
        cmocka_unit_test(an_empty_one_is_copied_as_empty),
        cmocka_unit_test(an_operation_is_copied_without_its_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
