#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "record/record.h"
#include "record/writeout.h"

/*
 * One row for each variable: its name, how it is printed and where it stands
 * in the result.  What curl has and HTTP here never fills (FTP's entry path,
 * proxies, certificate lists) is known and prints what curl prints for "did
 * not happen", so that its formats work unchanged.
 */

enum value_kind {
    VALUE_TIME,   /* double: "0.001234" */
    VALUE_SPEED,  /* double: "1234" */
    VALUE_SIZE,   /* uint64_t */
    VALUE_COUNT,  /* unsigned */
    VALUE_CODE,   /* int: "200", "000" */
    VALUE_STRING, /* const char * */
    VALUE_CONST,  /* `text` always */
    VALUE_CALL,
};

struct value {
    size_t at;
    const char *text;
    void (*call)(const struct writeout_facts *f, struct text *out);
    enum value_kind kind;
};

static void exit_code(const struct writeout_facts *f, struct text *out)
{
    text_addf(out, "%d", f->status);
}

static void error_message(const struct writeout_facts *f, struct text *out)
{
    if (f->status && f->message)
        text_puts(out, f->message);
}

static void file_name(const struct writeout_facts *f, struct text *out)
{
    if (f->filename)
        text_puts(out, f->filename);
}

static void url_number(const struct writeout_facts *f, struct text *out)
{
    text_addf(out, "%" PRIu64, f->number);
}

static void verify_result(const struct writeout_facts *f, struct text *out)
{
    const char *verify = f->result->tls_verify;

    text_putc(out, !*verify || !strcmp(verify, "ok") ? '0' : '1');
}

static void reused(const struct writeout_facts *f, struct text *out)
{
    text_putc(out, f->result->conn_reused ? '1' : '0');
}

#define RESULT(member) offsetof(struct qv_result, member)
#define TIME(member)                                                           \
    {                                                                          \
        RESULT(member), NULL, NULL, VALUE_TIME                                 \
    }
#define SPEED(member)                                                          \
    {                                                                          \
        RESULT(member), NULL, NULL, VALUE_SPEED                                \
    }
#define SIZE(member)                                                           \
    {                                                                          \
        RESULT(member), NULL, NULL, VALUE_SIZE                                 \
    }
#define COUNT(member)                                                          \
    {                                                                          \
        RESULT(member), NULL, NULL, VALUE_COUNT                                \
    }
#define CODE(member)                                                           \
    {                                                                          \
        RESULT(member), NULL, NULL, VALUE_CODE                                 \
    }
#define STRING(member)                                                         \
    {                                                                          \
        RESULT(member), NULL, NULL, VALUE_STRING                               \
    }
#define ALWAYS(text)                                                           \
    {                                                                          \
        0, text, NULL, VALUE_CONST                                             \
    }
#define CALL(function)                                                         \
    {                                                                          \
        0, NULL, function, VALUE_CALL                                          \
    }

static const struct {
    const char *name;
    struct value value;
} values[] = {
    {"certs", ALWAYS("")},
    {"conn_id", SIZE(conn_id)},
    {"conn_reused", CALL(reused)},
    {"content_type", STRING(content_type)},
    {"errormsg", CALL(error_message)},
    {"exitcode", CALL(exit_code)},
    {"filename_effective", CALL(file_name)},
    {"ftp_entry_path", ALWAYS("")},
    {"header_json", CALL(record_headers)},
    {"http_code", CODE(response_code)},
    {"http_connect", ALWAYS("000")},
    {"http_version", STRING(http_version)},
    {"json", CALL(record_render)},
    {"local_ip", STRING(local_ip)},
    {"local_port", COUNT(local_port)},
    {"method", STRING(method)},
    {"num_certs", ALWAYS("0")},
    {"num_connects", COUNT(num_connects)},
    {"num_headers", COUNT(num_headers)},
    {"num_redirects", COUNT(num_redirects)},
    {"num_retries", COUNT(num_retries)},
    {"proxy_ssl_verify_result", ALWAYS("0")},
    {"proxy_used", ALWAYS("0")},
    {"quic_version", STRING(quic_version)},
    {"redirect_url", STRING(redirect_url)},
    {"referer", STRING(referer)},
    {"remote_ip", STRING(remote_ip)},
    {"remote_port", COUNT(remote_port)},
    {"response_code", CODE(response_code)},
    {"scheme", STRING(scheme)},
    {"size_delivered", SIZE(size_delivered)},
    {"size_download", SIZE(size_download)},
    {"size_header", SIZE(size_header)},
    {"size_request", SIZE(size_request)},
    {"size_upload", SIZE(size_upload)},
    {"speed_download", SPEED(speed_download)},
    {"speed_upload", SPEED(speed_upload)},
    {"ssl_verify_result", CALL(verify_result)},
    {"time_appconnect", TIME(time_appconnect)},
    {"time_connect", TIME(time_connect)},
    {"time_namelookup", TIME(time_namelookup)},
    {"time_posttransfer", TIME(time_posttransfer)},
    {"time_pretransfer", TIME(time_pretransfer)},
    {"time_queue", TIME(time_queue)},
    {"time_redirect", TIME(time_redirect)},
    {"time_starttransfer", TIME(time_starttransfer)},
    {"time_total", TIME(time_total)},
    {"tls_cipher", STRING(tls_cipher)},
    {"tls_earlydata", ALWAYS("0")},
    {"tls_group", STRING(tls_group)},
    {"tls_version", STRING(tls_version)},
    {"url", STRING(url)},
    {"url_effective", STRING(url_effective)},
    {"urlnum", CALL(url_number)},
    {"xfer_id", SIZE(xfer_id)},
};

const struct writeout_name writeout_names[] = {
    {"conn_id", "number of the connection"},
    {"conn_reused", "1 when the connection served another transfer before"},
    {"content_type", "Content-Type of the answer"},
    {"errormsg", "what went wrong"},
    {"exitcode", "exit status of this transfer"},
    {"filename_effective", "the file that was written"},
    {"header_json", "all header fields as JSON"},
    {"http_code", "status of the answer, the same as response_code"},
    {"http_version", "1.0, 1.1, 2 or 3; 0 without an answer"},
    {"json", "the result record: everything as JSON in one line"},
    {"local_ip", "address of this side"},
    {"local_port", "port of this side"},
    {"method", "method of the last request"},
    {"num_connects", "connections that were opened for it"},
    {"num_headers", "header fields of the last answer"},
    {"num_redirects", "redirects that were followed"},
    {"num_retries", "requests that were sent again"},
    {"onerror", "show the rest only after a failure"},
    {"quic_version", "QUIC version, empty over TCP"},
    {"redirect_url", "where -L would have gone"},
    {"referer", "Referer that was sent"},
    {"remote_ip", "address of the server"},
    {"remote_port", "port of the server"},
    {"response_code", "status of the last answer"},
    {"scheme", "scheme of the URL"},
    {"size_delivered", "body bytes after decoding"},
    {"size_download", "body bytes received"},
    {"size_header", "header bytes received"},
    {"size_request", "bytes of the request"},
    {"size_upload", "body bytes sent"},
    {"speed_download", "bytes received per second"},
    {"speed_upload", "bytes sent per second"},
    {"ssl_verify_result", "0 when the certificate was good"},
    {"stderr", "show the rest on standard error"},
    {"stdout", "show the rest on standard output"},
    {"time_appconnect", "until the TLS or QUIC handshake was done"},
    {"time_connect", "until TCP or QUIC was connected"},
    {"time_namelookup", "until the name was resolved"},
    {"time_posttransfer", "until the request was sent"},
    {"time_pretransfer", "until the request could be sent"},
    {"time_queue", "in the queue before it started"},
    {"time_redirect", "all requests before the last"},
    {"time_starttransfer", "until the first byte of the answer"},
    {"time_total", "until the end"},
    {"tls_cipher", "cipher suite"},
    {"tls_group", "key exchange group"},
    {"tls_version", "TLS version"},
    {"url", "URL as given"},
    {"url_effective", "URL of the last request"},
    {"url.PART", "scheme, user, password, host, port, path, query or fragment "
                 "of the URL; urle.PART of the last one"},
    {"urlnum", "the URL's number, from 0"},
    {"xfer_id", "number of the transfer"},
    {NULL, NULL},
};

static void print(const struct value *v, const struct writeout_facts *f,
                  struct text *out)
{
    const char *at = (const char *)f->result + v->at;
    double number;

    switch (v->kind) {
    case VALUE_TIME:
        number = *(const double *)(const void *)at;
        text_addf(out, "%.6f", number > 0 ? number : 0.0);
        break;
    case VALUE_SPEED:
        number = *(const double *)(const void *)at;
        text_addf(out, "%.0f", number > 0 ? number : 0.0);
        break;
    case VALUE_SIZE:
        text_addf(out, "%" PRIu64, *(const uint64_t *)(const void *)at);
        break;
    case VALUE_COUNT:
        text_addf(out, "%u", *(const unsigned *)(const void *)at);
        break;
    case VALUE_CODE:
        text_addf(out, "%03d", *(const int *)(const void *)at);
        break;
    case VALUE_STRING:
        text_puts(out, *(const char *const *)(const void *)at);
        break;
    case VALUE_CONST:
        text_puts(out, v->text);
        break;
    case VALUE_CALL:
        v->call(f, out);
        break;
    }
}

static bool is_part(const char *part, size_t len, const char *name)
{
    return strlen(name) == len && !memcmp(part, name, len);
}

static bool url_part(const char *part, size_t len, const char *url,
                     const struct writeout_facts *f, struct text *out)
{
    struct qv_url u;
    struct qv_error error;
    bool known = true;

    if (!qv_url_parse(&u, url, f->default_scheme, &error))
        return true;
    if (is_part(part, len, "scheme"))
        text_puts(out, u.scheme);
    else if (is_part(part, len, "user"))
        text_puts(out, u.user ? u.user : "");
    else if (is_part(part, len, "password"))
        text_puts(out, u.password ? u.password : "");
    else if (is_part(part, len, "host"))
        text_puts(out, u.host);
    else if (is_part(part, len, "port"))
        text_addf(out, "%u", u.port);
    else if (is_part(part, len, "path"))
        text_puts(out, u.path);
    else if (is_part(part, len, "query"))
        text_puts(out, u.query ? u.query : "");
    else if (is_part(part, len, "fragment"))
        text_puts(out, u.fragment ? u.fragment : "");
    else if (!is_part(part, len, "options") && !is_part(part, len, "zoneid"))
        known = false;
    qv_url_free(&u);
    return known;
}

bool writeout_value(const char *name, size_t len,
                    const struct writeout_facts *f, struct text *out)
{
    if (len > 4 && !memcmp(name, "url.", 4))
        return url_part(name + 4, len - 4, f->result->url, f, out);
    if (len > 5 && !memcmp(name, "urle.", 5))
        return url_part(name + 5, len - 5, f->result->url_effective, f, out);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (is_part(name, len, values[i].name)) {
            print(&values[i].value, f, out);
            return true;
        }
    }
    return false;
}
