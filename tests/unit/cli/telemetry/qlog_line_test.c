#include "telemetry/qlog_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *event;
    const char *line;
} cases[] = {
    {"http2:frame_created {\"stream_id\":0,\"header_length\":9,"
     "\"payload_length\":18,\"frame\":{\"frame_type\":\"settings\","
     "\"byte_length\":18,\"settings\":[{\"name\":\"initial_window_size\","
     "\"value\":8388608},{\"name\":\"enable_push\",\"value\":0}]}}",
     "HTTP/2 -> SETTINGS, stream 0, 18 bytes: initial_window_size=8388608 "
     "enable_push=0"},
    {"http2:frame_parsed {\"stream_id\":0,\"payload_length\":0,\"frame\":{"
     "\"frame_type\":\"settings\",\"byte_length\":0,\"ack\":true,\"settings\":"
     "[]}}",
     "HTTP/2 <- SETTINGS, stream 0, 0 bytes, ack"},
    {"http2:frame_parsed {\"stream_id\":1,\"payload_length\":54,\"frame\":{"
     "\"frame_type\":\"headers\",\"byte_length\":54,\"stream_end\":false,"
     "\"headers\":[{\"name\":\":status\",\"value\":\"200\"}]}}",
     "HTTP/2 <- HEADERS, stream 1, 54 bytes: 1 field"},
    {"http2:frame_parsed {\"stream_id\":1,\"payload_length\":58,\"frame\":{"
     "\"frame_type\":\"data\",\"byte_length\":58,\"stream_end\":true}}",
     "HTTP/2 <- DATA, stream 1, 58 bytes, end of stream"},
    {"http2:frame_created {\"stream_id\":0,\"payload_length\":8,\"frame\":{"
     "\"frame_type\":\"go_away\",\"byte_length\":8,\"last_stream_id\":0,"
     "\"error_code\":0}}",
     "HTTP/2 -> GO_AWAY, stream 0, 8 bytes: last_stream_id=0 error_code=0"},
    {"http:frame_created {\"stream_id\":0,\"length\":38,\"frame\":{"
     "\"frame_type\":\"headers\",\"headers\":[{\"name\":\"a\",\"value\":\"b\"},"
     "{\"name\":\"c\",\"value\":\"d\"}]}}",
     "HTTP/3 -> HEADERS, stream 0, 38 bytes: 2 fields"},
    {"transport:packet_received {\"frames\":[{\"frame_type\":\"ack\","
     "\"acked_ranges\":[[0,1]]},{\"frame_type\":\"padding\"}],\"header\":{"
     "\"packet_type\":\"initial\",\"packet_number\":7},\"raw\":{\"length\":"
     "1200}"
     ",\"trigger\":\"x\"}",
     "QUIC <- initial packet 7, 1200 bytes: ack(acked_ranges=[[0,1]]) padding "
     "trigger=x"},
    {"http:stream_type_set {\"owner\":\"local\",\"stream_id\":2}",
     "http:stream_type_set owner=local stream_id=2"},
    /* What is not what it should be. */
    {"http2:frame_parsed {", "http2:frame_parsed {"},
    {"http2:frame_parsed [1]", "http2:frame_parsed [1]"},
    {"http2:frame_parsed {}", "HTTP/2 <- , stream 0"},
    {"alone", "alone"},
    {"", ""},
};

static void test_an_event_is_a_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        qlog_line_add(&out, span_str(cases[i].event));
        assert_string_equal(str_text(&out), cases[i].line);
        str_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_event_is_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
