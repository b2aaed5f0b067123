/*
 * What answers look like out there, and what becomes of them.  Each row is an
 * answer; the outcome is written down as its fields ("X=a|"), its body and how
 * it ended.
 *
 * `others` says what three programs do with it: curl 8.14 (tried), Go and
 * Chromium (read in net/textproto and net/http of their sources).  T takes the
 * answer and reads the field, L takes it without the field, O reads something
 * else out of it, R refuses it; - was not looked up.
 *
 * Every row is delivered in one piece, byte by byte and cut in two at each
 * place, and must come out the same.
 */
#include "conn/h1_section.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "conn/h1_parse.h"

static const struct settings_limits limits = {
    .head = 4096,
    .fields = 5,
    .chunk_extra = 256,
    .interim = 4,
};

struct row {
    const char *what;
    const char *others; /* curl, Go, Chromium */
    struct span wire;
    const char *want;
};

struct run {
    struct h1_parse parse;
    struct arena arena;
    struct str out;
    bool is_over;
};

static void print_fields(struct str *out, const struct fields *fields)
{
    for (size_t i = 0; i < fields->len; i++) {
        str_add(out, fields->items[i].name);
        str_add_char(out, '=');
        str_add(out, fields->items[i].value);
        str_add_char(out, '|');
    }
}

static void note(struct run *r, enum h1_parse_event event, struct span body)
{
    switch (event) {
    case H1_PARSE_MORE:
        return;
    case H1_PARSE_HEAD:
        str_printf(&r->out, "%d|", r->parse.status);
        print_fields(&r->out, &r->parse.fields);
        return;
    case H1_PARSE_BODY:
        str_add(&r->out, body);
        return;
    case H1_PARSE_DONE:
        str_add_text(&r->out, " done ");
        print_fields(&r->out, &r->parse.trailers);
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
    enum h1_parse_event event = H1_PARSE_HEAD;
    while (!r->is_over && event != H1_PARSE_MORE) {
        struct span body;
        event = h1_parse_next(&r->parse, &input, &body);
        note(r, event, body);
    }
}

static void start(struct run *r, const char *method)
{
    *r = (struct run){.is_over = false};
    arena_init(&r->arena);
    str_init(&r->out);
    h1_parse_init(&r->parse, H1_PARSE_RESPONSES, &limits);
    h1_parse_begin(&r->parse, &r->arena, span_str(method), false);
}

static void finish(struct run *r, const struct row *row, size_t step)
{
    if (!r->is_over)
        str_add_text(&r->out, h1_parse_eof(&r->parse) ? " eof" : " cut");
    if (strcmp(str_text(&r->out), row->want) != 0)
        fail_msg("%s (%zu)\n got  %s\n want %s\n %s", row->what, step,
                 str_text(&r->out), row->want, r->parse.fault.detail);
    str_fini(&r->out);
    h1_parse_fini(&r->parse);
    arena_fini(&r->arena);
}

static void run_rows(const char *method, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct span wire = rows[i].wire;
        struct run r;
        for (size_t step = 1; step <= wire.len; step++) {
            start(&r, method);
            feed(&r, span_of(wire.base, step));
            /* with the first step byte by byte, otherwise the rest at once */
            for (size_t at = step; at < wire.len;) {
                size_t len = step == 1 ? 1 : wire.len - at;
                feed(&r, span_of(wire.base + at, len));
                at += len;
            }
            finish(&r, &rows[i], step);
        }
    }
}

#define W(text)   SPAN_LIT(text)
#define OK        "HTTP/1.1 200 OK\r\n"
#define END       "Content-Length: 3\r\n\r\nabc"
#define ABC       "Content-Length=3|abc done "
#define CHUNKED   OK "Transfer-Encoding: chunked\r\n\r\n"
#define IN_CHUNKS "200|Transfer-Encoding=chunked|"

static void lines_are_read_as_servers_write_them(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"LF alone", "TTT",
         W("HTTP/1.1 200 OK\nX: a\nContent-Length: 3\n\nabc"), "200|X=a|" ABC},
        {"LF alone, no reason", "TTT",
         W("HTTP/1.1 200\nContent-Length: 3\n\nabc"), "200|" ABC},
        {"LF among CR LF", "TTT", W(OK "X: a\nY: b\r\n" END),
         "200|X=a|Y=b|" ABC},
        {"the empty line by LF", "TTT", W(OK "Content-Length: 3\r\n\nabc"),
         "200|" ABC},
        {"an interim answer by LF", "TTT",
         W("HTTP/1.1 103 E\nLink: a\n\n" OK END), "103|Link=a|200|" ABC},
        {"empty lines before", "RRT", W("\r\n\n" OK END), "200|" ABC},

        {"folded", "TTT", W(OK "X: a,\r\n   b\r\n" END), "200|X=a, b|" ABC},
        {"folded by a tab", "OTT", W(OK "X: a\r\n\tb\r\n" END),
         "200|X=a b|" ABC},
        {"folded twice", "TTT", W(OK "X: a\r\n b\r\n  c\r\n" END),
         "200|X=a b c|" ABC},
        {"folded behind blanks", "TTT", W(OK "X: a \t\r\n b\r\n" END),
         "200|X=a b|" ABC},
        {"folded with nothing before", "OTT", W(OK "X:\r\n b\r\n" END),
         "200|X=b|" ABC},
        {"folded with nothing behind", "TTT", W(OK "X: a\r\n \r\n" END),
         "200|X=a|" ABC},
        {"folded by LF", "TTT", W(OK "X: a\n b\n" END), "200|X=a b|" ABC},
        {"folded, no framing field", "TTT",
         W(OK "X: a\r\n Content-Length: 5\r\n" END),
         "200|X=a Content-Length: 5|" ABC},
        {"folded name", "RRL", W(OK "X\r\n : a\r\n" END), "!weird_reply"},
        {"folded before the first", "TRL", W(OK " X: a\r\n" END),
         "!weird_reply"},
        {"folded in the last field", "TTT",
         W(OK "Content-Length: 3\r\nX: a\r\n b\r\n\r\nabc"),
         "200|Content-Length=3|X=a b|abc done "},
        {"folded in a trailer", "TTL",
         W(CHUNKED "3\r\nabc\r\n0\r\nX: a\r\n b\r\nY: c\r\n\r\n"),
         IN_CHUNKS "abc done X=a b|Y=c|"},
        {"folded before the first trailer", "TRL",
         W(CHUNKED "0\r\n X: a\r\n\r\n"), IN_CHUNKS "!weird_reply"},

        {"blank before the colon", "OOT", W(OK "X \t: a\r\n" END),
         "200|X=a|" ABC},
        {"blank before the colon of a trailer", "OOL",
         W(CHUNKED "0\r\nX : a\r\n\r\n"), IN_CHUNKS " done X=a|"},
        {"blank in a name", "OOL", W(OK "X a: b\r\n" END), "200|" ABC},
        {"brackets in a name", "OOL", W(OK "X[a]: b\r\n" END), "200|" ABC},
        {"high bytes in a name", "OOL", W(OK "X\xc3\xa9: b\r\n" END),
         "200|" ABC},
        {"NUL in a name", "ROR", W(OK "X\0: a\r\n" END), "!weird_reply"},
        {"no name", "LLL", W(OK ": a\r\n" END), "!weird_reply"},
        {"left out with its folds", "OOL", W(OK "X a: b\r\n c: d\r\n" END),
         "200|" ABC},
        {"no colon", "RRL", W(OK "Xa\r\n" END), "!weird_reply"},

        {"control bytes", "TTT", W(OK "X: a\x01\x1b[31m\x7f\r\n" END),
         "200|X=a\x01\x1b[31m\x7f|" ABC},
        {"NUL", "ROR", W(OK "X: a\0b\r\n" END), "!weird_reply"},
        {"CR", "OOO", W(OK "X: a\rb\r\n" END), "!weird_reply"},
        {"CR CR LF", "TOT", W(OK "X: a\r\r\n" END), "!weird_reply"},
        {"control bytes in the reason", "TTT",
         W("HTTP/1.1 200 \x1b[31mOK\r\n" END), "200|" ABC},
        {"NUL in the reason", "ROR", W("HTTP/1.1 200 O\0K\r\n" END),
         "!weird_reply"},
        {"too many fields", "TTT",
         W(OK "A:\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\n" END), "!head_too_large"},
        {"those left out are not counted", "OOL",
         W(OK "[:\r\n[:\r\n[:\r\n[:\r\n[:\r\n[:\r\n" END), "200|" ABC},
    };
    run_rows("GET", rows, sizeof rows / sizeof *rows);
}

/* What two programs could read differently, so that one takes for a head what
 * is body to the other. */
static void what_could_move_the_end_of_a_body_is_refused(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"length folded", "RTT", W(OK "Content-Length:\r\n 3\r\n\r\nabc"),
         "!weird_reply"},
        {"length with a blank", "OOT", W(OK "Content-Length : 3\r\n\r\nabc"),
         "!weird_reply"},
        {"length with a blank in it", "OOL",
         W(OK "Content- Length: 3\r\n\r\nabc"), "!weird_reply"},
        {"length with NUL", "ROR", W(OK "Content-Length\0: 3\r\n\r\nabc"),
         "!weird_reply"},
        {"length with NUL in its value", "RRR",
         W(OK "Content-Length: 3\0\r\n\r\nabc"), "!weird_reply"},
        {"length with CR in its value", "ORO",
         W(OK "Content-Length: 3\r4\r\n\r\nabc"), "!weird_reply"},
        {"coding with a blank", "OOT",
         W(OK "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"), "!weird_reply"},
        {"coding folded", "OTT",
         W(OK "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
         "!weird_reply"},
        {"coding with a control byte", "R-O",
         W(OK "Transfer-Encoding: \x0b"
              "chunked\r\n\r\n0\r\n\r\n"),
         "!weird_reply"},
        {"coding with NUL", "R-R",
         W(OK "Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n"), "!weird_reply"},
        {"coding in a trailer with a blank", "TOL",
         W(CHUNKED "0\r\nTransfer-Encoding : x\r\n\r\n"),
         IN_CHUNKS "!weird_reply"},
        {"coding and length", "O-O",
         W(OK "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc"),
         "!weird_reply"},
        {"two lengths", "O-R",
         W(OK "Content-Length: 3\r\n"
              "Content-Length: 4\r\n\r\nabcd"),
         "!weird_reply"},
        {"LF behind an extension", "TRT", W(CHUNKED "3;a\nabc\r\n0\r\n\r\n"),
         IN_CHUNKS "!weird_reply"},
        {"names that only begin so", "OOT",
         W(OK "Content-Lengthy : 9\r\nContent-Len gth-x: 8\r\n" END),
         "200|Content-Lengthy=9|" ABC},
    };
    run_rows("GET", rows, sizeof rows / sizeof *rows);
}

static void bodies_are_read_as_servers_write_them(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"chunks with LF alone", "TRT", W(CHUNKED "3\nabc\n2\nde\n0\n\n"),
         IN_CHUNKS "abcde done "},
        {"chunks with LF here and there", "TRT",
         W(CHUNKED "3\r\nabc\n2 \nde\r\n0\nX: y\n\r\n"),
         IN_CHUNKS "abcde done X=y|"},
        {"an extension, then LF alone", "TRT",
         W(CHUNKED "3;a=b\r\nabc\n2\nde\r\n0\r\n\r\n"),
         IN_CHUNKS "abcde done "},
        {"LF as data", "TTT", W(CHUNKED "3\r\n\n\n\n\r\n0\r\n\r\n"),
         IN_CHUNKS "\n\n\n done "},
        {"; as data", "TRT", W(CHUNKED "3\n;;;\n3\nabc\n0\n\n"),
         IN_CHUNKS ";;;abc done "},
        {"identity and a length", "T-T",
         W(OK "Transfer-Encoding: identity\r\n" END),
         "200|Transfer-Encoding=identity|" ABC},
        {"identity", "T-T", W(OK "Transfer-Encoding: Identity\r\n\r\nabc"),
         "200|Transfer-Encoding=Identity|abc eof"},
        {"chunked in HTTP/1.0", "T--",
         W("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
           "3\r\nabc\r\n0\r\n\r\n"),
         IN_CHUNKS "abc done "},
        {"204 with both", "T-T",
         W("HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n"
           "Content-Length: 3\r\n\r\n"),
         "204|Transfer-Encoding=chunked|Content-Length=3| done "},
        {"304 with a coding", "T-T",
         W("HTTP/1.1 304 No\r\nTransfer-Encoding: gzip\r\n\r\n"),
         "304|Transfer-Encoding=gzip| done "},
        {"103 with two lengths", "T--",
         W("HTTP/1.1 103 E\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n" OK
               END),
         "103|Content-Length=3|Content-Length=4|200|" ABC},
    };
    run_rows("GET", rows, sizeof rows / sizeof *rows);
}

static void an_answer_to_head_ends_with_its_head(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"both", "T-T",
         W(OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
         "200|Content-Length=5|Transfer-Encoding=chunked| done "},
        {"two lengths", "T-T",
         W(OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
         "200|Content-Length=5|Content-Length=6| done "},
        {"no length", "T-T", W(OK "Content-Length: 5x\r\n\r\n"),
         "200|Content-Length=5x| done "},
        {"some coding", "T-T", W(OK "Transfer-Encoding: gzip, x\r\n\r\n"),
         "200|Transfer-Encoding=gzip, x| done "},
    };
    run_rows("HEAD", rows, sizeof rows / sizeof *rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_as_servers_write_them),
        cmocka_unit_test(what_could_move_the_end_of_a_body_is_refused),
        cmocka_unit_test(bodies_are_read_as_servers_write_them),
        cmocka_unit_test(an_answer_to_head_ends_with_its_head),
    };
    return cmocka_run_group_tests_name("conn/h1_section", tests, NULL, NULL);
}
