/* From which socket of a server an answer leaves. */
#include "serve/quic_routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "serve/quic_router.h"

static struct addr at(const char *text, uint16_t port)
{
    struct addr a;
    assert_true(addr_parse(&a, span_str(text), port));
    return a;
}

static void an_answer_leaves_from_where_the_packet_went(void **state)
{
    (void)state;
    struct quic_router routers[] = {
        {.at = at("127.0.0.1", 443)},
        {.at = at("127.0.0.2", 443)},
        {.at = at("127.0.0.1", 8443)},
        {.at = at("::", 443)},
    };
    const struct {
        const char *from;
        uint16_t port;
        size_t router;
    } cases[] = {
        {"127.0.0.1", 443, 0},   {"127.0.0.2", 443, 1}, {"127.0.0.1", 8443, 2},
        {"2001:db8::1", 443, 3}, /* it is bound to all of the family */
        {"127.0.0.3", 443, 0},   /* nobody's: the usual one */
        {"2001:db8::1", 444, 0},
    };
    struct quic_routes routes;
    quic_routes_init(&routes, 0);
    for (size_t i = 0; i < sizeof routers / sizeof routers[0]; i++)
        list_append(&routes.routers, &routers[i].in_routers);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct addr from = at(cases[i].from, cases[i].port);
        assert_ptr_equal(quic_routes_from(&routes, &routers[0], &from),
                         &routers[cases[i].router]);
    }
    quic_routes_fini(&routes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_leaves_from_where_the_packet_went),
    };
    return cmocka_run_group_tests_name("serve/quic_routes", tests, NULL, NULL);
}
