#include "record/writeout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/record.h"
#include "record/variables.h"

/* The engine's part, as far as -w needs it. */
bool qv_url_parse(struct qv_url *u, const char *text,
                  const char *default_scheme, struct qv_error *error)
{
    (void)text;
    (void)default_scheme;
    (void)error;
    *u = (struct qv_url){.scheme = "http",
                         .user = "me",
                         .password = "word",
                         .host = "h",
                         .port = 8080,
                         .path = "/p",
                         .query = "q=1",
                         .fragment = ""};
    return true;
}

void qv_url_free(struct qv_url *u)
{
    (void)u;
}

static const struct qv_field fields[] = {
    {"Content-Type", "text/plain"},
    {"Set-Cookie", "a=secret"},
    {"X-Odd", "\"q\"\x01\xff\\"},
    {"set-cookie", "b=secret"},
};

static const struct qv_result good = {
    .url = "http://me:word@h/p",
    .url_effective = "http://h/p",
    .method = "GET",
    .scheme = "http",
    .http_version = "1.1",
    .response_code = 200,
    .content_type = "text/plain",
    .redirect_url = "",
    .referer = "",
    .remote_ip = "127.0.0.1",
    .local_ip = "127.0.0.1",
    .remote_port = 80,
    .local_port = 12345,
    .num_headers = 4,
    .size_download = 1024,
    .speed_download = 5000.7,
    .time_namelookup = 0.001,
    .time_connect = 0.0025,
    .time_appconnect = -1,
    .time_total = 1.25,
    .tls_version = "",
    .tls_cipher = "",
    .tls_group = "",
    .alpn = "",
    .quic_version = "",
    .proxy = {.url = "", .why = "", .http_version = "0"},
    .tls_verify = "",
    .early_data = "none",
    .fields = fields,
    .nfields = 4,
};

static struct writeout_facts facts_of(const struct qv_result *r, int status)
{
    return (struct writeout_facts){
        .result = r,
        .status = status,
        .message = status ? "timed out" : "",
        .error_name = "timeout",
        .error_class = "transient",
        .number = 2,
        .urlnum = 2,
        .started = {1795230000, 123456789},
    };
}

static void check(const char *format, int status, const char *expected)
{
    struct writeout_facts f = facts_of(&good, status);
    struct str out = {0};
    writeout_render(format, &f, &out);
    assert_string_equal(out.base ? out.base : "", expected);
    str_fini(&out);
}

static void test_numbers_look_as_curls(void **state)
{
    (void)state;
    check("%{http_code} %{response_code}", 0, "200 200");
    check("%{time_total} %{time_connect} %{time_appconnect}", 0,
          "1.250000 0.002500 0.000000");
    check("%{speed_download} %{size_download}", 0, "5001 1024");
    check("%{http_version} %{remote_ip}:%{remote_port}", 0, "1.1 127.0.0.1:80");
    check("%{exitcode} %{errormsg}|", 0, "0 |");
    check("%{exitcode} %{errormsg}|", 28, "28 timed out|");
    check("%{urlnum} %{num_certs} %{http_connect}", 0, "2 0 000");
}

static void test_a_channel_has_numbers_of_its_own(void **state)
{
    static const char format[] =
        "%{channel_messages_in} %{channel_messages_out} %{channel_bytes_in} "
        "%{channel_bytes_out} %{channel_drops} %{channel_lost} %{channel_rtt} "
        "%{channel_time_open} %{close_code} %{close_reason}|";
    struct qv_channel_result channel = {
        .has_code = true,
        .code = 4001,
        .reason = "bye",
        .time_open = 0.25,
        .stats = {.messages_in = 1,
                  .messages_out = 2,
                  .bytes_in = 3,
                  .bytes_out = 4,
                  .datagrams_dropped = 5,
                  .datagrams_lost = 6,
                  .rtt = 1500000},
    };
    struct writeout_facts f = facts_of(&good, 0);
    struct str out = {0};
    (void)state;
    check(format, 0, "0 0 0 0 0 0 0.000000 0.000000  |");
    f.channel = &channel;
    writeout_render(format, &f, &out);
    assert_string_equal(out.base, "1 2 3 4 5 6 0.001500 0.250000 4001 bye|");
    str_fini(&out);
}

static void test_escapes_and_literals(void **state)
{
    (void)state;
    check("a\\nb\\tc\\rd\\\\x", 0, "a\nb\tc\rd\\\\x");
    check("100%% %x %{", 0, "100% %x %{");
    check("trailing\\", 0, "trailing\\");
    check("trailing%", 0, "trailing%");
}

static void test_onerror_hides_the_rest(void **state)
{
    (void)state;
    check("a%{onerror}b", 0, "a");
    check("a%{onerror}b", 28, "ab");
}

static void test_headers(void **state)
{
    (void)state;
    check("%header{content-type}", 0, "text/plain");
    check("%header{Set-Cookie}", 0, "a=secret");
    check("%header{set-cookie:all:, }", 0, "a=secret, b=secret");
    check("%header{none}|", 0, "|");
    check("%{header_json}", 0,
          "{\"content-type\":[\"text/plain\"],\n"
          "\"set-cookie\":[\"a=secret\",\"b=secret\"],\n"
          "\"x-odd\":[\"\\\"q\\\"\\u0001\\u00ff\\\\\"]\n}");
}

static void test_url_parts(void **state)
{
    (void)state;
    check("%{url.host} %{urle.port} %{url.query} %{url.path}", 0,
          "h 8080 q=1 /p");
}

static void test_output_goes_elsewhere(void **state)
{
    char path[] = "/tmp/writeout_test.XXXXXX";
    char format[200];
    char bytes[20] = "";
    int fd = mkstemp(path);
    (void)state;
    snprintf(format, sizeof format, "1%%output{%s}2%%{stdout}3%%output{>>%s}4",
             path, path);
    check(format, 0, "13");
    assert_int_equal(read(fd, bytes, sizeof bytes), 2);
    assert_string_equal(bytes, "24");
    close(fd);
    unlink(path);
}

static void test_the_record_hides_secrets(void **state)
{
    struct writeout_facts f = facts_of(&good, 28);
    struct str out = {0};
    (void)state;
    writeout_render("%{json}", &f, &out);
    assert_null(strstr(out.base, "secret"));
    assert_null(strstr(out.base, "word@"));
    assert_non_null(strstr(out.base, "\"set-cookie\":[\"<redacted>\""));
    assert_non_null(strstr(out.base, "\"time_appconnect\":null"));
    assert_non_null(strstr(out.base, "\"time_total\":1.250000"));
    assert_non_null(strstr(out.base, "\"started\":\"2026-11-21T"));
    assert_non_null(strstr(out.base, ".123456Z\""));
    assert_non_null(strstr(out.base,
                           "\"error\":{\"class\":\"transient\",\"code\":28,"
                           "\"name\":\"timeout\",\"phase\":\"receive\","
                           "\"detail\":\"timed out\""));
    str_clear(&out);
    f.show_secrets = true;
    writeout_render("%{json}", &f, &out);
    assert_non_null(strstr(out.base, "a=secret"));
    assert_non_null(strstr(out.base, "me:word@h"));
    str_fini(&out);
}

static void test_every_listed_name_is_known(void **state)
{
    struct writeout_facts f = facts_of(&good, 0);
    (void)state;
    size_t n;
    struct variable_name *all = variables_names(&n);

    assert_true(n > 40);
    for (size_t i = 0; i < n; i++) {
        const char *name = all[i].name;
        struct str out = {0};
        if (strcmp(name, "onerror") && strcmp(name, "stderr") &&
            strcmp(name, "stdout") && strcmp(name, "url.PART"))
            assert_true(variables_print(name, strlen(name), &f, &out));
        str_fini(&out);
        if (i)
            assert_true(strcmp(all[i - 1].name, name) < 0);
    }
    free(all);
}

/* What only records have is no variable; "json" is no key. */
static void test_a_variable_stands_where_the_table_says(void **state)
{
    static const char *const only_records[] = {"id", "phases", "headers",
                                               "error", "seq"};
    struct writeout_facts f = facts_of(&good, 0);
    struct str out = {0};
    struct str record = {0};
    (void)state;
    for (size_t i = 0; i < sizeof only_records / sizeof *only_records; i++)
        assert_false(variables_print(only_records[i], strlen(only_records[i]),
                                     &f, &out));
    assert_int_equal(out.len, 0);
    record_render(&f, &record);
    assert_non_null(strstr(record.base, "\"phases\":"));
    assert_non_null(strstr(record.base, "\"time_total\":"));
    assert_null(strstr(record.base, "\"json\":"));
    assert_null(strstr(record.base, "\"tls_group\":"));
    str_fini(&record);
}

/* A record has curl's keys; those that repeat the URLs stand in %{json} alone. */
static void test_json_has_the_parts_of_the_urls(void **state)
{
    static const char *const wanted[] = {
        ",\"url.scheme\":\"http\"",
        ",\"url.user\":\"<redacted>\"",
        ",\"url.password\":\"<redacted>\"",
        ",\"url.options\":null",
        ",\"url.host\":\"h\"",
        ",\"url.port\":\"8080\"",
        ",\"url.path\":\"/p\"",
        ",\"url.query\":\"q=1\"",
        ",\"url.fragment\":null",
        ",\"url.zoneid\":null",
        ",\"urle.host\":\"h\"",
        ",\"urle.port\":\"8080\"",
        ",\"ftp_entry_path\":null",
        ",\"curl_version\":\"quiver/",
    };
    struct writeout_facts f = facts_of(&good, 0);
    struct str out = {0};
    (void)state;
    assert_true(variables_print("json", 4, &f, &out));
    str_add_char(&out, '\0');
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_non_null(strstr(out.base, wanted[i]));
    str_clear(&out);
    f.show_secrets = true;
    assert_true(variables_print("json", 4, &f, &out));
    str_add_char(&out, '\0');
    assert_non_null(strstr(out.base, ",\"url.password\":\"word\""));
    str_clear(&out);
    record_render(&f, &out);
    str_add_char(&out, '\0');
    assert_null(strstr(out.base, "url.scheme"));
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_look_as_curls),
        cmocka_unit_test(test_a_channel_has_numbers_of_its_own),
        cmocka_unit_test(test_escapes_and_literals),
        cmocka_unit_test(test_onerror_hides_the_rest),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_url_parts),
        cmocka_unit_test(test_json_has_the_parts_of_the_urls),
        cmocka_unit_test(test_output_goes_elsewhere),
        cmocka_unit_test(test_the_record_hides_secrets),
        cmocka_unit_test(test_every_listed_name_is_known),
        cmocka_unit_test(test_a_variable_stands_where_the_table_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
