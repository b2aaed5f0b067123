/* Which proxies need not be asked for CONNECT-UDP again. */
#include "pool/tunnel_lacks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define MINUTE (UINT64_C(60) * 1000000000)

static const struct proxy a = {
    .kind = PROXY_HTTPS, .host = {(const uint8_t *)"a.test", 6}, .port = 443};
static const struct proxy b = {
    .kind = PROXY_HTTPS, .host = {(const uint8_t *)"a.test", 6}, .port = 444};

static void one_is_remembered_for_a_while(void **state)
{
    (void)state;
    struct tunnel_lacks l = {.next = 0};
    assert_false(tunnel_lacks_has(&l, &a, 0));
    tunnel_lacks_note(&l, &a, 0);
    assert_true(tunnel_lacks_has(&l, &a, 4 * MINUTE));
    assert_false(tunnel_lacks_has(&l, &b, 4 * MINUTE));
    assert_false(tunnel_lacks_has(&l, &a, 6 * MINUTE));
    tunnel_lacks_note(&l, &a, 6 * MINUTE);
    assert_true(tunnel_lacks_has(&l, &a, 7 * MINUTE));
}

static void the_oldest_is_forgotten(void **state)
{
    (void)state;
    struct tunnel_lacks l = {.next = 0};
    struct proxy p = a;
    for (uint16_t i = 0; i <= TUNNEL_LACKS_MAX; i++) {
        p.port = i;
        tunnel_lacks_note(&l, &p, 0);
        tunnel_lacks_note(&l, &p, 0); /* takes no other place */
    }
    assert_true(tunnel_lacks_has(&l, &p, 1));
    p.port = 1;
    assert_true(tunnel_lacks_has(&l, &p, 1));
    p.port = 0;
    assert_false(tunnel_lacks_has(&l, &p, 1));
}

static void a_status_about_the_target_is_no_lack(void **state)
{
    (void)state;
    assert_true(tunnel_lacks_is_told(404));
    assert_true(tunnel_lacks_is_told(501));
    assert_false(tunnel_lacks_is_told(403));
    assert_false(tunnel_lacks_is_told(407));
    assert_false(tunnel_lacks_is_told(502));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_is_remembered_for_a_while),
        cmocka_unit_test(the_oldest_is_forgotten),
        cmocka_unit_test(a_status_about_the_target_is_no_lack),
    };
    return cmocka_run_group_tests_name("pool/tunnel_lacks", tests, NULL, NULL);
}
