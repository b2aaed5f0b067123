/*
 * `quiver report` over lines that are no records, or nearly: every writer.
 *
 * What must hold: HAR is JSON; XML has no character that XML may not have, no
 * ampersand that begins no reference, and nothing of a record is markup; the rows
 * of a page are JSON that no tag can begin in.
 *
 * The first byte says how it is called, the rest is the file.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yyjson.h>
#include <zlib.h>

#include "base/base64.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "commands.h"
#include "fuzz_input.h"
#include "report/report_command.h"
#include "scratch.h"

enum file {
    FILE_RECORDS,
    FILE_CSV,
    FILE_JUNIT,
    FILE_HAR,
    FILE_WATERFALL,
    FILE_PAGE,
    FILE_MERGED,
    FILE_COUNT,
};

enum {
    CALL_MERGE = 1,
    CALL_TWICE = 2,
    CALL_PAGE = 4, /* the waterfall is a page */
};

static int files[FILE_COUNT];
static char names[FILE_COUNT][80];

static void remove_folder(void)
{
    (void)unlink(names[FILE_PAGE]);
    (void)rmdir(scratch_folder());
}

/* They stay: a report truncates what it writes. */
static void open_files(void)
{
    if (files[0])
        return;
    for (int i = 0; i < FILE_COUNT; i++) {
        files[i] = memfd_create("report", MFD_CLOEXEC);
        assert(files[i] > 0);
        (void)snprintf(names[i], sizeof names[i], "/proc/self/fd/%d", files[i]);
    }
    /* What it becomes, its name says. */
    char page[sizeof names[0]];
    (void)snprintf(page, sizeof page, "%s/page.html", scratch_folder());
    if (symlink(names[FILE_PAGE], page) != 0)
        abort();
    memcpy(names[FILE_PAGE], page, sizeof page);
    (void)setenv("TMPDIR", scratch_folder(), 1); /* of a waterfall's spool */
    (void)atexit(remove_folder);
}

static void put_records(const uint8_t *data, size_t len)
{
    int fd = files[FILE_RECORDS];
    if (ftruncate(fd, (off_t)len) != 0 ||
        pwrite(fd, data, len, 0) != (ssize_t)len)
        abort();
}

struct call {
    char *argv[20];
    int argc;
};

/* The option parser takes argv as main() has it: not const. */
static void add(struct call *c, const char *word)
{
    c->argv[c->argc++] = (char *)(uintptr_t)word;
    c->argv[c->argc] = NULL;
}

static void add_output(struct call *c, const char *option, enum file which)
{
    add(c, option);
    add(c, names[which]);
}

static void run(uint8_t how)
{
    struct call c = {0};
    add(&c, "quiver");
    if (how & CALL_MERGE) {
        add(&c, "--merge");
        add_output(&c, "-o", FILE_MERGED);
    }
    add_output(&c, "--csv", FILE_CSV);
    add_output(&c, "--junit", FILE_JUNIT);
    add_output(&c, "--har", FILE_HAR);
    add_output(&c, "--waterfall", how & CALL_PAGE ? FILE_PAGE : FILE_WATERFALL);
    add(&c, names[FILE_RECORDS]);
    if (how & CALL_TWICE)
        add(&c, names[FILE_RECORDS]);
    struct command_line line = {
        .command = command_find(commands, "report"),
        .table = commands,
        .argc = c.argc,
        .argv = c.argv,
    };
    (void)report_command_run(&line);
}

static void read_back(enum file which, struct str *s)
{
    struct stat st;
    str_init(s);
    if (fstat(files[which], &st) != 0)
        abort();
    size_t len = (size_t)st.st_size;
    ssize_t n = pread(files[which], str_reserve(s, len), len, 0);
    assert(n == st.st_size);
    str_commit(s, len);
}

/* U+FFFE and U+FFFF, as UTF-8 (XML 1.0, 2.2). */
static bool is_noncharacter(const uint8_t *at, size_t left)
{
    return left >= 3 && at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe;
}

static bool is_reference(const uint8_t *at, size_t left)
{
    const uint8_t *end = memchr(at, ';', left < 10 ? left : 10);
    return end && end > at + 1;
}

static void check_xml(enum file which)
{
    struct str s;
    read_back(which, &s);
    const uint8_t *base = (const uint8_t *)s.base;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = base[i];
        assert(c >= 32 || c == '\n' || c == '\t' || c == '\r');
        assert(!is_noncharacter(base + i, s.len - i));
        assert(c != '&' || is_reference(base + i, s.len - i));
    }
    assert(s.len == 0 || !memmem(s.base, s.len, "<fuzz", 5));
    str_fini(&s);
}

static void check_json(enum file which)
{
    struct str s;
    read_back(which, &s);
    if (s.len > 0) {
        yyjson_doc *doc = yyjson_read(s.base, s.len, YYJSON_READ_NUMBER_AS_RAW);
        assert(doc);
        yyjson_doc_free(doc);
    }
    str_fini(&s);
}

/* zlib's format in base64; to be freed. */
static char *unpack(const char *text, size_t len, size_t *n)
{
    uint8_t *packed = xalloc_bytes(base64_room(len));
    size_t npacked;
    size_t cap = 1 << 16;
    char *plain = xalloc_bytes(cap);
    assert(base64_decode(packed, &npacked, text, len));
    z_stream z = {.next_in = packed, .avail_in = (uInt)npacked};
    assert(inflateInit(&z) == Z_OK);
    int status = Z_OK;
    while (status == Z_OK) {
        if (z.total_out == cap)
            plain = xalloc_resize(plain, cap *= 2);
        z.next_out = (uint8_t *)plain + z.total_out;
        z.avail_out = (uInt)(cap - z.total_out);
        status = inflate(&z, Z_NO_FLUSH);
    }
    assert(status == Z_STREAM_END && z.avail_in == 0);
    *n = z.total_out;
    (void)inflateEnd(&z);
    free(packed);
    return plain;
}

static void check_page(void)
{
    static const char begin[] = "id=\"rows\">";
    static const char end[] = "</script>";
    struct str s;
    read_back(FILE_PAGE, &s);
    const char *rows = memmem(s.base, s.len, begin, strlen(begin));
    assert(rows);
    rows += strlen(begin);
    size_t left = s.len - (size_t)(rows - s.base);
    const char *behind = memchr(rows, '<', left);
    assert(behind);
    size_t len = (size_t)(behind - rows);
    assert(left - len > strlen(end) && memcmp(behind, end, strlen(end)) == 0);
    size_t n;
    char *plain = unpack(rows, len, &n);
    yyjson_doc *doc = yyjson_read(plain, n, YYJSON_READ_NUMBER_AS_RAW);
    assert(doc);
    yyjson_doc_free(doc);
    free(plain);
    str_fini(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0)
        return 0;
    open_files();
    put_records(data + 1, len - 1);
    run(data[0]);
    check_xml(FILE_JUNIT);
    if (data[0] & CALL_PAGE)
        check_page();
    else
        check_xml(FILE_WATERFALL);
    check_json(FILE_HAR);
    return 0;
}
