/* The requests of AWS's own test suite for Signature Version 4, and those of its
 * documentation of S3. */
#include "http/aws_sigv4.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/aws_canonical.h"

#define UNRESERVED                                                             \
    "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

#define SECURITY_TOKEN                                                         \
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsK"  \
    "WHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeeh"  \
    "M4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q"  \
    "6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypN"  \
    "C9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

struct vector {
    const char *name;
    const char *method;
    const char *path;
    const char *query;
    const char *fields[6][2]; /* beside Host and X-Amz-Date */
    const char *body;
    const char *signature;
};

static const struct vector vectors[] = {
    {"get-vanilla",
     "GET",
     "/",
     NULL,
     {{NULL}},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-vanilla-query-order-key-case",
     "GET",
     "/",
     "Param2=value2&Param1=value1",
     {{NULL}},
     "",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"get-vanilla-empty-query-key",
     "GET",
     "/",
     "Param1=value1",
     {{NULL}},
     "",
     "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-query-unreserved",
     "GET",
     "/",
     UNRESERVED "=" UNRESERVED,
     {{NULL}},
     "",
     "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {"get-vanilla-utf8-query",
     "GET",
     "/",
     "\xe1\x88\xb4=bar",
     {{NULL}},
     "",
     "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
    {"get-unreserved",
     "GET",
     "/" UNRESERVED,
     NULL,
     {{NULL}},
     "",
     "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-utf8",
     "GET",
     "/\xe1\x88\xb4",
     NULL,
     {{NULL}},
     "",
     "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
    {"get-header-key-duplicate",
     "GET",
     "/",
     NULL,
     {{"My-Header1", "value2"},
      {"My-Header1", "value2"},
      {"My-Header1", "value1"}},
     "",
     "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"get-header-value-order",
     "GET",
     "/",
     NULL,
     {{"My-Header1", "value4"},
      {"My-Header1", "value1"},
      {"My-Header1", "value3"},
      {"My-Header1", "value2"}},
     "",
     "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
    {"get-header-value-trim",
     "GET",
     "/",
     NULL,
     {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
     "",
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
    {"post-vanilla",
     "POST",
     "/",
     NULL,
     {{NULL}},
     "",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"post-header-key-sort",
     "POST",
     "/",
     NULL,
     {{"My-Header1", "value1"}},
     "",
     "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-x-www-form-urlencoded",
     "POST",
     "/",
     NULL,
     {{"Content-Type", "application/x-www-form-urlencoded"}},
     "Param1=value1",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"get-vanilla-query-order-key",
     "GET",
     "/",
     "Param1=value2&Param1=Value1",
     {{NULL}},
     "",
     "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
    {"get-vanilla-query-order-value",
     "GET",
     "/",
     "Param1=value2&Param1=value1",
     {{NULL}},
     "",
     "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
    {"get-relative-relative",
     "GET",
     "/example1/example2/../..",
     NULL,
     {{NULL}},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-relative",
     "GET",
     "/example/..",
     NULL,
     {{NULL}},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-dot-slash",
     "GET",
     "/./",
     NULL,
     {{NULL}},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slash-pointless-dot",
     "GET",
     "/./example",
     NULL,
     {{NULL}},
     "",
     "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
    {"get-slash",
     "GET",
     "//",
     NULL,
     {{NULL}},
     "",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"get-slashes",
     "GET",
     "//example//",
     NULL,
     {{NULL}},
     "",
     "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
    {"get-space",
     "GET",
     "/example space/",
     NULL,
     {{NULL}},
     "",
     "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"post-header-value-case",
     "POST",
     "/",
     NULL,
     {{"My-Header1", "VALUE1"}},
     "",
     "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
    {"post-sts-header-before",
     "POST",
     "/",
     NULL,
     {{"X-Amz-Security-Token", SECURITY_TOKEN}},
     "",
     "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
    {"post-vanilla-query",
     "POST",
     "/",
     "Param1=value1",
     {{NULL}},
     "",
     "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    {"post-x-www-form-urlencoded-parameters",
     "POST",
     "/",
     NULL,
     {{"Content-Type", "application/x-www-form-urlencoded; charset=utf8"}},
     "Param1=value1",
     "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
};

static struct aws_sigv4 read_option(const char *text, const char *host)
{
    struct aws_sigv4 a;
    struct fault fault = {0};
    assert_true(aws_sigv4_read(&a, span_str(text), span_str(host), &fault));
    return a;
}

static bool is_refused(const char *text, const char *host, enum err code)
{
    struct aws_sigv4 a;
    struct fault fault = {0};
    return !aws_sigv4_read(&a, span_str(text), span_str(host), &fault) &&
           fault.code == code;
}

static void check(const struct vector *v)
{
    struct arena arena;
    struct fields fields;
    struct str value;
    struct str text;
    struct str names;
    char hash[65];
    struct aws_sigv4 a =
        read_option("aws:amz:us-east-1:service", "example.amazonaws.com");
    arena_init(&arena);
    fields_init(&fields, &arena);
    str_init(&value);
    str_init(&text);
    str_init(&names);
    fields_add(&fields, SPAN_LIT("Host"), SPAN_LIT("example.amazonaws.com"));
    for (size_t i = 0; i < 6 && v->fields[i][0]; i++)
        fields_add(&fields, span_str(v->fields[i][0]),
                   span_str(v->fields[i][1]));
    fields_add(&fields, aws_sigv4_date_name(&a, &arena),
               SPAN_LIT("20150830T123600Z"));
    aws_sigv4_hash(span_str(v->body), hash);
    const struct aws_sigv4_request r = {
        .user = SPAN_LIT("AKIDEXAMPLE"),
        .password = SPAN_LIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        .method = span_str(v->method),
        .path = span_str(v->path),
        .query = span_str(v->query),
        .fields = &fields,
        .body = span_str(hash),
        .time = SPAN_LIT("20150830T123600Z")};
    aws_sigv4_sign(&a, &r, &value);
    aws_canonical_add(&a, &r, &text, &names);
    if (!strstr(str_text(&value), v->signature))
        print_message("%s: %s\n%s\n", v->name, str_text(&value),
                      str_text(&text));
    assert_non_null(strstr(str_text(&value), v->signature));
    assert_non_null(strstr(str_text(&value),
                           "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/"
                           "us-east-1/service/aws4_request, SignedHeaders="));
    str_fini(&value);
    str_fini(&text);
    str_fini(&names);
    arena_fini(&arena);
}

static void the_suites_requests_are_signed_as_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        check(&vectors[i]);
}

static void sign_s3(const char *method, const char *path, const char *query,
                    const char *const (*given)[2], const char *hash,
                    const char *signature)
{
    struct arena arena;
    struct fields fields;
    struct str value;
    struct aws_sigv4 a =
        read_option("aws:amz:us-east-1:s3", "examplebucket.s3.amazonaws.com");
    arena_init(&arena);
    fields_init(&fields, &arena);
    str_init(&value);
    fields_add(&fields, SPAN_LIT("Host"),
               SPAN_LIT("examplebucket.s3.amazonaws.com"));
    for (; (*given)[0]; given++)
        fields_add(&fields, span_str((*given)[0]), span_str((*given)[1]));
    fields_add(&fields, aws_sigv4_hash_name(&a, &arena), span_str(hash));
    fields_add(&fields, SPAN_LIT("x-amz-date"), SPAN_LIT("20130524T000000Z"));
    const struct aws_sigv4_request r = {
        .user = SPAN_LIT("AKIAIOSFODNN7EXAMPLE"),
        .password = SPAN_LIT("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        .method = span_str(method),
        .path = span_str(path),
        .query = span_str(query),
        .fields = &fields,
        .body = span_str(hash),
        .time = SPAN_LIT("20130524T000000Z")};
    aws_sigv4_sign(&a, &r, &value);
    assert_non_null(strstr(str_text(&value), signature));
    str_fini(&value);
    arena_fini(&arena);
}

static void s3_takes_the_path_as_it_is(void **state)
{
    (void)state;
    static const char empty[] =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    static const char *const none[][2] = {{NULL}};
    static const char *const range[][2] = {{"Range", "bytes=0-9"}, {NULL}};
    static const char *const put[][2] = {
        {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
        {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
        {NULL}};
    sign_s3("GET", "/test.txt", NULL, range, empty,
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    sign_s3("PUT", "/test%24file.text", NULL, put,
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    sign_s3("GET", "/", "lifecycle", none, empty,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    sign_s3("GET", "/", "max-keys=2&prefix=J", none, empty,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

static void the_host_says_what_the_option_does_not(void **state)
{
    (void)state;
    struct aws_sigv4 a = read_option("", "svc.reg.example.com");
    assert_true(span_equal(a.provider, SPAN_LIT("aws")));
    assert_true(span_equal(a.field_provider, SPAN_LIT("amz")));
    assert_true(span_equal(a.service, SPAN_LIT("svc")));
    assert_true(span_equal(a.region, SPAN_LIT("reg")));
    a = read_option("goog", "svc.reg.example.com");
    assert_true(span_equal(a.field_provider, SPAN_LIT("goog")));
    a = read_option("osc:x:r", "svc.reg.example.com");
    assert_true(span_equal(a.region, SPAN_LIT("r")));
    assert_true(span_equal(a.service, SPAN_LIT("svc")));
    assert_true(is_refused("aws:amz", "localhost", ERR_BAD_URL));
    assert_true(is_refused("aws:amz", "a.b", ERR_BAD_URL));
    assert_true(is_refused(":amz", "a.b.c", ERR_USAGE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_suites_requests_are_signed_as_it_says),
        cmocka_unit_test(s3_takes_the_path_as_it_is),
        cmocka_unit_test(the_host_says_what_the_option_does_not),
    };
    return cmocka_run_group_tests_name("http/aws_sigv4", tests, NULL, NULL);
}
