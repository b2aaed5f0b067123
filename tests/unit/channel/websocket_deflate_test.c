/* permessage-deflate: what is offered, chosen and agreed on (RFC 7692 7.1). */
#include "channel/websocket_deflate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct fields fields;

/* Two lines of the field where `more` is one. */
static void set_field(const char *value, const char *more)
{
    arena_reset(&arena);
    fields_init(&fields, &arena);
    if (*value)
        fields_add(&fields, SPAN_LIT("Sec-WebSocket-Extensions"),
                   span_str(value));
    if (more)
        fields_add(&fields, SPAN_LIT("sec-websocket-extensions"),
                   span_str(more));
}

static void assert_written(const struct websocket_deflate *d,
                           const char *wanted)
{
    struct str text;
    str_init(&text);
    websocket_deflate_add(&text, d);
    assert_string_equal(str_text(&text), wanted);
    str_fini(&text);
}

static void parameters_are_written_as_an_element_of_the_field(void **state)
{
    static const struct {
        struct websocket_deflate d;
        const char *wanted;
    } cases[] = {
        {{.is_on = false}, ""},
        {{.is_on = true}, "permessage-deflate"},
        {{.is_on = true, .client_max_window_bits = WEBSOCKET_DEFLATE_BITS_ANY},
         "permessage-deflate; client_max_window_bits"},
        {{.is_on = true,
          .client_no_context_takeover = true,
          .server_no_context_takeover = true,
          .client_max_window_bits = 8,
          .server_max_window_bits = 15},
         "permessage-deflate; server_no_context_takeover; "
         "client_no_context_takeover; server_max_window_bits=15; "
         "client_max_window_bits=8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_written(&cases[i].d, cases[i].wanted);
    struct str text;
    str_init(&text);
    str_add_text(&text, "x-other");
    websocket_deflate_add(&text, &cases[1].d);
    assert_string_equal(str_text(&text), "x-other, permessage-deflate");
    str_fini(&text);
}

static void a_server_takes_the_first_offer_it_can(void **state)
{
    static const struct {
        const char *offer;
        const char *answer;
    } cases[] = {
        {"", ""},
        {"x-webkit-deflate-frame", ""},
        {"permessage-deflate", "permessage-deflate"},
        {"PerMessage-Deflate", "permessage-deflate"},
        {"permessage-deflate; client_max_window_bits", "permessage-deflate"},
        {"permessage-deflate;client_max_window_bits=10",
         "permessage-deflate; client_max_window_bits=10"},
        {"permessage-deflate; client_max_window_bits=\"10\"",
         "permessage-deflate; client_max_window_bits=10"},
        {"permessage-deflate; server_max_window_bits=15",
         "permessage-deflate; server_max_window_bits=15"},
        {"permessage-deflate ; server_max_window_bits = 8",
         "permessage-deflate; server_max_window_bits=8"},
        {"permessage-deflate; Server_No_Context_Takeover",
         "permessage-deflate; server_no_context_takeover"},
        {"permessage-deflate; client_no_context_takeover",
         "permessage-deflate; client_no_context_takeover"},
        /* The next one is taken. */
        {"x-other; a=1, permessage-deflate", "permessage-deflate"},
        {"permessage-deflate; server_max_window_bits=7, permessage-deflate",
         "permessage-deflate"},
        {"permessage-deflate; unknown, permessage-deflate; "
         "server_no_context_takeover",
         "permessage-deflate; server_no_context_takeover"},
        {"permessage-deflate; client_max_window_bits=9, permessage-deflate",
         "permessage-deflate; client_max_window_bits=9"},
        /* None is. */
        {"permessage-deflate; unknown", ""},
        {"permessage-deflate; x=\"a;b\"", ""},
        {"permessage-deflate; server_max_window_bits", ""},
        {"permessage-deflate; server_max_window_bits=", ""},
        {"permessage-deflate; server_max_window_bits=7", ""},
        {"permessage-deflate; server_max_window_bits=16", ""},
        {"permessage-deflate; server_max_window_bits=08", ""},
        {"permessage-deflate; server_max_window_bits=1e1", ""},
        {"permessage-deflate; server_max_window_bits=-9", ""},
        {"permessage-deflate; server_max_window_bits=\"\"", ""},
        {"permessage-deflate; server_max_window_bits=\"9", ""},
        {"permessage-deflate; server_max_window_bits=99999999999999999999", ""},
        {"permessage-deflate; client_max_window_bits=0", ""},
        {"permessage-deflate; client_no_context_takeover=1", ""},
        {"permessage-deflate; server_no_context_takeover=", ""},
        {"permessage-deflate; client_no_context_takeover; "
         "client_no_context_takeover",
         ""},
        {"permessage-deflate; client_max_window_bits; "
         "client_max_window_bits=9",
         ""},
        {"permessage-deflate; server_max_window_bits=9; "
         "server_max_window_bits=9",
         ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_field(cases[i].offer, NULL);
        struct websocket_deflate d = websocket_deflate_choose(&fields);
        assert_int_equal(d.is_on, *cases[i].answer != '\0');
        assert_written(&d, cases[i].answer);
    }
    set_field("permessage-deflate; unknown", "permessage-deflate");
    struct websocket_deflate d = websocket_deflate_choose(&fields);
    assert_written(&d, "permessage-deflate");
}

#define ANY WEBSOCKET_DEFLATE_BITS_ANY

static void a_client_takes_what_answers_its_offer(void **state)
{
    static const struct {
        struct websocket_deflate offer;
        const char *answer;
        const char *agreed; /* NULL: the handshake has failed */
    } cases[] = {
        {{.is_on = false}, "", ""},
        {{.is_on = true}, "", ""},
        {{.is_on = true}, "permessage-deflate", "permessage-deflate"},
        {{.is_on = true, .client_max_window_bits = ANY},
         "permessage-deflate",
         "permessage-deflate"},
        {{.is_on = true, .client_max_window_bits = ANY},
         "permessage-deflate; client_max_window_bits=8",
         "permessage-deflate; client_max_window_bits=8"},
        {{.is_on = true},
         "permessage-deflate; server_max_window_bits=9",
         "permessage-deflate; server_max_window_bits=9"},
        {{.is_on = true},
         "permessage-deflate; client_no_context_takeover; "
         "server_no_context_takeover",
         "permessage-deflate; server_no_context_takeover; "
         "client_no_context_takeover"},
        {{.is_on = true, .server_max_window_bits = 12},
         "permessage-deflate; server_max_window_bits=12",
         "permessage-deflate; server_max_window_bits=12"},
        {{.is_on = true, .server_max_window_bits = 12},
         "permessage-deflate; server_max_window_bits=9",
         "permessage-deflate; server_max_window_bits=9"},
        /* A promise is kept although the answer does not ask for it. */
        {{.is_on = true, .client_max_window_bits = 10},
         "permessage-deflate",
         "permessage-deflate; client_max_window_bits=10"},
        {{.is_on = true, .client_max_window_bits = 10},
         "permessage-deflate; client_max_window_bits=9",
         "permessage-deflate; client_max_window_bits=9"},
        {{.is_on = true, .client_max_window_bits = 10},
         "permessage-deflate; client_max_window_bits=15",
         "permessage-deflate; client_max_window_bits=10"},
        {{.is_on = true, .client_no_context_takeover = true},
         "permessage-deflate",
         "permessage-deflate; client_no_context_takeover"},
        /* Not offered, or not as it was. */
        {{.is_on = false}, "permessage-deflate", NULL},
        {{.is_on = true}, "x-other", NULL},
        {{.is_on = true}, "permessage-deflate, x-other", NULL},
        {{.is_on = true}, "permessage-deflate, permessage-deflate", NULL},
        {{.is_on = true},
         "permessage-deflate; client_max_window_bits=15",
         NULL},
        {{.is_on = true, .client_max_window_bits = ANY},
         "permessage-deflate; client_max_window_bits",
         NULL},
        {{.is_on = true, .server_max_window_bits = 12},
         "permessage-deflate",
         NULL},
        {{.is_on = true, .server_max_window_bits = 12},
         "permessage-deflate; server_max_window_bits=13",
         NULL},
        {{.is_on = true, .server_no_context_takeover = true},
         "permessage-deflate",
         NULL},
        /* Bad parameters. */
        {{.is_on = true}, "permessage-deflate; unknown", NULL},
        {{.is_on = true}, "permessage-deflate; server_max_window_bits", NULL},
        {{.is_on = true},
         "permessage-deflate; server_max_window_bits=16",
         NULL},
        {{.is_on = true},
         "permessage-deflate; server_no_context_takeover; "
         "server_no_context_takeover",
         NULL},
        {{.is_on = true},
         "permessage-deflate; server_no_context_takeover=1",
         NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct websocket_deflate agreed;
        struct fault fault = {0};
        set_field(cases[i].answer, NULL);
        bool is_good = websocket_deflate_confirm(&fields, &cases[i].offer,
                                                 &agreed, &fault);
        assert_int_equal(is_good, cases[i].agreed != NULL);
        if (is_good)
            assert_written(&agreed, cases[i].agreed);
        else
            assert_int_equal(fault.code, ERR_WEIRD_REPLY);
    }
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_written_as_an_element_of_the_field),
        cmocka_unit_test(a_server_takes_the_first_offer_it_can),
        cmocka_unit_test(a_client_takes_what_answers_its_offer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
