#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/xalloc.h"
#include "journal/journal_line.h"
#include "journal/journal_recover.h"

/*
 * After the header:
 *
 *   S SEQ           its request may have left; it may be sent again
 *   N SEQ           the same, of a request that must not be sent twice
 *   D SEQ OFF LEN   its line stands there in the output, whole
 *   F OFF           the output was on the disk up to there
 *   H SEQ LINE      it has ended, and its line waits for an earlier one
 *
 * A line is noted after it was written, so the output may hold more than the
 * journal says: whole lines at its end count, a torn one does not.  It holds
 * less only when the machine itself went down: then what was noted since the
 * last F is compared with the output, and notes without a line are void.
 * That way an entry's line stands in the output exactly once.
 */
enum {
    STARTED = 'S',
    STARTED_ONCE = 'N',
    DONE = 'D',
    SYNCED = 'F',
    HELD = 'H'
};

__attribute__((format(printf, 3, 4))) static bool
say(char *message, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, size, format, args);
    va_end(args);
    return false;
}

static void append(struct journal *j, char kind, const uint64_t *numbers,
                   size_t count)
{
    char line[JOURNAL_LINE_NUMBERS_MAX];
    journal_file_append(&j->file, line,
                        journal_line_format(line, kind, numbers, count));
}

static void add_held(struct journal *j, uint64_t seq, uint64_t at)
{
    j->held = xalloc_room(j->held, j->nheld, &j->held_cap, sizeof *j->held);
    j->held[j->nheld++] = (struct journal_held){seq, at};
}

/* The highest place that an entry can have. */
static uint64_t seq_max(const struct journal *j)
{
    return j->facts.entries_max ? j->facts.entries_max - 1 : JOURNAL_STATE_MAX;
}

/* Is the line, which is whole, about an entry that the input cannot have?  That
 * is not what a crash leaves. */
static bool is_beyond(const struct journal *j, const char *body, size_t len,
                      uint64_t *seq)
{
    const char *space = len > 2 ? memchr(body + 2, ' ', len - 2) : NULL;
    size_t first = space ? (size_t)(space - body) : len;
    return *body != SYNCED && journal_line_parse(body, first, seq, 1) &&
           *seq > seq_max(j);
}

/* False: it is none of these, or does not follow from what was before. */
static bool apply(struct journal *j, const char *body, size_t len, uint64_t at)
{
    uint64_t n[3];
    size_t text_len;
    switch (*body) {
    case STARTED:
    case STARTED_ONCE:
        if (!journal_line_parse(body, len, n, 1))
            return false;
        if (journal_state_get(&j->state, n[0]) != JOURNAL_DONE)
            journal_state_set(&j->state, n[0],
                              *body == STARTED ? JOURNAL_STARTED
                                               : JOURNAL_STARTED_ONCE);
        return true;
    case DONE:
        if (!journal_line_parse(body, len, n, 3) || n[1] != j->output_end)
            return false;
        journal_state_set(&j->state, n[0], JOURNAL_DONE);
        j->output_end += n[2];
        return true;
    case SYNCED:
        if (!journal_line_parse(body, len, n, 1))
            return false;
        j->synced = n[0];
        j->has_synced = true;
        return true;
    case HELD:
        if (!journal_line_text(body, len, n, &text_len))
            return false;
        add_held(j, n[0], at);
        return true;
    default:
        return false;
    }
}

static int compare_held(const void *a, const void *b)
{
    const struct journal_held *p = a;
    const struct journal_held *q = b;
    return p->seq < q->seq ? -1 : p->seq > q->seq;
}

/* Most of them have been written since. */
static void settle_held(struct journal *j)
{
    size_t kept = 0;
    for (size_t i = 0; i < j->nheld; i++) {
        if (journal_state_get(&j->state, j->held[i].seq) != JOURNAL_DONE)
            j->held[kept++] = j->held[i];
    }
    j->nheld = kept;
    if (kept)
        qsort(j->held, kept, sizeof *j->held, compare_held);
}

/* Reads all entries, from behind the header; what cannot be read is cut. */
static bool load(struct journal *j, struct line_reader *l, char *message,
                 size_t size)
{
    uint64_t good = l->at;
    const char *body;
    uint64_t seq;
    size_t len;
    j->output_end = j->synced = j->facts.base;
    j->nheld = 0;
    while ((body = journal_line_next(l, &len))) {
        if (is_beyond(j, body, len, &seq))
            return say(message, size,
                       "byte %" PRIu64 ": entry %" PRIu64
                       " is beyond the end of the input",
                       good, seq);
        if (!apply(j, body, len, good))
            break;
        good = l->at;
    }
    return journal_file_cut(&j->file, good) ||
           say(message, size, "%s", strerror(errno));
}

static bool read_all(struct journal *j, char *message, size_t size)
{
    struct line_reader l;
    bool is_good = true;
    line_reader_init(&l, j->file.fd, 0);
    enum journal_header_verdict verdict =
        journal_header_read(&l, &j->facts, message, size);
    if (verdict == JOURNAL_HEADER_GOOD) {
        j->is_resumed = true;
        is_good = load(j, &l, message, size);
    } else if (verdict == JOURNAL_HEADER_NONE) {
        is_good = journal_file_cut(&j->file, 0) ||
                  say(message, size, "%s", strerror(errno));
    } else {
        is_good = false;
    }
    line_reader_fini(&l);
    return is_good;
}

/* Without --resume what is there must be nothing. */
static bool is_blank(struct journal *j)
{
    char unused[300];
    struct line_reader l;
    line_reader_init(&l, j->file.fd, 0);
    bool is_none = journal_header_read(&l, &j->facts, unused, sizeof unused) ==
                   JOURNAL_HEADER_NONE;
    line_reader_fini(&l);
    return is_none && journal_file_cut(&j->file, 0);
}

bool journal_open(struct journal *j, const char *path, bool resume,
                  const struct journal_header_facts *facts, char *message,
                  size_t message_size)
{
    char why[300] = "";
    bool is_good;
    *j = (struct journal){.facts = *facts};
    if (!journal_file_open(&j->file, path)) {
        return say(message, message_size, "journal %.100s: %s", path,
                   errno == EWOULDBLOCK ? "another run is using it"
                                        : strerror(errno));
    }
    if (resume) {
        is_good = read_all(j, why, sizeof why);
    } else {
        is_good = is_blank(j) ||
                  say(why, sizeof why,
                      "it exists; --resume goes on with it; remove it to "
                      "begin anew");
    }
    if (!is_good) {
        say(message, message_size, "journal %.100s: %s", path, why);
        journal_close(j);
    }
    return is_good;
}

void journal_close(struct journal *j)
{
    journal_file_close(&j->file);
    journal_state_fini(&j->state);
    free(j->held);
}

static bool write_header(struct journal *j, uint64_t base, char *message,
                         size_t size)
{
    struct str header = {0};
    j->facts.base = j->output_end = base;
    bool is_good = journal_header_make(&j->facts, &header, message, size);
    /* Line by line: a header may be longer than what can be appended. */
    for (size_t at = 0; is_good && at < header.len;) {
        const char *line = header.base + at;
        size_t len = strcspn(line, "\n") + 1;
        journal_file_append(&j->file, line, len);
        at += len;
    }
    str_fini(&header);
    if (is_good && j->file.failed)
        is_good = say(message, size, "%s", strerror(j->file.failed));
    return is_good;
}

/*
 * Notes of lines that the output does not hold, from `end` on, are taken back:
 * the journal is cut at the first, and what was started since is noted anew.
 */
static bool take_back(struct journal *j, uint64_t end)
{
    struct str kept = {0};
    bool is_behind = false;
    uint64_t cut = 0;
    const char *body;
    struct line_reader l;
    uint64_t at;
    size_t len;
    line_reader_init(&l, j->file.fd, 0);
    for (at = 0; (body = journal_line_next(&l, &len)); at = l.at) {
        uint64_t n[3];
        if (!is_behind && *body == DONE &&
            journal_line_parse(body, len, n, 3) && n[1] + n[2] > end) {
            is_behind = true;
            cut = at;
        }
        if (is_behind && *body != DONE && *body != SYNCED)
            journal_line_add(&kept, body, len);
    }
    line_reader_fini(&l);
    if (!journal_file_cut(&j->file, cut))
        return false;
    for (size_t i = 0; i < kept.len;) {
        len = strcspn(kept.base + i, "\n") + 1;
        journal_file_append(&j->file, kept.base + i, len);
        i += len;
    }
    str_fini(&kept);
    return !j->file.failed;
}

/* The states anew, after the journal was changed. */
static bool reload(struct journal *j)
{
    char unused[300];
    journal_state_fini(&j->state);
    return read_all(j, unused, sizeof unused);
}

static bool on_record(void *user, uint64_t seq, uint64_t len)
{
    struct journal *j = user;
    if (seq > seq_max(j) || journal_state_get(&j->state, seq) == JOURNAL_DONE)
        return false;
    journal_note_done(j, seq, len);
    return true;
}

/* The output through a descriptor of our own that can be read. */
static int open_to_read(int fd)
{
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static bool recover(struct journal *j, int fd, uint64_t size)
{
    if (j->has_synced) {
        uint64_t end = size < j->output_end ? size : j->output_end;
        uint64_t good = journal_recover_check(fd, j->synced, end);
        if (good < j->output_end && (!take_back(j, good) || !reload(j)))
            return false;
    }
    journal_recover_tail(fd, j->output_end, on_record, j);
    settle_held(j);
    return !j->file.failed;
}

bool journal_join(struct journal *j, int output_fd, uint64_t *end,
                  char *message, size_t message_size)
{
    uint64_t least = j->has_synced ? j->synced : j->output_end;
    if (!j->is_resumed)
        return write_header(j, *end, message, message_size);
    if (*end < least) {
        return say(message, message_size,
                   "the output %.100s has %" PRIu64 " bytes, not %" PRIu64
                   " as the journal says",
                   j->facts.output, *end, least);
    }
    int fd = open_to_read(output_fd);
    bool is_good = fd >= 0 && recover(j, fd, *end);
    if (!is_good)
        say(message, message_size, "the output %.100s: %s", j->facts.output,
            strerror(j->file.failed ? j->file.failed : errno));
    if (fd >= 0)
        close(fd);
    *end = j->output_end;
    return is_good;
}

enum journal_entry journal_entry(const struct journal *j, uint64_t seq)
{
    return journal_state_get(&j->state, seq);
}

void journal_note_start(struct journal *j, uint64_t seq, bool once)
{
    append(j, once ? STARTED_ONCE : STARTED, &seq, 1);
}

void journal_note_done(struct journal *j, uint64_t seq, uint64_t len)
{
    append(j, DONE, (const uint64_t[]){seq, j->output_end, len}, 3);
    journal_state_set(&j->state, seq, JOURNAL_DONE);
    j->output_end += len;
}

void journal_note_held(struct journal *j, uint64_t seq, const char *line,
                       size_t len)
{
    struct str t = {0};
    journal_line_add_text(&t, HELD, seq, line, len);
    journal_file_append(&j->file, t.base, t.len);
    str_fini(&t);
}

bool journal_read_held(struct journal *j, const struct journal_held *h,
                       struct str *line)
{
    uint64_t seq = 0;
    struct line_reader l;
    size_t len;
    line_reader_init(&l, j->file.fd, h->at);
    const char *body = journal_line_next(&l, &len);
    const char *text = body ? journal_line_text(body, len, &seq, &len) : NULL;
    if (text && seq == h->seq)
        str_add(line, span_of(text, len));
    line_reader_fini(&l);
    return text && seq == h->seq;
}

void journal_note_synced(struct journal *j, uint64_t end)
{
    append(j, SYNCED, &end, 1);
}

void journal_sync(struct journal *j)
{
    journal_note_synced(j, j->output_end);
    journal_file_sync(&j->file);
}

int journal_failed(const struct journal *j)
{
    return j->file.failed;
}
