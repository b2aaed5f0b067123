/*
 * Fields and files of other places: fields in a row, a file, and what was saved.
 * The cache is bounded, hosts are hosts, nothing is known longer than it may be,
 * and what is saved is read again as the same.
 */
#include <assert.h>
#include <string.h>

#include "fuzz_input.h"
#include "pool/alt_svc.h"
#include "pool/broken.h"

#define NOW INT64_C(1795230000)

static const struct span hosts[] = {
    {(const uint8_t *)"a.example", 9},
    {(const uint8_t *)"2001:db8::1", 11},
};

static void check(struct alt_svc *a, struct str *told)
{
    static const uint16_t ports[] = {443, 8443};
    struct alt_svc_place places[ALT_SVC_PLACES_MAX];
    assert(a->len <= ALT_SVC_ORIGINS_MAX);
    for (size_t i = 0; i < 4; i++) {
        size_t n = alt_svc_find(a, hosts[i / 2], ports[i % 2], NOW, places,
                                ALT_SVC_PLACES_MAX);
        for (size_t k = 0; k < n; k++) {
            const struct alt_svc_place *p = &places[k];
            assert(p->port > 0 && p->host.len > 0 && p->until > NOW);
            for (size_t j = 0; j < p->host.len; j++)
                assert(p->host.base[j] > ' ' && p->host.base[j] < 0x7f);
            str_printf(told, "%zu %d %.*s %u %lld %d\n", i, p->protocol,
                       SPAN_ARG(p->host), p->port, (long long)p->until,
                       p->is_persistent);
        }
    }
}

static void load_all(struct span text)
{
    struct alt_svc a;
    struct broken b;
    struct state_report r;
    struct str told;
    alt_svc_init(&a, 1);
    broken_init(&b, 1);
    str_init(&told);
    (void)alt_svc_load(&a, text, NOW, &r);
    check(&a, &told);
    if (broken_load(&b, text, NOW, &r))
        assert(b.len <= r.taken && !b.is_changed);
    str_fini(&told);
    alt_svc_fini(&a);
    broken_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct alt_svc a;
    struct alt_svc again;
    struct state_report r;
    struct str text;
    struct str before;
    struct str after;
    load_all(span_of(data, len));
    alt_svc_init(&a, 1);
    alt_svc_init(&again, 2);
    str_init(&text);
    str_init(&before);
    str_init(&after);
    while (in.len > 0) {
        uint8_t how = fuzz_input_u8(&in);
        struct span rest = span_of(in.at, in.len);
        const uint8_t *end = memchr(rest.base, '\n', rest.len);
        size_t n = end ? (size_t)(end - rest.base) : rest.len;
        alt_svc_take(&a, hosts[how & 1], how & 2 ? 8443 : 443,
                     fuzz_input_take(&in, n), NOW);
        (void)fuzz_input_u8(&in);
    }
    check(&a, &before);
    alt_svc_save(&a, NOW, &text);
    bool is_good = alt_svc_load(&again, str_span(&text), NOW, &r);
    assert(is_good && r.bad == 0);
    check(&again, &after);
    assert(span_equal(str_span(&before), str_span(&after)));
    str_fini(&text);
    str_fini(&before);
    str_fini(&after);
    alt_svc_fini(&a);
    alt_svc_fini(&again);
    return 0;
}
