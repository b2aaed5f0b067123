#include "io/resolver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct asker {
    struct resolver_query q;
    struct addr addrs[16];
    size_t naddrs;
    unsigned ends;
    struct fault fault;
    bool cancels; /* in its first on_addresses */
};

static void on_addresses(struct resolver_query *q, const struct addr *addrs,
                         size_t n)
{
    struct asker *a = container_of(q, struct asker, q);
    assert_int_equal(a->ends, 0);
    assert_true(n > 0);
    for (size_t i = 0; i < n && a->naddrs < 16; i++)
        a->addrs[a->naddrs++] = addrs[i];
    if (a->cancels)
        resolver_cancel(q);
}

static void on_end(struct resolver_query *q, const struct fault *fault)
{
    struct asker *a = container_of(q, struct asker, q);
    a->ends++;
    if (fault)
        a->fault = *fault;
}

static struct asker asker(void)
{
    return (struct asker){
        .q = {.on_addresses = on_addresses, .on_end = on_end}};
}

static struct asker ask(const char *host, enum resolver_family family)
{
    struct loop *loop = loop_new();
    struct asker a = asker();
    resolver_start(loop, &a.q, span_str(host), 443, family);
    assert_int_equal(a.ends + a.naddrs, 0);
    loop_run(loop);
    assert_int_equal(a.ends, 1);
    resolver_cancel(&a.q);
    loop_free(loop);
    return a;
}

static void assert_addr(const struct addr *a, const char *text)
{
    char found[ADDR_TEXT_MAX];
    addr_format(a, found);
    assert_string_equal(found, text);
    assert_int_equal(addr_port(a), 443);
}

static void addresses_and_localhost_need_no_lookup(void **state)
{
    (void)state;
    struct asker a = ask("192.0.2.7", RESOLVER_ANY);
    assert_int_equal(a.naddrs, 1);
    assert_addr(&a.addrs[0], "192.0.2.7");
    a = ask("::1", RESOLVER_IPV6);
    assert_int_equal(a.naddrs, 1);
    assert_addr(&a.addrs[0], "::1");
    static const char *const names[] = {"localhost", "LocalHost.",
                                        "a.b.localhost"};
    for (size_t i = 0; i < 3; i++) {
        a = ask(names[i], RESOLVER_ANY);
        assert_int_equal(a.naddrs, 2);
        assert_addr(&a.addrs[0], "::1");
        assert_addr(&a.addrs[1], "127.0.0.1");
    }
    a = ask("localhost", RESOLVER_IPV4);
    assert_int_equal(a.naddrs, 1);
    assert_addr(&a.addrs[0], "127.0.0.1");
}

static void an_address_of_the_other_family_is_a_fault(void **state)
{
    (void)state;
    struct asker a = ask("127.0.0.1", RESOLVER_IPV6);
    assert_int_equal(a.naddrs, 0);
    assert_int_equal(a.fault.code, ERR_HOST_NAME);
    assert_non_null(strstr(a.fault.detail, "127.0.0.1"));
}

static void what_is_no_host_name_fails_without_a_lookup(void **state)
{
    (void)state;
    char endless[300];
    memset(endless, 'a', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(ask(endless, RESOLVER_ANY).fault.code, ERR_HOST_NAME);
    assert_int_equal(ask("", RESOLVER_ANY).fault.code, ERR_HOST_NAME);
}

/* The machine's own name is in /etc/hosts or known to NSS on any sane
 * system; what is tested is that threads answer and the loop ends. */
static void a_real_name_is_looked_up_on_threads(void **state)
{
    char name[256];
    (void)state;
    assert_int_equal(gethostname(name, sizeof name), 0);
    struct asker a = ask(name, RESOLVER_ANY);
    assert_true(a.naddrs > 0 || a.fault.code == ERR_HOST_NAME);
    for (size_t i = 0; i < a.naddrs; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(addr_equal(&a.addrs[i], &a.addrs[j]));
}

static void a_cancelled_question_is_silent(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    struct asker a = asker();
    struct asker b = asker();
    struct asker c = asker();
    c.cancels = true;
    resolver_start(loop, &a.q, span_str("localhost"), 1, RESOLVER_ANY);
    resolver_start(loop, &b.q, span_str("no-such-name.invalid"), 1,
                   RESOLVER_ANY);
    resolver_start(loop, &c.q, span_str("localhost"), 1, RESOLVER_ANY);
    resolver_cancel(&a.q);
    resolver_cancel(&b.q);
    resolver_cancel(&b.q);
    loop_run(loop);
    assert_int_equal(a.ends + b.ends + c.ends, 0);
    assert_int_equal(a.naddrs + b.naddrs, 0);
    assert_int_equal(c.naddrs, 1);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_and_localhost_need_no_lookup),
        cmocka_unit_test(an_address_of_the_other_family_is_a_fault),
        cmocka_unit_test(what_is_no_host_name_fails_without_a_lookup),
        cmocka_unit_test(a_real_name_is_looked_up_on_threads),
        cmocka_unit_test(a_cancelled_question_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
