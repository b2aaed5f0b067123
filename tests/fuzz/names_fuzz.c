/*
 * What a name server answers: read as addresses, and as HTTPS records that become
 * places.  Whatever it is, there is an answer, its bounds hold, records stand in
 * their order, and names are ones that a resolver may be given.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_input.h"
#include "http/svcb.h"
#include "io/dns_message.h"

static void check_record(const struct svcb *r)
{
    assert(memchr(r->target, '\0', sizeof r->target));
    for (const char *at = r->target; *at; at++)
        assert((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
               (*at >= '0' && *at <= '9') || strchr("-_.", *at));
    assert(r->nipv4 <= SVCB_HINTS_MAX && r->nipv6 <= SVCB_HINTS_MAX);
    assert(r->priority == 0 || r->alpn != 0);
}

static void check_records(const struct dns_answer *a)
{
    struct svcb_set s;
    svcb_set_init(&s);
    for (size_t i = 0; i < a->nrecords; i++)
        svcb_set_add(&s, a->records[i].rdata);
    svcb_set_end(&s);
    assert(s.n <= SVCB_RECORDS_MAX && (s.n == 0 || !s.is_malformed));
    assert(!svcb_set_is_alias(&s) || s.n == 1);
    for (size_t i = 0; i < s.n; i++) {
        check_record(&s.records[i]);
        assert(i == 0 || s.records[i - 1].priority <= s.records[i].priority);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const enum dns_type types[] = {DNS_HTTPS, DNS_A, DNS_AAAA};
    struct arena arena;
    struct dns_answer a;
    struct svcb alone;
    uint8_t *own = malloc(len ? len : 1); /* whose ends the sanitizer knows */
    if (len > 0)
        memcpy(own, data, len);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        arena_init(&arena);
        dns_message_read(span_of(own, len), types[i], &a, &arena);
        assert(a.naddrs <= DNS_RECORDS_MAX && a.nrecords <= DNS_RECORDS_MAX);
        assert(a.naddrs + a.nrecords > 0 || a.why);
        assert(types[i] == DNS_HTTPS ? a.naddrs == 0 : a.nrecords == 0);
        check_records(&a);
        arena_fini(&arena);
    }
    if (svcb_parse(&alone, span_of(own, len)) == SVCB_GOOD)
        check_record(&alone);
    free(own);
    return 0;
}
