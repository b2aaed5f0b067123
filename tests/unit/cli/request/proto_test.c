#include "request/proto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/quiver.h"

#define HTTP  QV_SCHEME_HTTP
#define HTTPS QV_SCHEME_HTTPS
#define WS    QV_SCHEME_WS
#define WSS   QV_SCHEME_WSS
#define DOWN  QV_SCHEME_DOWNGRADE

static void lists_are_read_as_curl_reads_them(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        unsigned schemes;
        const char *unknown;
    } cases[] = {
        {"=https", HTTPS, ""},
        {"=http,https", HTTP | HTTPS | DOWN, ""},
        {"-all,https,+http", HTTP | HTTPS | DOWN, ""},
        {"-all,https", HTTPS, ""},
        {"-http", HTTPS | WS | WSS, ""},
        {"HTTP", HTTP | HTTPS | WS | WSS | DOWN, ""},
        {"all", HTTP | HTTPS | WS | WSS | DOWN, ""},
        /* What only leaves http allowed does not ask for it. */
        {"-ftp", 0, ""},
        {"+https", 0, ""},
        {"-ws", HTTP | HTTPS | WSS, ""},
        {"http,-http", HTTPS | WS | WSS, ""},
        {"=ftp", QV_SCHEME_NONE, ""},
        {"=ftp,https", HTTPS, ""},
        {"=ftp,-ftp,https", HTTPS, ""},
        {",,=https,", HTTPS, ""},
        {"=foo,https,bar", 0, "foo"},
        {"=https,htt", HTTPS, "htt"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned schemes = 77;
        char unknown[32];
        assert_true(proto_read(cases[i].list, &schemes, unknown));
        unsigned wanted =
            cases[i].schemes; /* a word that is none changes nothing */
        if (schemes != wanted)
            print_message("'%s': %u\n", cases[i].list, schemes);
        assert_int_equal(schemes, wanted);
        assert_string_equal(unknown, cases[i].unknown);
    }
}

static void a_list_that_allows_nothing_is_refused(void **state)
{
    (void)state;
    static const char *const lists[] = {"", "-all", "=all,-all",
                                        "=https,-https", "-ftp,-all"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        unsigned schemes;
        char unknown[32];
        assert_false(proto_read(lists[i], &schemes, unknown));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_read_as_curl_reads_them),
        cmocka_unit_test(a_list_that_allows_nothing_is_refused),
    };
    return cmocka_run_group_tests_name("cli/request/proto", tests, NULL, NULL);
}
