/* Which requests may share connections, as far as their origin says it. */
#include "pool/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct way {
    const char *resolve[4];
    const char *connect_to[4];
};

static void key_of(const struct way *w, struct str *key)
{
    struct settings s;
    struct origin o = {
        .is_secure = true, .host = SPAN_LIT("one.test"), .port = 443};
    settings_defaults(&s);
    if (w->resolve[0])
        s.addresses.resolve = w->resolve;
    if (w->connect_to[0])
        s.addresses.connect_to = w->connect_to;
    struct str reuse;
    str_init(&reuse);
    settings_key(&s, &reuse);
    str_init(key);
    origin_key(&o, &s, str_span(&reuse), key);
    str_fini(&reuse);
}

static bool share(const struct way *a, const struct way *b)
{
    struct str one;
    struct str other;
    key_of(a, &one);
    key_of(b, &other);
    bool is_same = span_equal(str_span(&one), str_span(&other));
    str_fini(&one);
    str_fini(&other);
    return is_same;
}

static void only_what_is_said_of_its_own_place_sets_requests_apart(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct way a;
        struct way b;
        bool shares;
    } cases[] = {
        {"entries for other names",
         {{"two.test:443:192.0.2.1", "three.test:443:192.0.2.2"}, {NULL}},
         {{NULL}, {"two.test:443:192.0.2.9:1"}},
         true},
        {"entries for another port",
         {{"one.test:80:192.0.2.1"}, {NULL}},
         {{NULL}, {"one.test:80:192.0.2.9:1"}},
         true},
        {"one case or another",
         {{"ONE.test:443:2001:DB8::1"}, {NULL}},
         {{"one.TEST:443:2001:db8::1"}, {NULL}},
         true},
        {"the case of where it goes",
         {{NULL}, {"one.test:443:Else.Test:1"}},
         {{NULL}, {"ONE.test:443:else.test:1"}},
         true},
        {"the entry that wins is the last",
         {{"one.test:443:192.0.2.1", "one.test:443:192.0.2.2"}, {NULL}},
         {{"one.test:443:192.0.2.2"}, {NULL}},
         true},
        {"an entry that is taken back",
         {{"one.test:443:192.0.2.1", "-one.test:443"}, {NULL}},
         {{NULL}, {NULL}},
         true},
        {"a detour to where it goes anyway",
         {{NULL}, {"one.test:443::443"}},
         {{NULL}, {NULL}},
         true},
        {"a given address",
         {{"one.test:443:192.0.2.1"}, {NULL}},
         {{NULL}, {NULL}},
         false},
        {"an address given to all",
         {{"*:443:192.0.2.1"}, {NULL}},
         {{NULL}, {NULL}},
         false},
        {"two addresses or one of them",
         {{"one.test:443:192.0.2.1,192.0.2.2"}, {NULL}},
         {{"one.test:443:192.0.2.1"}, {NULL}},
         false},
        {"another port",
         {{NULL}, {"one.test:443::8443"}},
         {{NULL}, {NULL}},
         false},
        {"an address of the name that the detour leads to",
         {{"else.test:1:192.0.2.1"}, {"one.test:443:else.test:1"}},
         {{"else.test:1:192.0.2.2"}, {"one.test:443:else.test:1"}},
         false},
        {"a detour and an address that look alike",
         {{NULL}, {"one.test:443:192.0.2.1:443"}},
         {{"one.test:443:192.0.2.1"}, {NULL}},
         false},
        {"different mistakes",
         {{"one.test:443:nowhere"}, {NULL}},
         {{"one.test:443:nothing"}, {NULL}},
         false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (share(&cases[i].a, &cases[i].b) != cases[i].shares)
            fail_msg("%s", cases[i].why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            only_what_is_said_of_its_own_place_sets_requests_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
