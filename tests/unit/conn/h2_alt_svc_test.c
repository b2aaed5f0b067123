/* ALTSVC frames (RFC 7838 4): which of them are told, and what they cost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "h2_rig.h"

#define ALTSVC 0xa

static void send(struct h2_rig *r, int32_t id, const char *origin,
                 const char *value)
{
    struct str payload;
    uint16_t len = (uint16_t)strlen(origin);
    str_init(&payload);
    str_add_char(&payload, (char)(len >> 8));
    str_add_char(&payload, (char)len);
    str_add_text(&payload, origin);
    str_add_text(&payload, value);
    h2_wire_frame(&r->peer, ALTSVC, 0, id, str_span(&payload));
    str_fini(&payload);
}

static void what_is_told(void **state)
{
    static const struct {
        int32_t id;
        const char *origin;
        const char *told;
    } rows[] = {
        {0, "https://origin", "https://origin h3=\":443\"\n"},
        {0, "", ""},               /* whose? */
        {1, "", " h3=\":443\"\n"}, /* of the request's origin */
        {1, "https://origin", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct h2_rig r;
        h2_rig_init(&r, 0);
        struct h2_rig_call *call = h2_rig_get(&r);
        h2_rig_run(&r);
        h2_wire_hello(&r.peer);
        send(&r, rows[i].id, rows[i].origin, "h3=\":443\"");
        h2_wire_answer(&r.peer, 1, "body");
        h2_rig_run(&r);
        assert_string_equal(str_text(&r.places), rows[i].told);
        assert_int_equal(call->ndone, 1);
        assert_int_equal(call->fault.code, ERR_NONE);
        h2_rig_fini(&r);
    }
}

static void a_flood_of_them_ends_the_connection(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *call = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    for (unsigned i = 0; i < 2 * r.settings.limits.no_progress && r.conn; i++) {
        send(&r, 0, "https://origin", "h3=\":443\"");
        if (i % 64 == 0)
            h2_rig_run(&r);
    }
    h2_rig_run(&r);
    assert_null(r.conn);
    assert_int_equal(call->ndone + call->nreturned, 1);
    h2_rig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told),
        cmocka_unit_test(a_flood_of_them_ends_the_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
