/* T-9: a session is never resumed across any of these. */
#include "transport/ticket_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct span h2_and_h1[2];

/* One place, with everything that can be said of it. */
struct world {
    struct settings settings;
    struct ticket_place place;
};

static void init(struct world *w)
{
    settings_defaults(&w->settings);
    w->place = (struct ticket_place){
        .host = SPAN_LIT("example.test"),
        .at = SPAN_LIT("example.test"),
        .port = 443,
        .carrier = TLS_CARRIER_TCP,
        .alpn = h2_and_h1,
        .nalpn = 2,
        .settings = &w->settings,
    };
}

static bool is_same(const struct world *a, const struct world *b)
{
    uint8_t one[TICKETS_KEY_LEN];
    uint8_t other[TICKETS_KEY_LEN];
    ticket_key(&a->place, one);
    ticket_key(&b->place, other);
    return memcmp(one, other, sizeof one) == 0;
}

static void change_host(struct world *w)
{
    w->place.host = SPAN_LIT("other.test");
}

static void change_detour(struct world *w)
{
    w->place.at = SPAN_LIT("127.0.0.1");
}

static void change_port(struct world *w)
{
    w->place.port = 444;
}

static void change_carrier(struct world *w)
{
    w->place.carrier = TLS_CARRIER_QUIC;
}

static void change_role(struct world *w)
{
    w->place.is_proxy = true;
}

static void change_alpn(struct world *w)
{
    w->place.nalpn = 1;
}

static void change_verify(struct world *w)
{
    w->settings.tls.verify = false;
}

static void change_ca(struct world *w)
{
    w->settings.tls.ca_file = "ca.pem";
}

static void change_ca_path(struct world *w)
{
    w->settings.tls.ca_path = "/etc/ssl/certs";
}

static void change_certificate(struct world *w)
{
    w->settings.tls.cert_file = "client.pem";
}

static void change_key(struct world *w)
{
    w->settings.tls.key_file = "client.key";
}

static void change_version(struct world *w)
{
    w->settings.tls.min = SETTINGS_TLS_1_3;
}

static void change_ciphers(struct world *w)
{
    w->settings.tls.tls13_ciphers = "TLS_AES_128_GCM_SHA256";
}

static void change_groups(struct world *w)
{
    w->settings.tls.groups = "X25519";
}

static void change_proxy(struct world *w)
{
    w->settings.proxy.url = "http://proxy.test:3128";
}

static void change_proxy_user(struct world *w)
{
    w->settings.proxy.user = "name:word";
}

static void change_preproxy(struct world *w)
{
    w->settings.proxy.before = "socks5h://127.0.0.1:1080";
}

static void change_socket(struct world *w)
{
    w->settings.addresses.unix_socket = "/run/socket";
}

static void change_interface(struct world *w)
{
    w->settings.addresses.interface = "lo";
}

static void a_ticket_never_crosses_what_it_stands_for(void **state)
{
    static const struct {
        const char *what;
        void (*change)(struct world *w);
    } rows[] = {
        {"host and SNI", change_host},
        {"where it is dialled", change_detour},
        {"port", change_port},
        {"carrier", change_carrier},
        {"proxy or origin", change_role},
        {"ALPN", change_alpn},
        {"verification", change_verify},
        {"CA file", change_ca},
        {"CA folder", change_ca_path},
        {"client certificate", change_certificate},
        {"its key", change_key},
        {"TLS version", change_version},
        {"ciphers", change_ciphers},
        {"groups", change_groups},
        {"proxy", change_proxy},
        {"proxy's credentials", change_proxy_user},
        {"proxy before it", change_preproxy},
        {"Unix socket", change_socket},
        {"interface", change_interface},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world a;
        struct world b;
        init(&a);
        init(&b);
        assert_true(is_same(&a, &b));
        rows[i].change(&b);
        if (is_same(&a, &b))
            fail_msg("%s", rows[i].what);
    }
}

static void what_does_not_matter_is_no_part_of_it(void **state)
{
    struct world a;
    struct world b;
    (void)state;
    init(&a);
    init(&b);
    b.settings.timeouts.connect = 1;
    b.settings.pool.max_connections = 7;
    b.settings.tls.early_data = true;
    b.settings.http = SETTINGS_HTTP_3; /* ALPN says what matters of it */
    assert_true(is_same(&a, &b));
}

static void a_ca_file_that_was_written_anew_is_another(void **state)
{
    struct world w;
    uint8_t before[TICKETS_KEY_LEN];
    uint8_t after[TICKETS_KEY_LEN];
    char path[] = "/tmp/ticket_key_test.XXXXXX";
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    init(&w);
    w.settings.tls.ca_file = path;
    ticket_key(&w.place, before);
    assert_int_equal(write(fd, "x", 1), 1);
    ticket_key(&w.place, after);
    assert_memory_not_equal(before, after, sizeof before);
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_never_crosses_what_it_stands_for),
        cmocka_unit_test(what_does_not_matter_is_no_part_of_it),
        cmocka_unit_test(a_ca_file_that_was_written_anew_is_another),
    };
    h2_and_h1[0] = SPAN_LIT("h2");
    h2_and_h1[1] = SPAN_LIT("http/1.1");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
