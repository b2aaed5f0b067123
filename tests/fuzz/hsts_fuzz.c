/*
 * Strict-Transport-Security from several hosts in a row, a file, and what was
 * saved.  Addresses are never known, nothing is known longer than it may be, and
 * what is saved is read again as the same.
 */
#include <assert.h>
#include <string.h>

#include "client/hsts_hosts.h"
#include "fuzz_input.h"

#define NOW INT64_C(1795230000)

#define NAME(what)                                                             \
    {                                                                          \
        .kind = URL_HOST_NAME,                                                 \
        .text = {(const uint8_t *)(what), sizeof(what) - 1},                   \
    }

static const struct url_host hosts[] = {
    NAME("a.test"),
    NAME("a.test."),
    NAME("x.a.test"),
    NAME("test"),
    {.kind = URL_HOST_IPV4, .text = {(const uint8_t *)"127.0.0.1", 9}},
    {.kind = URL_HOST_IPV6, .text = {(const uint8_t *)"::1", 3}},
};

#define NHOSTS (sizeof hosts / sizeof hosts[0])

static void find_all(struct hsts_hosts *h, struct str *told)
{
    for (size_t i = 0; i < NHOSTS; i++) {
        struct span who = hsts_hosts_find(h, &hosts[i], NOW);
        assert(who.base == NULL || hosts[i].kind == URL_HOST_NAME);
        assert(who.len <= hosts[i].text.len);
        str_printf(told, "%zu %.*s\n", i, SPAN_ARG(who));
    }
}

static void check(struct hsts_hosts *h)
{
    struct hsts_hosts again;
    struct state_report r;
    struct str text;
    struct str before;
    struct str after;
    size_t n = 0;
    list_each (pos, &h->order) {
        const struct hsts_entry *e = container_of(pos, struct hsts_entry, link);
        n++;
        assert(e->host.len > 0);
        for (size_t i = 0; i < e->host.len; i++)
            assert(e->host.base[i] > ' ' && e->host.base[i] < 0x7f);
    }
    assert(n == h->len && h->len <= HSTS_HOSTS_MAX);
    hsts_hosts_init(&again, 2);
    str_init(&text);
    str_init(&before);
    str_init(&after);
    find_all(h, &before);
    hsts_hosts_save(h, NOW, &text);
    bool is_good =
        hsts_hosts_load(&again, STATE_HOME, str_span(&text), NOW, &r);
    assert(is_good && r.bad == 0 && r.expired == 0);
    find_all(&again, &after);
    assert(span_equal(str_span(&before), str_span(&after)));
    str_clear(&after);
    hsts_hosts_save(&again, NOW, &after);
    assert(span_equal(str_span(&text), str_span(&after)));
    str_fini(&text);
    str_fini(&before);
    str_fini(&after);
    hsts_hosts_fini(&again);
}

static void load_file(struct span text)
{
    struct hsts_hosts h;
    struct state_report r;
    hsts_hosts_init(&h, 1);
    (void)hsts_hosts_load(&h, STATE_HOME, text, NOW, &r);
    check(&h);
    hsts_hosts_take(&h, &hosts[0], &(struct hsts_word){.max_age = 0}, NOW);
    (void)hsts_hosts_load(&h, STATE_MERGE, text, NOW, &r);
    check(&h);
    hsts_hosts_fini(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct hsts_hosts h;
    load_file(span_of(data, len));
    hsts_hosts_init(&h, 1);
    while (in.len > 0) {
        const struct url_host *host = &INPUT_LINES_PICK(hosts, &in);
        struct hsts_word word;
        const uint8_t *end = in.len > 0 ? memchr(in.at, '\n', in.len) : NULL;
        size_t n = end ? (size_t)(end - in.at) : in.len;
        if (hsts_parse(&word, fuzz_input_take(&in, n)))
            hsts_hosts_take(&h, host, &word, NOW);
        (void)fuzz_input_u8(&in);
    }
    check(&h);
    hsts_hosts_fini(&h);
    return 0;
}
