#include "probe/probe_feature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BIT(name) (1U << PROBE_FEATURE_##name)

static void lists_of_names_are_read_and_written(void **state)
{
    struct str text = {0};
    unsigned set = 0;
    (void)state;
    assert_true(probe_feature_parse("h3,0rtt,https-rr", &set, &text));
    assert_true(probe_feature_parse("h1", &set, &text));
    assert_int_equal(set, BIT(H1) | BIT(H3) | BIT(0RTT) | BIT(HTTPS_RR));
    assert_int_equal(text.len, 0);
    probe_feature_names(&text, set);
    assert_string_equal(str_text(&text), "h1, h3, https-rr, 0rtt");
    str_fini(&text);
}

static void a_name_is_taken_whole(void **state)
{
    static const char *const bad[] = {"h", "h33", "h3,h", "H3", "tls1", ",h3"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct str text = {0};
        unsigned set = 0;
        if (probe_feature_parse(bad[i], &set, &text))
            fail_msg("%s was taken", bad[i]);
        str_fini(&text);
    }
}

static void nothing_looked_at_has_nothing(void **state)
{
    struct probe_findings f;
    (void)state;
    probe_finding_init(&f);
    assert_int_equal(probe_feature_found(&f), 0);
    probe_finding_fini(&f);
}

static void a_version_counts_that_was_spoken(void **state)
{
    struct probe_findings f;
    (void)state;
    probe_finding_init(&f);
    f.looks[PROBE_LOOK_H2].was_made = true;
    f.looks[PROBE_LOOK_H2].http_version = "1.1"; /* it chose another */
    assert_int_equal(probe_feature_found(&f), 0);
    f.looks[PROBE_LOOK_H2].http_version = "2";
    assert_int_equal(probe_feature_found(&f), BIT(H2));
    f.looks[PROBE_LOOK_H2].error.status = 28;
    assert_int_equal(probe_feature_found(&f), 0);
    probe_finding_fini(&f);
}

static void records_and_versions_are_looked_into(void **state)
{
    static const char *const records[] = {"1 . alpn=h3,h2 ech=AEn+DQ"};
    static const char *const aaaa[] = {"2001:db8::1"};
    const struct qv_lookup lookups[] = {
        {.type = "AAAA", .records = aaaa, .nrecords = 1},
        {.type = "HTTPS", .records = records, .nrecords = 1},
    };
    struct probe_findings f;
    (void)state;
    probe_finding_init(&f);
    f.looks[PROBE_LOOK_RACE].lookups = lookups;
    f.looks[PROBE_LOOK_RACE].nlookups = 1;
    assert_int_equal(probe_feature_found(&f), 0);
    f.looks[PROBE_LOOK_RACE].nlookups = 2;
    assert_int_equal(probe_feature_found(&f), BIT(HTTPS_RR) | BIT(ECH));
    f.quic_versions[0] = 0x6b3343cf;
    f.nquic_versions = 1;
    assert_int_equal(probe_feature_found(&f),
                     BIT(HTTPS_RR) | BIT(ECH) | BIT(QUIC_V2));
    probe_finding_fini(&f);
}

static void lines_of_a_certificate_are_found(void **state)
{
    const struct probe_finding l = {
        .certificate = "Subject:CN = a\nIssuer:CN = b\nExpire date:Nov 27"};
    char value[32];
    char little[5];
    (void)state;
    assert_true(probe_finding_certificate(&l, PROBE_CERTIFICATE_ISSUER, value,
                                          sizeof value));
    assert_string_equal(value, "CN = b");
    assert_true(probe_finding_certificate(&l, PROBE_CERTIFICATE_EXPIRES, value,
                                          sizeof value));
    assert_string_equal(value, "Nov 27");
    assert_true(probe_finding_certificate(&l, PROBE_CERTIFICATE_SUBJECT, little,
                                          sizeof little));
    assert_string_equal(little, "CN =");
    assert_false(probe_finding_certificate(&l, PROBE_CERTIFICATE_NAMES, value,
                                           sizeof value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_names_are_read_and_written),
        cmocka_unit_test(a_name_is_taken_whole),
        cmocka_unit_test(nothing_looked_at_has_nothing),
        cmocka_unit_test(a_version_counts_that_was_spoken),
        cmocka_unit_test(records_and_versions_are_looked_into),
        cmocka_unit_test(lines_of_a_certificate_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
