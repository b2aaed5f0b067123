/*
 * Each row is a reply (or a request) as bytes, and what becomes of it, written
 * down as one line: heads as "200", bodies as "<...>", trailers as "{n}",
 * "done", bytes left over as "+n", and "!name" for a failure.  Every row is
 * delivered in one piece, byte by byte, and cut in two at each place.
 */
#include "conn/h1_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/xalloc.h"

static const struct settings_limits limits = {
    .head = 4096,
    .fields = 20,
    .chunk_extra = 256,
    .interim = 4,
};

struct row {
    const char *id; /* of docs: what must never go wrong */
    const char *method;
    struct span wire;
    const char *want;
};

struct run {
    struct h1_parse parse;
    struct arena arena;
    struct str out;
    bool in_body;
    bool is_over;
};

static void end_body(struct run *r)
{
    if (r->in_body)
        str_add_text(&r->out, "> ");
    r->in_body = false;
}

static void note(struct run *r, enum h1_parse_event event, struct span body)
{
    if (event != H1_PARSE_BODY && event != H1_PARSE_MORE)
        end_body(r);
    switch (event) {
    case H1_PARSE_MORE:
        return;
    case H1_PARSE_HEAD:
        if (r->parse.role == H1_PARSE_RESPONSES)
            str_printf(&r->out, "%d ", r->parse.status);
        else
            str_printf(&r->out, "%.*s %.*s ", SPAN_ARG(r->parse.method),
                       SPAN_ARG(r->parse.target));
        return;
    case H1_PARSE_BODY:
        if (!r->in_body)
            str_add_char(&r->out, '<');
        r->in_body = true;
        str_add(&r->out, body);
        return;
    case H1_PARSE_DONE:
        if (r->parse.trailers.len > 0)
            str_printf(&r->out, "{%zu} ", r->parse.trailers.len);
        str_add_text(&r->out, "done");
        break;
    case H1_PARSE_FAILED:
        str_printf(&r->out, "!%s", err_name(r->parse.fault.code));
        assert_true(r->parse.fault.detail[0] != '\0');
        break;
    }
    r->is_over = true;
}

static void feed(struct run *r, struct span input)
{
    while (!r->is_over) {
        struct span body;
        enum h1_parse_event event = h1_parse_next(&r->parse, &input, &body);
        note(r, event, body);
        if (event == H1_PARSE_MORE)
            break;
    }
    if (r->is_over && input.len > 0)
        str_printf(&r->out, " +");
}

static bool is(const char *method, const char *what)
{
    return method && strcmp(method, what) == 0;
}

/* "UPGRADE", "RAW", "TE" and "NOLEN" are GET with what the request has to do
 * with its answer. */
static void start(struct run *r, enum h1_parse_role role, const char *method)
{
    bool may_upgrade = is(method, "UPGRADE");
    bool is_raw = is(method, "RAW");
    bool takes_coding = is(method, "TE");
    bool ignores_length = is(method, "NOLEN");
    if (is_raw || takes_coding || ignores_length)
        method = "GET";
    *r = (struct run){.in_body = false};
    arena_init(&r->arena);
    str_init(&r->out);
    h1_parse_init(&r->parse, role, &limits);
    h1_parse_begin(&r->parse, &r->arena,
                   span_str(may_upgrade || !method ? "GET" : method),
                   may_upgrade);
    r->parse.is_raw = is_raw;
    r->parse.takes_coding = takes_coding;
    r->parse.ignores_length = ignores_length;
}

static void finish(struct run *r, const struct row *row, const char *how,
                   size_t at)
{
    if (!r->is_over) {
        end_body(r);
        str_add_text(&r->out, h1_parse_eof(&r->parse) ? "eof " : "eof!");
        if (r->parse.fault.code != ERR_NONE)
            str_add_text(&r->out, err_name(r->parse.fault.code));
    }
    if (strcmp(str_text(&r->out), row->want) != 0)
        fail_msg("%s (%s %zu): %.*s\n got  %s\n want %s\n %s", row->id, how, at,
                 (int)(row->wire.len < 200 ? row->wire.len : 200),
                 (const char *)row->wire.base, str_text(&r->out), row->want,
                 r->parse.fault.detail);
    str_fini(&r->out);
    h1_parse_fini(&r->parse);
    arena_fini(&r->arena);
}

/* Left-over bytes are only seen when they come with the end. */
static void run_rows(enum h1_parse_role role, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct span wire = rows[i].wire;
        struct run r;
        start(&r, role, rows[i].method);
        feed(&r, wire);
        finish(&r, &rows[i], "whole", 0);
        if (strchr(rows[i].want, '+'))
            continue;
        start(&r, role, rows[i].method);
        for (size_t at = 0; at < wire.len && !r.is_over; at++)
            feed(&r, span_of(wire.base + at, 1));
        finish(&r, &rows[i], "bytes", 0);
        for (size_t cut = 1; cut < wire.len && wire.len < 600; cut++) {
            start(&r, role, rows[i].method);
            feed(&r, span_of(wire.base, cut));
            if (!r.is_over)
                feed(&r, span_of(wire.base + cut, wire.len - cut));
            else if (r.out.len > 2 && r.out.base[r.out.len - 1] == '+')
                r.out.base[r.out.len -= 2] = '\0';
            finish(&r, &rows[i], "cut", cut);
        }
    }
}

#define W(text) SPAN_LIT(text)
#define OK      "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"

static void test_responses(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"plain", "GET", W(OK "Content-Length: 5\r\n\r\nhello"),
         "200 <hello> done"},
        {"empty", "GET", W(OK "Content-Length: 0\r\n\r\n"), "200 done"},
        {"close", "GET", W(OK "\r\nhello"), "200 <hello> eof "},
        {"close, empty", "GET", W(OK "\r\n"), "200 eof "},
        {"no reason", "GET", W("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"),
         "200 done"},
        {"no reason, no blank", "GET",
         W("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"), "200 done"},
        {"odd status", "GET", W("HTTP/1.1 799 ?\r\nContent-Length: 0\r\n\r\n"),
         "799 done"},
        {"high bytes", "GET",
         W("HTTP/1.1 200 \xe9t\xe9\r\nContent-Length: 0\r\nX: \xe9\r\n\r\n"),
         "200 done"},
        {"empty value", "GET", W(OK "X:\r\nContent-Length:5\t \r\n\r\nhello"),
         "200 <hello> done"},
        {"1.0", "GET", W("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
         "200 <ok> done"},
        {"chunked", "GET",
         W(CHUNKED "5\r\nhello\r\n6;a=b;c=\"d e\"\r\n world\r\n0\r\n\r\n"),
         "200 <hello world> done"},
        {"chunked, CHUNKED", "GET",
         W(OK "transfer-encoding: Chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
         "200 <a> done"},
        {"padded size", "GET", W(CHUNKED "5  \r\nhello\r\n0\r\n\r\n"),
         "200 <hello> done"},
        {"upper case size", "GET", W(CHUNKED "0A\r\n0123456789\r\n00\r\n\r\n"),
         "200 <0123456789> done"},
        {"trailers", "GET",
         W(CHUNKED "1\r\na\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n"),
         "200 <a> {2} done"},
        {"interim", "GET",
         W("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
           "HTTP/1.1 104 ?\r\n\r\n" OK "Content-Length: 2\r\n\r\nok"),
         "100 103 104 200 <ok> done"},

        {"H1-1", "GET", W(OK "Content-Length: 5\r\n\r\nhell"),
         "200 <hell> eof!partial"},
        {"H1-1", "GET", W(OK "Content-Length: 5\r\n\r\n"), "200 eof!partial"},
        {"H1-2", "GET", W(CHUNKED "5\r\nhel"), "200 <hel> eof!partial"},
        {"H1-2", "GET", W(CHUNKED "5\r\nhello"), "200 <hello> eof!partial"},
        {"H1-2", "GET", W(CHUNKED "5\r\nhello\r\n"), "200 <hello> eof!partial"},
        {"H1-2", "GET", W(CHUNKED "5\r\nhello\r\n0\r\n"),
         "200 <hello> eof!partial"},
        {"H1-2", "GET", W(CHUNKED "5\r\nhello\r\n0\r\n\r"),
         "200 <hello> eof!partial"},
        {"H1-4", "GET", W(OK "Content-Length: 5\r\n"), "eof!partial"},
        {"H1-4", "GET", W(OK "Content-Length: 0\r\n\r"), "eof!partial"},
        {"H1-4", "GET", W("HTTP/1"), "eof!partial"},
        {"52", "GET", W(""), "eof!empty_reply"},

        {"H1-5", "GET",
         W(OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
         "!weird_reply +"},
        {"H1-5", "GET", W(OK "Content-Length: 5, 6\r\n\r\nhello"),
         "!weird_reply +"},
        {"H1-5 equal", "GET",
         W(OK "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
         "200 <hello> done"},
        {"H1-5 equal", "GET", W(OK "Content-Length: 5, 5\r\n\r\nhello"),
         "200 <hello> done"},
        {"H1-6", "GET", W(OK "Content-Length: -5\r\n\r\n"), "!weird_reply"},
        {"H1-6", "GET", W(OK "Content-Length: +5\r\n\r\n"), "!weird_reply"},
        {"H1-6", "GET", W(OK "Content-Length: 0x5\r\n\r\n"), "!weird_reply"},
        {"H1-6", "GET", W(OK "Content-Length: 5x\r\n\r\n"), "!weird_reply"},
        {"H1-6", "GET", W(OK "Content-Length: 5 5\r\n\r\n"), "!weird_reply"},
        {"H1-6", "GET", W(OK "Content-Length: \r\n\r\n"), "!weird_reply"},
        {"H1-6", "GET", W(OK "Content-Length: 5,\r\n\r\n"), "!weird_reply"},
        {"H1-6", "GET", W(OK "Content-Length: 9223372036854775808\r\n\r\n"),
         "!weird_reply"},
        {"H1-6", "GET", W(OK "Content-Length: 18446744073709551621\r\n\r\n"),
         "!weird_reply"},
        {"H1-7", "GET",
         W(OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
         "!weird_reply"},
        {"H1-7", "GET",
         W(OK "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
         "!weird_reply"},
        {"H1-8", "GET", W(OK "Transfer-Encoding: chunked, gzip\r\n\r\n"),
         "!weird_reply"},
        {"H1-8", "GET", W(OK "Transfer-Encoding: xchunked\r\n\r\n"),
         "!weird_reply"},
        {"H1-8", "GET", W(OK "Transfer-Encoding: gzip, chunked\r\n\r\n"),
         "!weird_reply"},
        {"H1-8", "GET", W(OK "Transfer-Encoding: chunked, chunked\r\n\r\n"),
         "!weird_reply"},
        {"H1-8", "GET",
         W(OK "Transfer-Encoding: chunked\r\n"
              "Transfer-Encoding: chunked\r\n\r\n"),
         "!weird_reply"},
        {"H1-8", "GET", W(OK "Transfer-Encoding: \r\n\r\n"), "!weird_reply"},
        {"H1-8", "GET", W(OK "Transfer-Encoding: identity, chunked\r\n\r\n"),
         "!weird_reply"},
        {"H1-8", "GET", W("HTTP/1.0 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"),
         "!weird_reply"},
        {"H1-8", "GET",
         W("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n"
           "Content-Length: 5\r\n\r\n"),
         "!weird_reply"},
        {"H1-8", "GET", W(OK "Transfer-Encoding : chunked\r\n\r\n"),
         "!weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "zz\r\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "-5\r\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED " 5\r\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5 5\r\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "FFFFFFFFFFFFFFFFF\r\nhello"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "10000000000000005\r\nhello"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "\r\nhello"), "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5\r\nhello0\r\n\r\n"),
         "200 <hello> !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5\r\nhello!\r\n0\r\n\r\n"),
         "200 <hello> !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5;a\nb\r\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5;a\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5;\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5;a=b\nhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5\n\r\nhello\r\n0\r\n\r\n"),
         "200 <\r\nhel> !weird_reply +"},
        {"H1-9", "GET", W(CHUNKED "5\r\nhello\n\n0\r\n\r\n"),
         "200 <hello> !weird_reply +"},
        {"H1-9 bare CR", "GET", W(CHUNKED "5\rhello\r\n0\r\n\r\n"),
         "200 !weird_reply +"},

        /* what is read leniently stands in h1_section_test.c */
        {"H1-11 bare CR", "GET", W("HTTP/1.1 200 O\rK\r\n\r\n"),
         "!weird_reply +"},
        {"H1-11 no colon", "GET", W(OK "Xa\r\n\r\n"), "!weird_reply +"},
        {"H1-11 leading fold", "GET", W(OK " X: b\r\n\r\n"), "!weird_reply +"},
        {"H1-11 leading fold", "GET", W(OK "\tX: b\r\n\r\n"), "!weird_reply +"},

        {"H1-13", "GET", W("HTTP/1.1 2x0 OK\r\n\r\n"), "!weird_reply +"},
        {"H1-13", "GET", W("HTTP/1.1 -20 OK\r\n\r\n"), "!weird_reply +"},
        {"H1-13", "GET", W("HTTP/1.1 099 OK\r\n\r\n"), "!weird_reply"},
        {"H1-13", "GET", W("HTTP/1.1 2000 OK\r\n\r\n"), "!weird_reply +"},
        {"H1-13", "GET", W("HTTP/1.1 20\r\n\r\n"), "!weird_reply +"},
        {"H1-13", "GET", W("HTTP/1.2 200 OK\r\n\r\n"), "!weird_reply +"},
        {"H1-13", "GET", W("HTTP/2.0 200 OK\r\n\r\n"), "!weird_reply +"},
        {"H1-13", "GET", W("HTTP/0.9 200 OK\r\n\r\n"), "!weird_reply +"},
        {"H1-13", "GET", W("HTTP/1.10 200 OK\r\n\r\n"), "!weird_reply +"},
        {"H1-13", "GET", W("http/1.1 200 OK\r\n\r\n"), "!weird_reply +"},
        {"H1-13", "GET", W("ICY 200 OK\r\n\r\n"), "!not_http +"},
        {"H1-13", "GET", W("<html>hello</html>"), "!not_http +"},
        {"H1-13", "GET", W("\x16\x03\x01\x02\x00"), "!not_http +"},
        {"H1-13", "GET", W("SSH-2.0-OpenSSH_9.9\r\n"), "!not_http +"},
        {"H1-14", "GET", W("HTTP/1.1 101 Sure\r\nUpgrade: x\r\n\r\n"),
         "!weird_reply"},
        {"101", "UPGRADE",
         W("HTTP/1.1 101 Sure\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nraw"),
         "101 <raw> eof "},
        {"CONNECT", "CONNECT", W(OK "\r\nraw"), "200 <raw> eof "},
        {"CONNECT", "CONNECT",
         W("HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno"), "407 <no> done"},
        {"H1-15", "GET",
         W("HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\n"
           "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\n"),
         "100 100 100 100 !head_too_large"},
        {"H1-15", "GET", W("HTTP/1.1 100 C\r\n\r\n"), "100 eof!empty_reply"},
        {"H1-15 length in 1xx", "GET",
         W("HTTP/1.1 103 C\r\nContent-Length: 5\r\n\r\n" OK
           "Content-Length: 2\r\n\r\nok"),
         "103 200 <ok> done"},

        {"H1-17", "GET",
         W(CHUNKED "0\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\nX: 1\r\n"
                   "Location: /x\r\nTransfer-Encoding: gzip\r\n\r\n"),
         "200 {1} done"},
        {"H1-17 bad trailer", "GET", W(CHUNKED "0\r\nX 5\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-17 bad trailer", "GET", W(CHUNKED "0\r\n X: 5\r\n\r\n"),
         "200 !weird_reply +"},
        {"H1-18", "GET", W(OK "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK"),
         "200 <ok> done +"},
        {"H1-18", "GET", W(CHUNKED "2\r\nok\r\n0\r\n\r\nPOISON"),
         "200 <ok> done +"},
        {"H1-22", "HEAD", W(OK "Content-Length: 5\r\n\r\n"), "200 done"},
        {"H1-22", "HEAD", W(OK "Transfer-Encoding: chunked\r\n\r\n"),
         "200 done"},
        {"H1-22", "HEAD", W(OK "\r\n"), "200 done"},
        {"H1-22", "GET", W("HTTP/1.1 204 No\r\n\r\n"), "204 done"},
        {"H1-22", "GET", W("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n"),
         "204 done"},
        {"H1-22", "GET", W("HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n"),
         "304 done"},
        {"H1-22", "GET", W("HTTP/1.1 205 No\r\nContent-Length: 0\r\n\r\n"),
         "205 done"},
        {"H1-22 body at 204", "GET", W("HTTP/1.1 204 No\r\n\r\nPOISON"),
         "204 done +"},
    };
    run_rows(H1_PARSE_RESPONSES, rows, sizeof rows / sizeof *rows);
}

static void test_requests(void **state)
{
    (void)state;
#define HOST "Host: h\r\n"
    static const struct row rows[] = {
        {"get", NULL, W("GET /a?b HTTP/1.1\r\n" HOST "\r\n"), "GET /a?b done"},
        {"leading line end", NULL, W("\r\nGET / HTTP/1.1\r\n" HOST "\r\n"),
         "GET / done"},
        {"post", NULL,
         W("POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nok"),
         "POST / <ok> done"},
        {"chunked", NULL,
         W("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
           "2\r\nok\r\n0\r\nX: y\r\n\r\n"),
         "POST / <ok> {1} done"},
        {"1.0", NULL, W("GET / HTTP/1.0\r\n\r\n"), "GET / done"},
        {"connect", NULL, W("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n"),
         "CONNECT h:80 done"},
        {"options", NULL, W("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"),
         "OPTIONS * done"},
        {"upgrade offer", NULL,
         W("GET / HTTP/1.1\r\n" HOST
           "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n"),
         "GET / done"},
        {"pipelined", NULL, W("GET / HTTP/1.1\r\n" HOST "\r\nGET /2"),
         "GET / done +"},

        {"cut", NULL, W("GET / HTTP/1.1\r\n" HOST), "eof!partial"},
        {"no host", NULL, W("GET / HTTP/1.1\r\n\r\n"), "!weird_reply"},
        {"two hosts", NULL, W("GET / HTTP/1.1\r\n" HOST HOST "\r\n"),
         "!weird_reply"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
         "!weird_reply"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"),
         "!weird_reply"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n"),
         "!weird_reply +"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST
           "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
         "!weird_reply"},
        {"smuggling", NULL,
         W("POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"),
         "!weird_reply"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST
           "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello"),
         "POST / !weird_reply +"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n"
           "Content-Length: 5\r\n\r\n"),
         "!weird_reply"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST
           "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"),
         "POST / !weird_reply +"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST
           "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n"),
         "POST / <hello> !weird_reply +"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST
           "Transfer-Encoding: chunked\r\n\r\n0\r\nX: a\n\r\n"),
         "POST / !weird_reply +"},
        {"smuggling", NULL,
         W("POST / HTTP/1.1\r\n" HOST
           "Transfer-Encoding: chunked\r\n\r\n0\r\nX: a\r\n b\r\n\r\n"),
         "POST / !weird_reply +"},
        {"smuggling", NULL, W("GET / HTTP/1.1\r\n" HOST "X: a\n b\r\n\r\n"),
         "!weird_reply +"},
        {"smuggling", NULL, W("GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n"),
         "!weird_reply +"},
        {"smuggling", NULL, W("GET / HTTP/1.1\n" HOST "\r\n"),
         "!weird_reply +"},
        {"smuggling", NULL, W("GET / HTTP/1.1\r\nHost: h\n\r\n"),
         "!weird_reply +"},
        {"control", NULL, W("GET / HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n"),
         "!weird_reply +"},
        {"control", NULL, W("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"),
         "!weird_reply +"},
        {"name", NULL, W("GET / HTTP/1.1\r\n" HOST "X : a\r\n\r\n"),
         "!weird_reply +"},
        {"name", NULL, W("GET / HTTP/1.1\r\n" HOST "X a: b\r\n\r\n"),
         "!weird_reply +"},
        {"name", NULL, W("GET / HTTP/1.1\r\n" HOST ": b\r\n\r\n"),
         "!weird_reply +"},
        {"method", NULL, W("G@T / HTTP/1.1\r\n" HOST "\r\n"), "!weird_reply +"},
        {"space in target", NULL, W("GET / x HTTP/1.1\r\n" HOST "\r\n"),
         "!weird_reply +"},
        {"control in target", NULL, W("GET /\x01 HTTP/1.1\r\n" HOST "\r\n"),
         "!weird_reply +"},
        {"0.9", NULL, W("GET /\r\n\r\n"), "!weird_reply"},
        {"2.0", NULL, W("GET / HTTP/2.0\r\n" HOST "\r\n"), "!weird_reply +"},
        {"h2 preface", NULL, W("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
         "!weird_reply +"},
        {"other protocol", NULL, W("SOURCE / ICE/1.0\r\n" HOST "\r\n"),
         "!weird_reply +"},
        {"other protocol", NULL, W("PLAY / RTSP/1.0\r\n" HOST "\r\n"),
         "!weird_reply +"},
        {"tls", NULL, W("\x16\x03\x01\x02\x00\x01"), "!weird_reply +"},
    };
    run_rows(H1_PARSE_REQUESTS, rows, sizeof rows / sizeof *rows);
}

/* H1-10, H1-16: `head`, then `piece` for ever. */
static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        const char *head;
        const char *piece;
        const char *want;
        size_t most; /* bytes that may be taken before it ends */
    } rows[] = {
        {"leading line ends", "", "\r\n", "!head_too_large", 4096},
        {"status line", "HTTP/1.1 200 ", "a", "!head_too_large", 4096},
        {"one header", OK "X: ", "a", "!head_too_large", 4096},
        {"one name", OK, "a", "!head_too_large", 4096},
        {"headers", OK, "A: b\r\n", "!head_too_large", 4096},
        {"big headers", OK,
         "Set-Cookie: "
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "\r\n",
         "!head_too_large", 4096},
        {"interim", "", "HTTP/1.1 102 P\r\n\r\n", "102 102 102 102 !head_",
         4096},
        {"extension", CHUNKED "5;", "a", "200 !head_too_large", 400},
        {"extensions", CHUNKED "5", ";a=b", "200 !head_too_large", 400},
        {"empty extensions", CHUNKED "5", ";", "200 !head_too_large", 400},
        {"quoted extension", CHUNKED "5;a=\"", "b", "200 !head_too_large", 400},
        {"size digits", CHUNKED, "0", "200 !head_too_large", 400},
        {"size blanks", CHUNKED "5", " ", "200 !head_too_large", 400},
        {"trailers", CHUNKED "0\r\n", "A: b\r\n", "200 !head_too_large", 4300},
        {"trailer", CHUNKED "0\r\nX: ", "a", "200 !head_too_large", 4300},
        {"forbidden trailers", CHUNKED "0\r\n", "Date: b\r\n",
         "200 !head_too_large", 4300},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run r;
        size_t taken = strlen(rows[i].head);
        start(&r, H1_PARSE_RESPONSES, "GET");
        feed(&r, span_str(rows[i].head));
        while (!r.is_over && taken < 100000) {
            feed(&r, span_str(rows[i].piece));
            taken += strlen(rows[i].piece);
        }
        if (strncmp(str_text(&r.out), rows[i].want, strlen(rows[i].want)) ||
            taken > rows[i].most + strlen(rows[i].piece))
            fail_msg("%s: %s after %zu", rows[i].what, str_text(&r.out), taken);
        str_fini(&r.out);
        h1_parse_fini(&r.parse);
        arena_fini(&r.arena);
    }
}

/* What a server is told to say. */
static void test_answers(void **state)
{
    (void)state;
    static char long_target[8000];
    memset(long_target, 'a', sizeof long_target);
    memcpy(long_target, "GET /", 5);
    const struct {
        struct span wire;
        int answer;
    } rows[] = {
        {W("G@T / HTTP/1.1\r\n"), 501},
        {W("GET / HTTP/3.0\r\n"), 505},
        {W("GET / HTTP/1.1\r\nX : y\r\n"), 400},
        {W("GET / HTTP/1.1\r\n\r\n"), 400},
        {span_of(long_target, sizeof long_target), 414},
        {W("GET / HTTP/1.1\r\n1:\r\n2:\r\n3:\r\n4:\r\n5:\r\n6:\r\n7:\r\n8:\r\n"
           "9:\r\n10:\r\n11:\r\n12:\r\n13:\r\n14:\r\n15:\r\n16:\r\n17:\r\n"
           "18:\r\n19:\r\n20:\r\n21:\r\n\r\n"),
         431},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run r;
        start(&r, H1_PARSE_REQUESTS, NULL);
        feed(&r, rows[i].wire);
        assert_true(r.is_over);
        assert_int_equal(r.parse.answer, rows[i].answer);
        str_fini(&r.out);
        h1_parse_fini(&r.parse);
        arena_fini(&r.arena);
    }
}

static void test_head_fields(void **state)
{
    (void)state;
    static const char wire[] =
        "HTTP/1.1 404 Not  Here \r\nServer: x\r\nA:  b c \t\r\na: d\r\n"
        "Connection: close\r\nContent-Length: 3\r\n\r\n";
    for (size_t step = 1; step <= sizeof wire; step += sizeof wire - 2) {
        struct run r;
        start(&r, H1_PARSE_RESPONSES, "GET");
        r.parse.keep_raw = true;
        for (size_t at = 0; at < sizeof wire - 1; at += step) {
            size_t left = sizeof wire - 1 - at;
            feed(&r, span_of(wire + at, step < left ? step : left));
        }
        assert_string_equal(str_text(&r.out), "404 ");
        assert_true(span_equal(r.parse.reason, SPAN_LIT("Not  Here")));
        assert_int_equal(r.parse.version, HTTP_VERSION_1_1);
        assert_int_equal(r.parse.fields.len, 5);
        assert_true(
            span_equal(fields_value(&r.parse.fields, "a"), SPAN_LIT("b c")));
        assert_int_equal(r.parse.head_len, sizeof wire - 1);
        assert_int_equal(r.parse.framing.len, 3);
        assert_false(r.parse.framing.keep_alive);
        assert_string_equal(str_text(&r.parse.raw), wire);
        str_fini(&r.out);
        h1_parse_fini(&r.parse);
        arena_fini(&r.arena);
    }
}

static void test_keep_alive(void **state)
{
    (void)state;
    static const struct {
        const char *wire;
        bool keep_alive;
    } rows[] = {
        {OK "Content-Length: 0\r\n\r\n", true},
        {OK "Content-Length: 0\r\nConnection: Close\r\n\r\n", false},
        {OK "Content-Length: 0\r\nConnection: x, close\r\n\r\n", false},
        {OK "Content-Length: 0\r\nConnection: keep-alive\r\n"
            "Connection: close\r\n\r\n",
         false},
        {OK "\r\n", false},
        {CHUNKED, true},
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n"
         "Connection: Keep-Alive\r\n\r\n",
         true},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", false},
        {"HTTP/1.1 204 No\r\n\r\n", true},
        /* old ways to frame a body, and a head that contradicts itself: what
         * is understood is taken, and nothing else is asked there */
        {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n"
         "Connection: keep-alive\r\n\r\n",
         false},
        {OK "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n", false},
        {"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", true},
        {"HTTP/1.1 204 No\r\nContent-Length: 5x\r\n\r\n", false},
        {"HTTP/1.1 304 No\r\nContent-Length: 5\r\n"
         "Transfer-Encoding: chunked\r\n\r\n",
         false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run r;
        start(&r, H1_PARSE_RESPONSES, "GET");
        feed(&r, span_str(rows[i].wire));
        if (r.parse.framing.keep_alive != rows[i].keep_alive)
            fail_msg("%s", rows[i].wire);
        str_fini(&r.out);
        h1_parse_fini(&r.parse);
        arena_fini(&r.arena);
    }
}

#define FRAMES "4;ext=1\r\nbody\r\n0\r\nX-Sum: 42\r\n\r\n"

/* What --raw, --tr-encoding and --ignore-content-length change. */
static void test_as_asked(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"raw frames", "RAW", W(CHUNKED FRAMES), "200 <" FRAMES "> {1} done"},
        {"raw end", "RAW", W(CHUNKED "0\r\n\r\nPOISON"),
         "200 <0\r\n\r\n> done +"},
        {"raw cut", "RAW", W(CHUNKED "5\r\nab"), "200 <5\r\nab> eof!partial"},
        {"raw but bad", "RAW", W(CHUNKED "x\r\n"), "200 !weird_reply +"},
        {"raw with a length", "RAW",
         W("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"), "200 <ab> done"},
        {"raw gzip", "RAW",
         W("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
           "1\r\nz\r\n0\r\n\r\n"),
         "200 <1\r\nz\r\n0\r\n\r\n> done"},
        {"gzip, chunked", "TE",
         W("HTTP/1.1 200 OK\r\nTransfer-Encoding: GZip ,\tchunked\r\n\r\n"
           "1\r\nz\r\n0\r\n\r\n"),
         "200 <z> done"},
        {"gzip alone", "TE",
         W("HTTP/1.1 200 OK\r\nTransfer-Encoding: x-gzip\r\n\r\nz"),
         "200 <z> eof "},
        {"chunked is still", "TE", W(CHUNKED "0\r\n\r\n"), "200 done"},
        {"other order", "TE",
         W("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"),
         "!weird_reply"},
        {"twice", "TE",
         W("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, gzip\r\n\r\n"),
         "!weird_reply"},
        {"three", "TE",
         W("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked, "
           "chunked\r\n\r\n"),
         "!weird_reply"},
        {"two lines", "TE",
         W("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n"
           "Transfer-Encoding: chunked\r\n\r\n"),
         "!weird_reply"},
        {"gzip and a length", "TE",
         W("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n"
           "Content-Length: 1\r\n\r\nz"),
         "!weird_reply +"},
        {"unasked", "GET",
         W("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
         "!weird_reply"},
        {"no length", "NOLEN",
         W("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nall"),
         "200 <all> eof "},
        {"not even a bad one", "NOLEN",
         W("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nall"),
         "200 <all> eof "},
        {"chunks all the same", "NOLEN",
         W("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"
           "Transfer-Encoding: chunked\r\n\r\n"
           "1\r\na\r\n0\r\n\r\n"),
         "200 <a> done"},
    };
    run_rows(H1_PARSE_RESPONSES, rows, sizeof rows / sizeof *rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_responses),  cmocka_unit_test(test_requests),
        cmocka_unit_test(test_as_asked),   cmocka_unit_test(test_limits),
        cmocka_unit_test(test_answers),    cmocka_unit_test(test_head_fields),
        cmocka_unit_test(test_keep_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
