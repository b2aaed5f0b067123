/*
 * What a server may ask for: every challenge is read without reading beyond the
 * field, what can be answered is answered with what fits into a field, and no
 * server has a request sent again for ever.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "http/auth.h"

#define NAME "proxy-authenticate"

static void check_answer(struct auth *a)
{
    const struct auth_request r = {.method = SPAN_LIT("GET"),
                                   .uri = SPAN_LIT("/\"x")};
    struct str value;
    str_init(&value);
    if (auth_answer(a, &r, &value))
        assert(value.len > 0);
    str_fini(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct arena arena;
    struct fields fields;
    struct auth a;
    struct span rest = span_of(data, len);
    struct span line;
    arena_init(&arena);
    fields_init(&fields, &arena);
    while (span_next(&rest, '\n', &line))
        fields_add(&fields, SPAN_LIT(NAME), line);
    const struct auth_login login = {.wants = AUTH_DIGEST | AUTH_BASIC,
                                     .user = SPAN_LIT("u\xc3\xbc"),
                                     .password = SPAN_LIT("p")};
    auth_init(&a, &login);
    for (unsigned tries = 0; auth_challenged(&a, &fields, NAME, tries);
         tries++) {
        assert(tries < 10);
        check_answer(&a);
    }
    check_answer(&a);
    auth_informed(&a, &fields, NAME);
    check_answer(&a);
    auth_fini(&a);
    arena_fini(&arena);
    return 0;
}
