/* What pools share is one, as long as anybody has it. */
#include "pool/pool_shared.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    struct loop *loop;
    struct pool_shared sh;
};

static void rig_init(struct rig *r)
{
    r->loop = loop_new();
    pool_shared_init(&r->sh, r->loop, 1);
}

static void rig_fini(struct rig *r)
{
    pool_shared_fini(&r->sh);
    loop_free(r->loop); /* reaps what was dropped */
}

static void equal_settings_are_one_copy(void **state)
{
    struct rig r;
    struct settings a;
    struct settings b;
    char agent[] = "a/1";
    (void)state;
    rig_init(&r);
    settings_defaults(&a);
    settings_defaults(&b);
    a.proxy.agent = b.proxy.agent = agent;
    const struct settings *first = pool_shared_settings(&r.sh, &a);
    assert_ptr_equal(pool_shared_settings(&r.sh, &b), first);
    b.pool.max_connections++;
    const struct settings *other = pool_shared_settings(&r.sh, &b);
    assert_ptr_not_equal(other, first);
    agent[0] = 'x';
    assert_string_equal(first->proxy.agent, "a/1");
    pool_shared_drop_settings(&r.sh, first);
    agent[0] = 'a';
    assert_ptr_equal(pool_shared_settings(&r.sh, &a), first); /* still had */
    pool_shared_drop_settings(&r.sh, first);
    pool_shared_drop_settings(&r.sh, first);
    pool_shared_drop_settings(&r.sh, other);
    assert_int_equal(r.sh.settings.len, 0);
    rig_fini(&r);
}

static void a_host_has_one_limit_if_there_is_any(void **state)
{
    const struct origin https = {
        .is_secure = true, .host = SPAN_LIT("h.test"), .port = 443};
    const struct origin same = {
        .is_secure = true, .host = SPAN_LIT("h.test"), .port = 443};
    const struct origin other = {
        .is_secure = true, .host = SPAN_LIT("i.test"), .port = 443};
    struct rig r;
    (void)state;
    rig_init(&r);
    assert_null(pool_shared_host(&r.sh, &https));
    r.sh.host_limit = 6;
    struct host_limit *l = pool_shared_host(&r.sh, &https);
    struct host_limit *o = pool_shared_host(&r.sh, &other);
    assert_non_null(l);
    assert_ptr_equal(pool_shared_host(&r.sh, &same), l);
    assert_ptr_not_equal(o, l);
    pool_shared_drop_host(&r.sh, l);
    pool_shared_drop_host(&r.sh, l);
    pool_shared_drop_host(&r.sh, o);
    assert_int_equal(r.sh.hosts.len, 0);
    rig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_settings_are_one_copy),
        cmocka_unit_test(a_host_has_one_limit_if_there_is_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
