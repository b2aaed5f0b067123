#include "http/auths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static struct auth *find(struct list *all, const char *place, unsigned wants,
                         const char *user, const char *password)
{
    const struct auth_login login = {
        .wants = wants, .user = span_str(user), .password = span_str(password)};
    return auths_find(all, span_str(place), &login);
}

static void what_was_asked_is_known_by_place_and_user(void **state)
{
    (void)state;
    struct list all;
    list_init(&all);
    struct auth *a = find(&all, "a", AUTH_DIGEST, "u", "p");
    assert_ptr_equal(find(&all, "a", AUTH_DIGEST, "u", "p"), a);
    assert_ptr_not_equal(find(&all, "b", AUTH_DIGEST, "u", "p"), a);
    assert_ptr_not_equal(find(&all, "a", AUTH_DIGEST, "u", "q"), a);
    assert_ptr_not_equal(find(&all, "a", AUTH_DIGEST, "up", ""), a);
    assert_ptr_not_equal(find(&all, "a", AUTH_DIGEST | AUTH_BASIC, "u", "p"),
                         a);
    assert_ptr_equal(find(&all, "a", AUTH_DIGEST, "u", "p"), a);
    auths_free_all(&all);
    assert_true(list_is_empty(&all));
}

static void those_used_last_are_kept(void **state)
{
    (void)state;
    struct list all;
    char place[16];
    list_init(&all);
    find(&all, "first", AUTH_DIGEST, "u", "p")->sent = AUTH_DIGEST;
    for (int i = 0; i < 3 * AUTHS_MAX; i++) {
        (void)snprintf(place, sizeof place, "%d", i);
        (void)find(&all, place, AUTH_DIGEST, "u", "p");
        if (i < AUTHS_MAX)
            assert_int_equal(find(&all, "first", AUTH_DIGEST, "u", "p")->sent,
                             AUTH_DIGEST);
    }
    assert_int_equal(find(&all, "first", AUTH_DIGEST, "u", "p")->sent,
                     AUTH_NONE);
    size_t n = 0;
    list_each (pos, &all)
        n++;
    assert_int_equal(n, AUTHS_MAX);
    auths_free_all(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_asked_is_known_by_place_and_user),
        cmocka_unit_test(those_used_last_are_kept),
    };
    return cmocka_run_group_tests_name("http/auths", tests, NULL, NULL);
}
