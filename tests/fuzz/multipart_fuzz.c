/*
 * Forms: whatever stands in -F, the body has the length that was told, and a
 * reader who knows its boundary finds the parts that were given, their contents
 * byte by byte, and no line of a head that nobody asked for.
 *
 * The input: how, the size of a read, then arguments, a line each; one that
 * begins with '!' is --form-string's.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "args/parser.h"
#include "client/upload_parts.h"
#include "core/base/xalloc.h"
#include "fuzz_input.h"
#include "request/cmdline.h"
#include "request/form.h"

/* Files are not opened: this is what each of them holds. */
static const char file_bytes[] = "FILE\r\n--\xff=. \t\r\n\n";

/* The linker makes it this one (CMakeLists.txt): nobody reads it. */
void __wrap_complain_warning(const char *format, ...);

void __wrap_complain_warning(const char *format, ...)
{
    (void)format;
}

/* ---- a reader ---- */

struct reader {
    const char *at;
    const char *end;
};

static void expect(struct reader *r, const char *bytes, size_t len)
{
    assert((size_t)(r->end - r->at) >= len);
    assert(memcmp(r->at, bytes, len) == 0);
    r->at += len;
}

static void expect_text(struct reader *r, const char *text)
{
    expect(r, text, strlen(text));
}

/* A line of a head, without its end; NULL behind the last one. */
static char *head_line(struct reader *r)
{
    const char *end = memmem(r->at, (size_t)(r->end - r->at), "\r\n", 2);
    assert(end);
    char *line = xalloc_copy(r->at, (size_t)(end - r->at));
    assert(!memchr(r->at, '\r', (size_t)(end - r->at)));
    assert(!memchr(r->at, '\n', (size_t)(end - r->at)));
    r->at = end + 2;
    if (*line) {
        assert(multipart_is_header(line));
        return line;
    }
    free(line);
    return NULL;
}

static bool is_header(const char *line, const char *name)
{
    return strncasecmp(line, name, strlen(name)) == 0 &&
           line[strlen(name)] == ':';
}

/* Those of ours that may be there, and the user's own. */
static char *read_head(struct reader *r, const struct multipart_part *p)
{
    size_t most = p->nheaders + 3;
    size_t n = 0;
    char *boundary = NULL;
    for (char *line; (line = head_line(r)); free(line)) {
        n++;
        const char *mark = strstr(line, "; boundary=--");
        if (p->content == MULTIPART_PARTS && is_header(line, "Content-Type") &&
            mark && !boundary) {
            while (strstr(mark + 1, "; boundary=--"))
                mark = strstr(mark + 1, "; boundary=--");
            boundary = xalloc_string(mark + strlen("; boundary="));
        }
    }
    assert(n <= most);
    return boundary;
}

static int hex(char c)
{
    assert((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'));
    return c <= '9' ? c - '0' : c - 'A' + 10;
}

static void read_quoted(struct reader *r, struct span content)
{
    size_t column = 0;
    for (size_t i = 0; i < content.len || *r->at == '=';) {
        assert(r->at < r->end && column < 77);
        if (r->at[0] == '=' && r->at[1] == '\r') {
            expect_text(r, "=\r\n");
            column = 0;
        } else if (r->at[0] == '=') {
            assert(i < content.len);
            assert(content.base[i++] == hex(r->at[1]) * 16 + hex(r->at[2]));
            r->at += 3;
            column += 3;
        } else {
            assert(i < content.len && content.base[i] == (uint8_t)*r->at);
            column = *r->at == '\n' ? 0 : column + 1;
            r->at++;
            i++;
        }
    }
}

static int digit(char c)
{
    const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                          "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(digits, c);
    assert(c && at);
    return (int)(at - digits);
}

static void read_base64(struct reader *r, struct span content)
{
    unsigned bits = 0;
    unsigned nbits = 0;
    size_t column = 0;
    for (size_t i = 0; i < content.len;) {
        if (column == 76) {
            expect_text(r, "\r\n");
            column = 0;
        }
        assert(r->at < r->end);
        bits = bits << 6 | (unsigned)digit(*r->at++);
        nbits += 6;
        column++;
        if (nbits < 8)
            continue;
        nbits -= 8;
        assert(content.base[i++] == (bits >> nbits & 255));
    }
    for (size_t i = content.len % 3; i % 3; i++)
        expect_text(r, "=");
}

static struct span content_of(const struct multipart_part *p)
{
    return p->content == MULTIPART_BYTES
               ? p->bytes
               : span_of(file_bytes, sizeof file_bytes - 1);
}

static void read_parts(struct reader *r, const struct multipart_part *first,
                       const char *boundary);

static void read_content(struct reader *r, const struct multipart_part *p,
                         const char *boundary)
{
    struct span content = content_of(p);
    if (p->content == MULTIPART_PARTS) {
        assert(boundary);
        read_parts(r, p->first, boundary);
        return;
    }
    switch (p->encoder) {
    case QV_ENCODER_NONE:
    case QV_ENCODER_7BIT:
        if (content.len)
            expect(r, (const char *)content.base, content.len);
        break;
    case QV_ENCODER_BASE64:
        read_base64(r, content);
        break;
    case QV_ENCODER_QUOTED_PRINTABLE:
        read_quoted(r, content);
        break;
    }
}

static void read_parts(struct reader *r, const struct multipart_part *first,
                       const char *boundary)
{
    for (const struct multipart_part *p = first; p; p = p->next) {
        expect_text(r, "--");
        expect_text(r, boundary);
        expect_text(r, "\r\n");
        char *own = read_head(r, p);
        read_content(r, p, own);
        free(own);
        expect_text(r, "\r\n");
    }
    expect_text(r, "--");
    expect_text(r, boundary);
    expect_text(r, "--\r\n");
}

/* ---- what is sent ---- */

/* All of the body in pieces of `step`; false: it cannot be encoded so. */
static bool pull(struct upload_parts *u, size_t step, struct str *body)
{
    for (;;) {
        size_t n = 0;
        char *to = str_reserve(body, step);
        enum io io = u->source.read(&u->source, (uint8_t *)to, step, &n);
        if (io == IO_OK) {
            assert(n > 0 && n <= step);
            str_commit(body, n);
            continue;
        }
        assert(io == IO_EOF || io == IO_FAILED);
        return io == IO_EOF;
    }
}

static void check_body(const struct form *f, const struct multipart *m,
                       const struct str *body)
{
    struct reader r = {body->base, body->base + body->len};
    const char *type = str_text(&m->content_type);
    const char *boundary = strstr(type, "; boundary=");
    assert(boundary);
    read_parts(&r, form_parts(f), boundary + strlen("; boundary="));
    assert(r.at == r.end);
}

static void send_form(const struct form *f, bool is_escaped, size_t step)
{
    struct multipart m;
    struct upload_parts u;
    struct fault fault;
    struct str body = {0};
    multipart_init(&m, form_parts(f),
                   &(struct multipart_how){.is_escaped = is_escaped});
    struct qv_body_part *parts = xalloc_zeroed(m.npieces, sizeof *parts);
    multipart_parts(&m, str_text(&m.text), parts);
    for (size_t i = 0; i < m.npieces; i++) {
        if (parts[i].path)
            parts[i] = (struct qv_body_part){.bytes = file_bytes,
                                             .len = sizeof file_bytes - 1,
                                             .encoder = parts[i].encoder};
    }
    upload_parts_init(&u, parts, m.npieces);
    assert(upload_parts_measure(&u, &fault));
    if (pull(&u, step, &body)) {
        assert(u.total == -1 || (uint64_t)u.total == body.len);
        check_body(f, &m, &body);
        assert(u.source.rewind(&u.source));
        size_t len = body.len;
        assert(pull(&u, step + 7, &body));
        assert(body.len == 2 * len);
        assert(memcmp(body.base, body.base + len, len) == 0);
    }
    upload_parts_fini(&u);
    multipart_fini(&m);
    free(parts);
    str_fini(&body);
}

/* Would a file be read while the argument is? */
static bool reads_files(const char *arg)
{
    for (const char *c = arg; *c; c++) {
        if (strncasecmp(c, "headers=", 8) == 0 && (c[8] == '@' || c[8] == '<'))
            return true;
    }
    return false;
}

/* "-" is a part of nothing. */
static void empty_stdin(void)
{
    static bool is_empty;
    if (is_empty)
        return;
    int null = open("/dev/null", O_RDONLY);
    assert(null >= 0 && dup2(null, STDIN_FILENO) == STDIN_FILENO);
    if (null != STDIN_FILENO)
        close(null);
    is_empty = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    bool is_escaped = fuzz_input_u8(&in) & 1;
    size_t step = (size_t)fuzz_input_u8(&in) + 1;
    char *text = xalloc_copy(in.at, in.len);
    struct cmdline *line = cmdline_new();
    struct parser p = {.scope = {[SCOPE_OPERATION] = line->first},
                       .owned = &line->owned};
    const struct option field = {.name = "form"};
    const struct option string = {.name = "form-string"};
    char *rest = text;

    empty_stdin();
    for (char *arg; (arg = strsep(&rest, "\n"));) {
        if (*arg == '!')
            (void)form_string(&p, &string, arg + 1);
        else if (!reads_files(arg))
            (void)form_field(&p, &field, arg);
    }
    struct form *f = line->first->form;
    if (f && !(is_escaped && form_unescapable(f)))
        send_form(f, is_escaped, step);
    cmdline_free(line);
    free(text);
    return 0;
}
