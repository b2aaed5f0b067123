/* HTTP archives as requests of a batch. */
#include "feed_har.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/feed_rig.h"

static struct entry *open_request(struct feed_rig *r, const char *request)
{
    static const struct feed_options o = {.format = FEED_HAR};
    char text[1000];
    int n = snprintf(text, sizeof(text),
                     "{\"log\":{\"version\":\"1.2\",\"entries\":[\n"
                     "{\"time\":1.5,\"request\":%s}]}}",
                     request);

    feed_rig_open(r, text, (size_t)n, &o);
    return feed_rig_next(r);
}

static void a_request_is_sent_as_it_was(void **state)
{
    struct feed_rig r;
    struct entry *e = open_request(
        &r, "{\"method\":\"GET\",\"url\":\"https://a/x?y\",\"headers\":["
            "{\"name\":\":authority\",\"value\":\"a\"},"
            "{\"name\":\"Host\",\"value\":\"a\"},"
            "{\"name\":\"Connection\",\"value\":\"close\"},"
            "{\"name\":\"content-length\",\"value\":\"7\"},"
            "{\"name\":\"TE\",\"value\":\"trailers\"},"
            "{\"name\":\"User-Agent\",\"value\":\"me\"},"
            "{\"name\":\"x\",\"value\":\"\"}]}");

    (void)state;
    assert_string_equal(e->message, "");
    assert_string_equal(e->request.method, "GET");
    assert_string_equal(e->request.url, "https://a/x?y");
    assert_int_equal(e->request.nheaders, 2);
    assert_string_equal(e->request.headers[0], "User-Agent: me");
    assert_string_equal(e->request.headers[1], "x;");
    assert_int_equal(e->request.body.kind, QV_BODY_NONE);
    assert_string_equal(e->id, "1");
    assert_null(feed_rig_next(&r));
    feed_rig_close(&r);
    assert_string_equal(e->request.url, "https://a/x?y"); /* its own */
    entry_free(e);
}

static const struct {
    const char *data;
    const char *body; /* or the message */
    size_t len;
    const char *type;
} posts[] = {
    {"{\"mimeType\":\"text/x\",\"text\":\"a\\u0000b\"}", "a\0b", 3,
     "Content-Type: text/x"},
    {"{\"mimeType\":\"\",\"text\":\"YQ==\",\"encoding\":\"base64\"}", "a", 1,
     NULL},
    {"{\"mimeType\":\"application/x-www-form-urlencoded\",\"text\":\"\","
     "\"params\":[{\"name\":\"a b\",\"value\":\"c&\"},{\"name\":\"d\"}]}",
     "a+b=c%26&d=", 11, "Content-Type: application/x-www-form-urlencoded"},
    {"{\"mimeType\":\"a/b\",\"text\":\"!\",\"encoding\":\"base64\"}",
     "entry 1: postData: not base64", 0, NULL},
    {"{\"mimeType\":\"multipart/form-data\",\"params\":[]}",
     "entry 1: postData: the text of the multipart body is missing", 0, NULL},
    {"{\"mimeType\":\"a/b\\r\\nx: y\",\"text\":\"a\"}",
     "entry 1: postData: the type has a line break", 0, NULL},
    {"{\"params\":[{}]}", "entry 1: postData: a parameter has no name", 0,
     NULL},
};

static void bodies_are_text_or_parameters(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(posts) / sizeof(*posts); i++) {
        struct feed_rig r;
        struct entry *e;
        char request[500];

        (void)snprintf(request, sizeof(request),
                       "{\"method\":\"POST\",\"url\":\"a\",\"postData\":%s}",
                       posts[i].data);
        e = open_request(&r, request);
        if (!posts[i].len) {
            assert_string_equal(e->message, posts[i].body);
        } else {
            assert_string_equal(e->message, "");
            assert_int_equal(e->request.body.len, posts[i].len);
            assert_memory_equal(e->request.body.bytes, posts[i].body,
                                posts[i].len);
        }
        if (posts[i].type)
            assert_string_equal(e->request.headers[0], posts[i].type);
        entry_free(e);
        feed_rig_close(&r);
    }
}

static void bad_entries_do_not_end_the_archive(void **state)
{
    static const char har[] =
        "{\"log\":{\"entries\":[1,{},{\"request\":{\"url\":1}},"
        "{\"request\":{\"url\":\"a\",\"method\":\"G T\"}},"
        "{\"request\":{\"url\":\"a\",\"method\":\"GET\",\"headers\":["
        "{\"name\":\"a\",\"value\":\"b\\nc\"}]}},"
        "{\"request\":{\"url\":\"a\",\"method\":\"GET\"}}]}}";
    struct feed_rig r;
    struct entry *e;
    unsigned nbad = 0;
    unsigned n = 0;

    (void)state;
    feed_rig_open(&r, har, strlen(har), NULL);
    while ((e = feed_rig_next(&r))) {
        nbad += e->status == 2;
        assert_int_equal(e->line, ++n);
        entry_free(e);
    }
    assert_int_equal(n, 6);
    assert_int_equal(nbad, 5);
    feed_rig_close(&r);
}

static void what_is_no_archive_cannot_be_read(void **state)
{
    static const char *const texts[] = {"", "{\"log\":", "{\"log\":{}}",
                                        "{\"log\":{\"entries\":{}}}", "[]"};
    struct feed_options o = {.format = FEED_HAR};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct feed_rig r;
        struct entry *e;

        feed_rig_open(&r, texts[i], strlen(texts[i]), &o);
        assert_int_equal(feed_next(r.feed, &e, &r.error), FEED_FAILED);
        assert_int_equal(r.error.status, 2);
        assert_non_null(strstr(r.error.text, "is no HAR: "));
        assert_int_equal(feed_next(r.feed, &e, &r.error), FEED_END);
        feed_rig_close(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_sent_as_it_was),
        cmocka_unit_test(bodies_are_text_or_parameters),
        cmocka_unit_test(bad_entries_do_not_end_the_archive),
        cmocka_unit_test(what_is_no_archive_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
