/*
 * --resume: a journal whose lines after the header are made from the input, with
 * checksums right or wrong, beside an output of some lines.
 *
 * What must hold: no more is kept of the output than there is; an entry that
 * the journal calls done is not also held; a number in a line makes nothing
 * grow beyond the bound.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz_input.h"
#include "heap_bound.h"
#include "journal/journal.h"
#include "journal/journal_line.h"
#include "scratch.h"

#define LINES_MAX  60
#define ENTRIES    12
#define MESSAGE    400
#define RECORD_LEN 19

enum {
    OP_DONE,
    OP_STARTED,
    OP_STARTED_ONCE,
    OP_SYNCED,
    OP_HELD,
    OP_ANY_LINE, /* with a right checksum */
    OP_ANY_BYTES,
    OP_LARGE, /* numbers that nobody writes */
    OP_FLIP,
    OP_COUNT,
};

static const char *folder;
static char input_path[64];
static char output_path[64];
static char journal_path[64];

static void remove_files(void)
{
    (void)unlink(input_path);
    (void)unlink(output_path);
    (void)unlink(journal_path);
    (void)rmdir(folder);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    ssize_t n = fd >= 0 && len ? write(fd, bytes, len) : 0;
    assert(fd >= 0 && n == (ssize_t)len);
    (void)close(fd);
}

static void write_text(const char *path, const struct str *t)
{
    write_file(path, t->base ? t->base : "", t->len);
}

static void make_folder(void)
{
    if (*input_path)
        return;
    folder = scratch_folder();
    (void)atexit(remove_files);
    (void)snprintf(input_path, sizeof input_path, "%s/in", folder);
    (void)snprintf(output_path, sizeof output_path, "%s/out", folder);
    (void)snprintf(journal_path, sizeof journal_path, "%s/journal", folder);
    write_file(input_path, "one\ntwo\n", 8);
}

static void add_numbers(struct str *t, char kind, const uint64_t *numbers,
                        size_t n)
{
    char line[JOURNAL_LINE_NUMBERS_MAX];
    str_add(t, span_of(line, journal_line_format(line, kind, numbers, n)));
}

/* Numbers as large as they can be, or nearly. */
static void add_large(struct str *t, struct fuzz_input *in)
{
    static const char kinds[] = "DSNF";
    uint64_t numbers[3];
    uint8_t how = fuzz_input_u8(in);
    for (size_t i = 0; i < 3; i++)
        numbers[i] = how >> i & 1 ? UINT64_MAX >> fuzz_input_u8(in) % 64
                                  : fuzz_input_u8(in);
    char kind = kinds[how >> 6];
    add_numbers(t, kind, numbers, kind == 'D' ? 3 : 1);
}

static void add_line(struct str *t, uint64_t *end, struct fuzz_input *in)
{
    uint8_t op = fuzz_input_u8(in) % OP_COUNT;
    uint64_t numbers[3] = {fuzz_input_u8(in) % ENTRIES, *end, RECORD_LEN};
    struct span bytes;
    switch (op) {
    case OP_DONE:
        if (numbers[0] & 1)
            numbers[2] = fuzz_input_u8(in);
        *end += numbers[2];
        add_numbers(t, 'D', numbers, 3);
        break;
    case OP_STARTED:
        add_numbers(t, 'S', numbers, 1);
        break;
    case OP_STARTED_ONCE:
        add_numbers(t, 'N', numbers, 1);
        break;
    case OP_SYNCED:
        add_numbers(t, 'F', end, 1);
        break;
    case OP_HELD:
        bytes = fuzz_input_take(in, fuzz_input_u8(in) % 32);
        journal_line_add_text(t, 'H', numbers[0], (const char *)bytes.base,
                              bytes.len);
        break;
    case OP_ANY_LINE:
        bytes = fuzz_input_take(in, fuzz_input_u8(in) % 32);
        if (bytes.len)
            journal_line_add(t, (const char *)bytes.base, bytes.len);
        break;
    case OP_ANY_BYTES:
        bytes = fuzz_input_piece(in);
        if (bytes.len)
            str_add(t, span_of((const char *)bytes.base, bytes.len));
        break;
    case OP_LARGE:
        add_large(t, in);
        break;
    case OP_FLIP:
        if (t->len)
            t->base[fuzz_input_u16(in) % t->len] ^= (char)fuzz_input_u8(in);
        break;
    }
}

static void make_output(struct fuzz_input *in)
{
    struct str t = {0};
    uint8_t how = fuzz_input_u8(in);
    for (unsigned i = 0; i < (how & 7U); i++)
        str_printf(&t, "{\"seq\":%u,\"x\":\"abc\"}\n", i);
    if (how & 8)
        str_printf(&t, "{\"seq\":9,\"to");
    write_text(output_path, &t);
    str_fini(&t);
}

static void make_journal(struct journal_header_facts *facts,
                         struct fuzz_input *in)
{
    struct str t = {0};
    char message[MESSAGE];
    uint64_t end = 0;
    bool is_made = journal_header_make(facts, &t, message, sizeof message);
    assert(is_made);
    uint8_t how = fuzz_input_u8(in);
    if (how > 0xf0) /* the header is torn */
        t.len = fuzz_input_u8(in) % t.len;
    for (int i = 0; i < LINES_MAX && in->len > 0; i++)
        add_line(&t, &end, in);
    write_text(journal_path, &t);
    str_fini(&t);
}

static void check_held(struct journal *j)
{
    for (size_t i = 0; i < j->nheld; i++) {
        struct str line = {0};
        assert(journal_entry(j, j->held[i].seq) != JOURNAL_DONE);
        (void)journal_read_held(j, &j->held[i], &line);
        str_fini(&line);
    }
}

static void go_on(struct journal *j)
{
    struct stat st;
    char message[MESSAGE];
    int fd = open(output_path, O_RDWR | O_CLOEXEC);
    assert(fd >= 0 && fstat(fd, &st) == 0);
    uint64_t end = (uint64_t)st.st_size;
    if (journal_join(j, fd, &end, message, sizeof message)) {
        assert(end <= (uint64_t)st.st_size);
        check_held(j);
        journal_note_start(j, ENTRIES, true);
        journal_note_done(j, ENTRIES, 5);
        journal_note_synced(j, end + 5);
        journal_sync(j);
    }
    (void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    char message[MESSAGE];
    size_t heap = heap_bound_used();
    make_folder();
    const char *const inputs[] = {input_path};
    struct journal_header_facts facts = {
        .inputs = inputs, .ninputs = 1, .options = "x", .output = output_path};
    make_output(&in);
    make_journal(&facts, &in);
    struct journal j = {0};
    if (journal_open(&j, journal_path, true, &facts, message, sizeof message)) {
        go_on(&j);
        heap_bound_check(heap);
        journal_close(&j);
    }
    return 0;
}
