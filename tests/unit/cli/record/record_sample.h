/*
 * A result as a batch over HTTP/2 brings it by the thousand.
 */
#ifndef TESTS_RECORD_SAMPLE_H
#define TESTS_RECORD_SAMPLE_H

#include "core/quiver.h"
#include "record/facts.h"

static const struct qv_field sample_fields[] = {
    {"server", "nginx/1.30.6"},
    {"date", "Sat, 21 Nov 2026 06:58:07 GMT"},
    {"content-type", "application/octet-stream"},
    {"content-length", "1024"},
    {"last-modified", "Sat, 21 Nov 2026 03:27:48 GMT"},
    {"etag", "\"6b010fb4-400\""},
    {"alt-svc", "h3=\":8443\"; ma=86400"},
    {"accept-ranges", "bytes"},
};

static const struct qv_result sample_result = {
    .error = {.name = "none", .class_name = "none"},
    .url = "https://127.0.0.1:8443/1k?4711",
    .url_effective = "https://127.0.0.1:8443/1k?4711",
    .method = "GET",
    .scheme = "https",
    .http_version = "2",
    .response_code = 200,
    .content_type = "application/octet-stream",
    .redirect_url = "",
    .referer = "",
    .remote_ip = "127.0.0.1",
    .local_ip = "127.0.0.1",
    .remote_port = 8443,
    .local_port = 40298,
    .num_headers = 8,
    .conn_id = 1,
    .xfer_id = 4711,
    .conn_reused = true,
    .size_download = 1024,
    .size_delivered = 1024,
    .size_header = 256,
    .size_request = 44,
    .speed_download = 4259960,
    .time_queue = 0.00002,
    .time_namelookup = 0.00002,
    .time_connect = 0.00002,
    .time_appconnect = 0.00002,
    .time_pretransfer = 0.000025,
    .time_posttransfer = 0.000041,
    .time_starttransfer = 0.000312,
    .time_total = 0.00032,
    .tls_version = "TLSv1.3",
    .tls_cipher = "TLS_AES_128_GCM_SHA256",
    .tls_group = "X25519MLKEM768",
    .alpn = "h2",
    .quic_version = "",
    .proxy = {.url = "", .why = "", .http_version = "0"},
    .tls_verify = "ok",
    .early_data = "none",
    .rtt = 991000,
    .fields = sample_fields,
    .nfields = sizeof sample_fields / sizeof sample_fields[0],
};

#define SAMPLE_SHA256                                                          \
    "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"

static const struct record_entry sample_entry = {
    .id = "\"u4711\"",
    .line = 4712,
    .file = "-",
};

static const struct record_body sample_body = {
    .mode = RECORD_BODY_INLINE,
    .sha256 = SAMPLE_SHA256,
};

static inline struct writeout_facts sample_facts(const struct qv_result *r,
                                                 const struct record_entry *e)
{
    return (struct writeout_facts){.result = r,
                                   .number = 4711,
                                   .urlnum = 4711,
                                   .started = {1795230000, 123456789},
                                   .body = e ? &sample_body : NULL,
                                   .entry = e};
}

#endif
