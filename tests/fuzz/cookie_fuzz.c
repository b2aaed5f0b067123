/*
 * Set-Cookie fields from several places in a row, a file, and what was saved.
 * Nothing that is sent could end a field, nothing Secure goes in clear, nobody sets
 * for another site or a public suffix, and what is saved is read again as the same.
 */
#include <assert.h>
#include <string.h>

#include "client/cookie_file.h"
#include "fuzz_input.h"
#include "http/public_suffix.h"

#define NOW INT64_C(1795230000)

#define PLACE(name, address, secure, where)                                    \
    {                                                                          \
        .host = {(const uint8_t *)(name), sizeof(name) - 1},                   \
        .is_address = (address), .is_secure = (secure),                        \
        .path = {(const uint8_t *)(where), sizeof(where) - 1},                 \
    }

static const struct cookie_place places[] = {
    PLACE("a.test", false, true, "/"),
    PLACE("a.test", false, false, "/p/q"),
    PLACE("x.a.test", false, true, "/p/"),
    PLACE("y.x.a.test", false, false, "/"),
    PLACE("b.test", false, true, "/"),
    PLACE("127.0.0.1", true, true, "/p"),
    PLACE("me.github.io", false, true, "/"),
    PLACE("::1", true, false, "/"),
};

#define NPLACES (sizeof places / sizeof places[0])

static void check_entries(const struct cookie_jar *jar)
{
    size_t n = 0;
    list_each (pos, &jar->order) {
        const struct cookie_entry *e =
            container_of(pos, struct cookie_entry, in_order);
        const struct cookie *c = &e->cookie;
        n++;
        assert(c->domain.len > 0 && c->path.len > 0 && c->path.base[0] == '/');
        assert(c->name.len + c->value.len > 0 || e->is_tombstone);
        assert(c->name.len + c->value.len <= COOKIE_NAME_VALUE_MAX);
        assert(!cookie_has_controls(c->name) && !cookie_has_controls(c->value));
        assert(c->is_host_only || !public_suffix_is(c->domain));
    }
    assert(n == jar->len && jar->bytes <= COOKIE_JAR_BYTES_MAX);
}

static void gather_all(struct cookie_jar *jar, struct str *told)
{
    for (size_t i = 0; i < NPLACES; i++) {
        size_t from = told->len;
        (void)cookie_jar_gather(jar, &places[i], NOW, told);
        assert(told->len - from < COOKIE_JAR_FIELD_MAX);
        for (size_t k = from; k < told->len; k++)
            assert((uint8_t)told->base[k] >= ' ' && told->base[k] != 0x7f);
        str_add_char(told, '\n');
    }
}

/* A cookie of this host may have come from one that is above, beside or below it,
 * in the same site. */
static void check_sites(const struct cookie_jar *jar)
{
    list_each (pos, &jar->order) {
        const struct cookie *c =
            &container_of(pos, struct cookie_entry, in_order)->cookie;
        size_t n = 0;
        for (size_t i = 0; i < NPLACES; i++)
            n += c->is_host_only
                     ? span_equal(c->domain, places[i].host)
                     : cookie_domain_matches(places[i].host,
                                             places[i].is_address, c->domain);
        assert(n > 0);
    }
}

static void check_reading_again(struct cookie_jar *jar)
{
    struct cookie_jar again;
    struct state_report r;
    struct str text;
    struct str before;
    struct str after;
    cookie_jar_init(&again, 2);
    str_init(&text);
    str_init(&before);
    str_init(&after);
    gather_all(jar, &before);
    cookie_file_save(jar, NOW, &text);
    bool is_good =
        cookie_file_load(&again, STATE_HOME, str_span(&text), NOW, &r);
    assert(is_good && r.bad == 0 && r.expired == 0);
    gather_all(&again, &after);
    assert(span_equal(str_span(&before), str_span(&after)));
    str_clear(&after);
    cookie_file_save(&again, NOW, &after);
    assert(span_equal(str_span(&text), str_span(&after)));
    str_fini(&text);
    str_fini(&before);
    str_fini(&after);
    cookie_jar_fini(&again);
}

static void load_file(struct span text)
{
    struct cookie_jar jar;
    struct state_report r;
    struct str told;
    cookie_jar_init(&jar, 1);
    str_init(&told);
    (void)cookie_file_load(&jar, STATE_HOME, text, NOW, &r);
    check_entries(&jar);
    gather_all(&jar, &told); /* binds what has no domain */
    check_reading_again(&jar);
    (void)cookie_file_load(&jar, STATE_MERGE, text, NOW, &r);
    check_entries(&jar);
    str_fini(&told);
    cookie_jar_fini(&jar);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct cookie_jar jar;
    load_file(span_of(data, len));
    cookie_jar_init(&jar, 1);
    while (in.len > 0) {
        const struct cookie_place *at = &INPUT_LINES_PICK(places, &in);
        struct cookie c;
        const uint8_t *end = in.len > 0 ? memchr(in.at, '\n', in.len) : NULL;
        size_t n = end ? (size_t)(end - in.at) : in.len;
        const char *why =
            cookie_jar_take(&jar, fuzz_input_take(&in, n), at, NOW, &c);
        assert(why || at->is_secure || !c.is_secure);
        (void)fuzz_input_u8(&in);
    }
    check_entries(&jar);
    check_sites(&jar);
    check_reading_again(&jar);
    cookie_jar_fini(&jar);
    return 0;
}
