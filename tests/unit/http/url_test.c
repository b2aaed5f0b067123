#include "http/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/xalloc.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void check_text(struct span got, const char *want, const char *of)
{
    if (!span_equal(got, span_str(want)))
        fail_msg("%s: got %.*s, want %s", of, SPAN_ARG(got), want);
}

/* What a text becomes, with user and fragment; ws and wss are allowed. */
static void test_good_urls(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        const char *out;
    } table[] = {
        {"https://example.com", "https://example.com/"},
        {"HTTPS://EXAMPLE.com:443/A", "https://example.com/A"},
        {"https://example.com:8443/", "https://example.com:8443/"},
        {"http://example.com:443", "http://example.com:443/"},
        {"https://example.com:00443/", "https://example.com/"},
        {"https://example.com:/x", "https://example.com/x"},
        {"https:/example.com/x", "https://example.com/x"},
        {"https:///example.com/x", "https://example.com/x"},
        {"wss://example.com/chat", "wss://example.com/chat"},
        {"ws://example.com/", "ws://example.com/"},
        /* scheme guess */
        {"example.com", "https://example.com/"},
        {"example.com:8080/x?y#z", "https://example.com:8080/x?y#z"},
        {"batch", "https://batch/"},
        {"localhost:8080/x", "http://localhost:8080/x"},
        {"LocalHost", "http://localhost/"},
        {"a.localhost", "http://a.localhost/"},
        {"localhost.", "http://localhost./"},
        {"notlocalhost", "https://notlocalhost/"},
        {"127.0.0.1:443", "http://127.0.0.1:443/"},
        {"[::1]:80", "http://[::1]/"},
        {"user:pw@example.com", "https://user:pw@example.com/"},
        /* host forms */
        {"http://0x7f.1/", "http://127.0.0.1/"},
        {"http://127.1", "http://127.0.0.1/"},
        {"http://2130706433", "http://127.0.0.1/"},
        {"http://017700000001", "http://127.0.0.1/"},
        {"http://0xffffffff", "http://255.255.255.255/"},
        {"http://1.2.3.4.", "http://1.2.3.4/"},
        {"http://1.2.3", "http://1.2.0.3/"},
        {"http://08.1", "http://08.1/"},
        {"http://0x.example", "http://0x.example/"},
        {"http://ex%61mple.com", "http://example.com/"},
        {"http://under_score.example", "http://under_score.example/"},
        {"http://b\xc3\xbc"
         "cher.example/",
         "http://xn--bcher-kva.example/"},
        {"http://b%C3%BCcher.example/", "http://xn--bcher-kva.example/"},
        {"http://fa\xc3\x9f.de/", "http://xn--fa-hia.de/"},
        /* symbols: UTS 46 alone, label by label */
        {"http://\xe2\x98\x83.example/", "http://xn--n3h.example/"},
        {"http://%E2%98%83.example/", "http://xn--n3h.example/"},
        {"http://XN--N3H.example/", "http://xn--n3h.example/"},
        {"http://www.\xf0\x9f\x92\xa9.la./", "http://www.xn--ls8h.la./"},
        {"http://i\xe2\x9d\xa4.ws/", "http://xn--i-7iq.ws/"},
        {"http://\xe2\x99\xa5\xef\xb8\x8f.example/", "http://xn--g6h.example/"},
        {"http://xn--n3h.b\xc3\xbc"
         "cher.example/",
         "http://xn--n3h.xn--bcher-kva.example/"},
        {"http://\xe2\x98\x83\xe3\x80\x82"
         "fa\xc3\x9f\xef\xbc\x8e"
         "de\xef\xbd\xa1/",
         "http://xn--n3h.xn--fa-hia.de./"},
        {"http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.1/", "http://127.0.0.1/"},
        {"http://example\xe3\x80\x82"
         "com/",
         "http://example.com/"},
        {"http://[2001:DB8:0:0:0:0:0:1]/", "http://[2001:db8::1]/"},
        {"http://[::ffff:1.2.3.4]:81/", "http://[::ffff:102:304]:81/"},
        {"http://[fe80::1%25eth0]/", "http://[fe80::1%25eth0]/"},
        {"http://[fe80::1%eth0]/", "http://[fe80::1%25eth0]/"},
        /* path */
        {"http://h.example/a/./b/../c", "http://h.example/a/c"},
        {"http://h.example/../../x", "http://h.example/x"},
        {"http://h.example/a/..", "http://h.example/"},
        {"http://h.example/a/.", "http://h.example/a/"},
        {"http://h.example/a/%2e%2E/b", "http://h.example/b"},
        {"http://h.example/a/.%2e/b", "http://h.example/b"},
        {"http://h.example/a/.../b", "http://h.example/a/.../b"},
        {"http://h.example/a//../b", "http://h.example/a/b"},
        {"http://h.example/%00%2f", "http://h.example/%00%2f"},
        {"http://h.example/\xc3\xa9?\xc3\xa9",
         "http://h.example/%C3%A9?%C3%A9"},
        {"http://h.example?q=../x", "http://h.example/?q=../x"},
        {"http://h.example#f?g", "http://h.example/#f?g"},
        {"http://h.example/?", "http://h.example/?"},
        {"http://h.example/a\\b", "http://h.example/a\\b"},
        {"http://h.example/a@b:c", "http://h.example/a@b:c"},
        /* userinfo */
        {"http://us%40er:p%3aw@h.example/", "http://us%40er:p%3Aw@h.example/"},
        {"http://u@h.example/", "http://u@h.example/"},
        {"http://u:@h.example/", "http://u:@h.example/"},
        {"http://@h.example/", "http://@h.example/"},
        {"http://u:a:b@h.example/", "http://u:a%3Ab@h.example/"},
    };
    const struct url_options o = {.websocket = true};
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena arena;
        struct url u;
        struct fault fault = {.code = ERR_NONE};
        arena_init(&arena);
        if (!url_parse(&u, span_str(table[i].in), &o, &arena, &fault))
            fail_msg("%s: %s", table[i].in, fault.detail);
        check_text(url_text(&u, URL_TEXT_USER | URL_TEXT_FRAGMENT, &arena),
                   table[i].out, table[i].in);
        arena_fini(&arena);
    }
}

/* S-10: what is refused, and that the text says what and where. */
static void test_bad_urls(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        enum err code;
        const char *detail; /* a part of it */
    } table[] = {
        {"", ERR_BAD_URL, "no host"},
        {"http://", ERR_BAD_URL, "no host"},
        {"http:///", ERR_BAD_URL, "no host"},
        {"http://:80/", ERR_BAD_URL, "no host"},
        {"http://u:p@/x", ERR_BAD_URL, "no host"},
        {"http:////h.example/", ERR_BAD_URL, "too many slashes"},
        {"ftp://h.example/", ERR_PROTOCOL_UNSUPPORTED, "\"ftp\""},
        {"file:///etc/passwd", ERR_PROTOCOL_UNSUPPORTED, "\"file\""},
        {"ws://h.example/", ERR_PROTOCOL_UNSUPPORTED, "\"ws\""},
        {"http://h.example/a b", ERR_BAD_URL, "space (0x20) at byte 18"},
        {" http://h.example/", ERR_BAD_URL, "at byte 0"},
        {"http://h.example/\r\nX: y", ERR_BAD_URL, "control byte (0x0d)"},
        {"http://h.example/\n", ERR_BAD_URL, "control byte (0x0a)"},
        {"http://h.ex\tample/", ERR_BAD_URL, "control byte (0x09)"},
        {"http://h.example/\x7f", ERR_BAD_URL, "control byte (0x7f)"},
        {"http://h.example\\@evil.example/", ERR_BAD_URL, "backslash"},
        {"http://h.example\\evil", ERR_BAD_URL, "backslash"},
        {"http://a%2fb.example/", ERR_BAD_URL, "byte 0x2f in host"},
        {"http://a%00b.example/", ERR_BAD_URL, "byte 0x00 in host"},
        {"http://a%0d%0ab.example/", ERR_BAD_URL, "byte 0x0d in host"},
        {"http://a%40b.example/", ERR_BAD_URL, "byte 0x40 in host"},
        {"http://a%23b.example/", ERR_BAD_URL, "byte 0x23 in host"},
        {"http://a%zzb.example/", ERR_BAD_URL, "byte 0x25 in host"},
        {"http://a\xef\xbc\x8f"
         "b.example/",
         ERR_BAD_URL, "in host"},
        {"http://a;b.example/", ERR_BAD_URL, "byte 0x3b in host"},
        {"http://a..b/", ERR_BAD_URL, "empty label"},
        {"http://.a/", ERR_BAD_URL, "empty label"},
        {"http://./", ERR_BAD_URL, "empty label"},
        {"http://\xc2\xad/", ERR_BAD_URL, "host"},
        {"http://\xff\xfe/", ERR_BAD_URL, "in host"},
        {"http://xn--\xc3\xa9.example/", ERR_BAD_URL, "in host"},
        /* a label that some read as another host */
        {"http://\xe2\x98\x83\xc3\x9f.example/", ERR_BAD_URL, "in host"},
        {"http://\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb.example/",
         ERR_BAD_URL, "in host"},
        {"http://\xe2\x98\x83..example/", ERR_BAD_URL, "empty label"},
        {"http://\xe2\x98\x83%2f.example/", ERR_BAD_URL, "in host"},
        {"http://\xe2\x98\x83\xef\xbc\x8f.example/", ERR_BAD_URL, "in host"},
        {"http://-\xe2\x98\x83.example/", ERR_BAD_URL, "in host"},
        {"http://xn--\xe2\x98\x83.example/", ERR_BAD_URL, "in host"},
        {"http://\xe2\x98\x83\xff.example/", ERR_BAD_URL, "in host"},
        {"http://\xcd\xb8.example/", ERR_BAD_URL, "in host"},
        {"http://a@b@h.example/", ERR_BAD_URL, "more than one '@'"},
        {"http://u:p%0a@h.example/", ERR_BAD_URL, "the password"},
        {"http://u%00:p@h.example/", ERR_BAD_URL, "the user name"},
        {"http://h.example:65536/", ERR_BAD_URL, "port number \"65536\""},
        {"http://h.example:0/", ERR_BAD_URL, "port number \"0\""},
        {"http://h.example:8o/", ERR_BAD_URL, "port number \"8o\""},
        {"http://h.example:-1/", ERR_BAD_URL, "port number \"-1\""},
        {"http://h.example:18446744073709551617/", ERR_BAD_URL, "port"},
        {"http://h.example:80:81/", ERR_BAD_URL, "port number \"80:81\""},
        {"http://256.1.1.1/", ERR_BAD_URL, "bad IPv4"},
        {"http://1.2.3.256/", ERR_BAD_URL, "bad IPv4"},
        {"http://1.2.3.4.5/", ERR_BAD_URL, "bad IPv4"},
        {"http://4294967296/", ERR_BAD_URL, "bad IPv4"},
        {"http://99999999999999999999/", ERR_BAD_URL, "bad IPv4"},
        {"http://[::1/", ERR_BAD_URL, "closing bracket"},
        {"http://[", ERR_BAD_URL, "closing bracket"},
        {"http://[]/", ERR_BAD_URL, "bad IPv6"},
        {"http://[::1]x/", ERR_BAD_URL, "junk after"},
        {"http://[::1]:x/", ERR_BAD_URL, "port number"},
        {"http://[1.2.3.4]/", ERR_BAD_URL, "bad IPv6"},
        {"http://[::1%]/", ERR_BAD_URL, "bad zone"},
        {"http://[::1%eth0/x]/", ERR_BAD_URL, "closing bracket"},
        {"http://[::1%a%2fb]/", ERR_BAD_URL, "bad zone"},
        {"http://[::1%abcdefghijklmnop]/", ERR_BAD_URL, "bad zone"},
        {"http://::1/", ERR_BAD_URL, "no host"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena arena;
        struct url u;
        struct fault fault = {.code = ERR_NONE};
        arena_init(&arena);
        if (url_parse(&u, span_str(table[i].in), NULL, &arena, &fault))
            fail_msg("%s was accepted", table[i].in);
        if (fault.code != table[i].code ||
            !strstr(fault.detail, table[i].detail))
            fail_msg("%s: %s: %s", table[i].in, err_name(fault.code),
                     fault.detail);
        arena_fini(&arena);
    }
}

/* Passwords with a byte that ends the authority, and what is taken for a host
 * or a port then. */
static void test_no_fault_shows_userinfo(void **state)
{
    static const char *const table[] = {
        "http://u:SECRET/x@h.example/", "http://u:SECRET?x@h.example/",
        "http://u:SECRET#x@h.example/", "http://u:x/SECRET@h.example/",
        "http://SEC^RET/x@h.example/",  "http://u:x@SECRET:y",
        "http://u:x@SEC^RET/",          "http://u:x@y:SECRET",
        "u:SECRET/x@h.example",         "u:x@SECRET:y",
        "SECRET://u:x@h.example",       "http://u:SECRET x@h.example/",
        "http://u:x@SECRET@h.example/", "http://u:SEC\\RET@h.example/",
        "http://u:SECRET@[::1/",        "http://SECRET:99999/x@h.example/",
        "http://u:SE\"CRET/SECRET@h/",
    };
    (void)state;
    struct arena arena;
    struct url base;
    struct fault fault = {.code = ERR_NONE};
    arena_init(&arena);
    assert_true(
        url_parse(&base, SPAN_LIT("http://a.example/"), NULL, &arena, &fault));
    for (size_t i = 0; i < COUNT(table); i++) {
        struct url u;
        assert_false(url_parse(&u, span_str(table[i]), NULL, &arena, &fault));
        if (strstr(fault.detail, "SEC") || strstr(fault.detail, "RET") ||
            u.host.text.len > 0)
            fail_msg("%s: %s", table[i], fault.detail);
        if (strncmp(table[i], "http:", 5) != 0)
            continue;
        assert_false(
            url_resolve(&u, &base, span_str(table[i]), NULL, &arena, &fault));
        if (strstr(fault.detail, "SEC") || u.host.text.len > 0)
            fail_msg("redirect to %s: %s", table[i], fault.detail);
    }
    arena_fini(&arena);
}

static void test_long_urls(void **state)
{
    (void)state;
    const size_t len = URL_MAX_LEN + 1;
    char *text = xalloc_bytes(len);
    struct arena arena;
    struct url u;
    struct fault fault;
    memset(text, 'a', len);
    memcpy(text, "http://h.example/", 17);
    arena_init(&arena);
    assert_false(url_parse(&u, span_of(text, len), NULL, &arena, &fault));
    assert_int_equal(fault.code, ERR_BAD_URL);
    assert_true(url_parse(&u, span_of(text, len - 1), NULL, &arena, &fault));
    assert_int_equal(u.path.len, len - 1 - 16);
    memset(text + 7, 'a', len - 7);
    assert_false(url_parse(&u, span_of(text, len - 1), NULL, &arena, &fault));
    assert_non_null(strstr(fault.detail, "host name of"));
    assert_false(url_parse(&u, span_of(text, 7 + 256), NULL, &arena, &fault));
    assert_true(url_parse(&u, span_of(text, 7 + 255), NULL, &arena, &fault));
    arena_fini(&arena);
    free(text);
}

static void test_nul_in_url(void **state)
{
    (void)state;
    struct arena arena;
    struct url u;
    struct fault fault;
    arena_init(&arena);
    assert_false(
        url_parse(&u, SPAN_LIT("http://h.example/\0x"), NULL, &arena, &fault));
    assert_non_null(strstr(fault.detail, "0x00"));
    arena_fini(&arena);
}

static void test_options(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        struct url_options o;
        const char *out;
    } table[] = {
        {"h.example", {.default_scheme = "http"}, "http://h.example/"},
        {"localhost", {.default_scheme = "https"}, "https://localhost/"},
        {"h.example:443", {.default_scheme = "http"}, "http://h.example:443/"},
        {"http://h.example/a/../b",
         {.path_as_is = true},
         "http://h.example/a/../b"},
        {"http://h.example", {.path_as_is = true}, "http://h.example/"},
        {"http://h.example/a b?c d#e f",
         {.allow_spaces = true},
         "http://h.example/a%20b?c+d#e%20f"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena arena;
        struct url u;
        struct fault fault;
        arena_init(&arena);
        if (!url_parse(&u, span_str(table[i].in), &table[i].o, &arena, &fault))
            fail_msg("%s: %s", table[i].in, fault.detail);
        check_text(url_text(&u, URL_TEXT_FRAGMENT, &arena), table[i].out,
                   table[i].in);
        arena_fini(&arena);
    }
    struct arena arena;
    struct url u;
    struct fault fault;
    arena_init(&arena);
    assert_false(url_parse(&u, SPAN_LIT("h.example"),
                           &(struct url_options){.default_scheme = "ftp"},
                           &arena, &fault));
    assert_int_equal(fault.code, ERR_PROTOCOL_UNSUPPORTED);
    arena_fini(&arena);
}

static void test_parts(void **state)
{
    (void)state;
    struct arena arena;
    struct url u;
    struct fault fault;
    arena_init(&arena);
    assert_true(url_parse(
        &u, SPAN_LIT("https://us%40er:p%3aw@[fe80::1%25eth0]:8443/a?b#c"), NULL,
        &arena, &fault));
    check_text(u.scheme->name, "https", "scheme");
    check_text(u.user, "us@er", "user");
    check_text(u.password, "p:w", "password");
    check_text(u.host.text, "fe80::1", "host");
    check_text(u.host.zone, "eth0", "zone");
    assert_int_equal(u.host.kind, URL_HOST_IPV6);
    assert_int_equal(u.port, 8443);
    assert_true(u.has_port);
    check_text(u.path, "/a", "path");
    check_text(u.query, "b", "query");
    check_text(u.fragment, "c", "fragment");
    check_text(url_authority(&u, &arena), "[fe80::1]:8443", "authority");
    check_text(url_target(&u, &arena), "/a?b", "target");
    check_text(url_address(&u, &arena), "fe80::1%eth0", "address");
    check_text(url_text(&u, 0, &arena), "https://[fe80::1]:8443/a?b", "text");
    check_text(url_text(&u, URL_TEXT_USER | URL_TEXT_FRAGMENT, &arena),
               "https://us%40er:p%3Aw@[fe80::1%25eth0]:8443/a?b#c", "all");
    assert_true(u.scheme->is_secure);

    struct url v;
    assert_true(url_parse(&v, SPAN_LIT("http://10.1/"), NULL, &arena, &fault));
    assert_int_equal(v.host.kind, URL_HOST_IPV4);
    check_text(url_address(&v, &arena), "10.0.0.1", "address");
    assert_null(v.user.base);
    assert_null(v.query.base);
    assert_false(v.has_port);
    assert_int_equal(v.port, 80);
    assert_false(v.scheme->is_secure);
    arena_fini(&arena);
}

static void test_same_origin(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        bool same;
    } table[] = {
        {"https://h.example", "https://H.example:443/x", true},
        {"http://h.example", "https://h.example", false},
        {"http://h.example", "http://h.example:81", false},
        {"http://h.example", "http://g.example", false},
        {"http://h.example", "http://h.example.", false},
        {"http://127.1", "http://127.0.0.1", true},
        {"http://[::1%25a]", "http://[::1%25b]", false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena arena;
        struct url a;
        struct url b;
        struct fault fault;
        arena_init(&arena);
        assert_true(url_parse(&a, span_str(table[i].a), NULL, &arena, &fault));
        assert_true(url_parse(&b, span_str(table[i].b), NULL, &arena, &fault));
        assert_int_equal(url_is_same_origin(&a, &b), table[i].same);
        arena_fini(&arena);
    }
}

/* RFC 3986 5.4, with an http base, and what Locations look like. */
static void test_resolve(void **state)
{
    (void)state;
    static const struct {
        const char *reference;
        const char *out;
    } table[] = {
        {"g", "http://u@a.example/b/c/g"},
        {"./g", "http://u@a.example/b/c/g"},
        {"g/", "http://u@a.example/b/c/g/"},
        {"/g", "http://u@a.example/g"},
        {"//g", "http://g/"},
        {"?y", "http://u@a.example/b/c/d;p?y"},
        {"g?y", "http://u@a.example/b/c/g?y"},
        {"#s", "http://u@a.example/b/c/d;p?q#s"},
        {"g#s", "http://u@a.example/b/c/g#s"},
        {"g?y#s", "http://u@a.example/b/c/g?y#s"},
        {";x", "http://u@a.example/b/c/;x"},
        {"g;x", "http://u@a.example/b/c/g;x"},
        {"", "http://u@a.example/b/c/d;p?q"},
        {".", "http://u@a.example/b/c/"},
        {"./", "http://u@a.example/b/c/"},
        {"..", "http://u@a.example/b/"},
        {"../", "http://u@a.example/b/"},
        {"../g", "http://u@a.example/b/g"},
        {"../..", "http://u@a.example/"},
        {"../../g", "http://u@a.example/g"},
        {"../../../g", "http://u@a.example/g"},
        {"../../../../g", "http://u@a.example/g"},
        {"/./g", "http://u@a.example/g"},
        {"/../g", "http://u@a.example/g"},
        {"g.", "http://u@a.example/b/c/g."},
        {"..g", "http://u@a.example/b/c/..g"},
        {"./../g", "http://u@a.example/b/g"},
        {"g/./h", "http://u@a.example/b/c/g/h"},
        {"g?y/../x", "http://u@a.example/b/c/g?y/../x"},
        {"#s?t", "http://u@a.example/b/c/d;p?q#s?t"},
        {"https://h.example/x", "https://h.example/x"},
        {"https:/h.example/x", "https://h.example/x"},
        {"HTTP://h.example:8080", "http://h.example:8080/"},
        {"//h.example:8080/x", "http://h.example:8080/x"},
        {"/a b?c d", "http://u@a.example/a%20b?c+d"},
        {"h.example/x", "http://u@a.example/b/c/h.example/x"},
        {"/\xc3\xa9", "http://u@a.example/%C3%A9"},
    };
    const struct url_options o = {.allow_spaces = true};
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena arena;
        struct url u;
        struct fault fault = {.code = ERR_NONE};
        arena_init(&arena);
        assert_true(url_parse(&u, SPAN_LIT("http://u@a.example/b/c/d;p?q#f"),
                              NULL, &arena, &fault));
        if (!url_resolve(&u, &u, span_str(table[i].reference), &o, &arena,
                         &fault))
            fail_msg("%s: %s", table[i].reference, fault.detail);
        check_text(url_text(&u, URL_TEXT_USER | URL_TEXT_FRAGMENT, &arena),
                   table[i].out, table[i].reference);
        arena_fini(&arena);
    }
}

static void test_bad_references(void **state)
{
    (void)state;
    static const struct {
        const char *reference;
        enum err code;
    } table[] = {
        {"gopher://h.example/", ERR_PROTOCOL_UNSUPPORTED},
        {"file:///etc/passwd", ERR_PROTOCOL_UNSUPPORTED},
        {"mailto:me", ERR_PROTOCOL_UNSUPPORTED},
        {"javascript:alert(1)", ERR_PROTOCOL_UNSUPPORTED},
        {"http:g", ERR_BAD_URL},
        {"//", ERR_BAD_URL},
        {"//h.example:x/", ERR_BAD_URL},
        {"//a@b@c/", ERR_BAD_URL},
        {"/x\r\nSet-Cookie: a", ERR_BAD_URL},
        {"/x\ty", ERR_BAD_URL},
        {"/a b", ERR_BAD_URL},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena arena;
        struct url base;
        struct url u;
        struct fault fault;
        arena_init(&arena);
        assert_true(url_parse(&base, SPAN_LIT("http://a.example/"), NULL,
                              &arena, &fault));
        if (url_resolve(&u, &base, span_str(table[i].reference), NULL, &arena,
                        &fault))
            fail_msg("%s was accepted", table[i].reference);
        assert_int_equal(fault.code, table[i].code);
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_urls),
        cmocka_unit_test(test_bad_urls),
        cmocka_unit_test(test_no_fault_shows_userinfo),
        cmocka_unit_test(test_long_urls),
        cmocka_unit_test(test_nul_in_url),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_same_origin),
        cmocka_unit_test(test_resolve),
        cmocka_unit_test(test_bad_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
