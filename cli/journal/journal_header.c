#include "journal/journal_header.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "core/base/xalloc.h"
#include "core/quiver.h"

/*
 *   quiver-journal 1
 *   O SHA256                        of the options
 *   I NUMBER SIZE MTIME SHA256      an input; MTIME in ns
 *   I NUMBER -                      one that cannot be compared: a pipe
 *   P BASE "PATH"                   the output; the last line of the header
 *
 * Two runs are compared by making the header anew: a line that differs says
 * what has changed.
 */
static const char magic[] = "quiver-journal 1";

enum {
    SAMPLE = 64 * 1024,
    HEX_SIZE = 65
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

static bool add_sample(struct qv_sha256 *sum, int fd, uint64_t at, size_t len)
{
    char *buffer = xalloc_zeroed(SAMPLE, 1);
    size_t done = 0;
    ssize_t n = 1;
    while (done < len && n > 0) {
        n = pread(fd, buffer + done, len - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0)
            done += (size_t)n;
    }
    qv_sha256_add(sum, buffer, done);
    free(buffer);
    return n >= 0;
}

/* The first and the last 64 KiB. */
static bool hash_ends(int fd, uint64_t size, char hex[HEX_SIZE])
{
    size_t len = size < SAMPLE ? (size_t)size : SAMPLE;
    struct qv_sha256 sum;
    bool is_good;
    qv_sha256_init(&sum);
    is_good =
        add_sample(&sum, fd, 0, len) && add_sample(&sum, fd, size - len, len);
    qv_sha256_hex(&sum, hex);
    return is_good;
}

static bool describe_input(const char *path, size_t number, struct str *body)
{
    char hex[HEX_SIZE] = "";
    struct stat st;
    str_printf(body, "I %zu ", number);
    if (strcmp(path, "-") == 0) {
        str_add_text(body, "-");
        return true;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool is_good = fstat(fd, &st) == 0;
    if (is_good && S_ISREG(st.st_mode)) {
        is_good = hash_ends(fd, (uint64_t)st.st_size, hex);
        str_printf(body, "%" PRIu64 " %" PRIu64 " %s", (uint64_t)st.st_size,
                   (uint64_t)st.st_mtim.tv_sec * 1000000000U +
                       (uint64_t)st.st_mtim.tv_nsec,
                   hex);
    } else if (is_good) {
        str_add_text(body, "-");
    }
    close(fd);
    return is_good;
}

static void describe_options(const char *options, struct str *body)
{
    char hex[HEX_SIZE];
    struct qv_sha256 sum;
    qv_sha256_init(&sum);
    if (options)
        qv_sha256_add(&sum, options, strlen(options));
    qv_sha256_hex(&sum, hex);
    str_printf(body, "O %s", hex);
}

static void describe_output(const struct journal_header_facts *f,
                            struct str *body)
{
    str_printf(body, "P %" PRIu64 " ", f->base);
    json_quote(body, f->output);
}

/* Of its descriptor, for instance, there may be none left. */
static void lose_input(struct journal_header_facts *f, const char *path,
                       char *message, size_t size)
{
    f->is_input_lost = true;
    say(message, size, "cannot read %.150s: %s", path, strerror(errno));
}

bool journal_header_make(struct journal_header_facts *f, struct str *out,
                         char *message, size_t size)
{
    struct str body = {0};
    bool is_good = true;
    journal_line_add(out, magic, strlen(magic));
    describe_options(f->options, &body);
    journal_line_add(out, body.base, body.len);
    for (size_t i = 0; i < f->ninputs && is_good; i++) {
        str_clear(&body);
        is_good = describe_input(f->inputs[i], i + 1, &body);
        if (!is_good)
            lose_input(f, f->inputs[i], message, size);
        journal_line_add(out, body.base, body.len);
    }
    str_clear(&body);
    describe_output(f, &body);
    journal_line_add(out, body.base, body.len);
    str_fini(&body);
    return is_good;
}

/* Reading. */

struct comparison {
    struct line_reader *lines;
    struct journal_header_facts *facts;
    const char *line;
    size_t len;
    char *message;
    size_t size;
};

static bool next(struct comparison *c)
{
    c->line = journal_line_next(c->lines, &c->len);
    return c->line;
}

static bool is_equal(const struct comparison *c, const struct str *body)
{
    return c->len == body->len && memcmp(c->line, body->base, body->len) == 0;
}

/* SIZE of a line "I NUMBER SIZE MTIME SHA256"; false where there is "-". */
static bool input_size(const char *line, uint64_t *size)
{
    const char *space = strchr(line + 2, ' ');
    char *end;
    if (!space || space[1] == '-')
        return false;
    *size = strtoull(space + 1, &end, 10);
    return *end == ' ';
}

/* Two such lines that are not the same. */
static void explain_input(const struct comparison *c, const char *path,
                          const struct str *now)
{
    uint64_t size_then = 0;
    uint64_t size_now = 0;
    char line[256];
    (void)snprintf(line, sizeof line, "%.*s", (int)c->len, c->line);
    if (!input_size(line, &size_then) || !input_size(now->base, &size_now))
        say(c->message, c->size, "input %.120s is of another kind", path);
    else if (size_then != size_now)
        say(c->message, c->size,
            "input %.120s has %" PRIu64 " bytes, not %" PRIu64 " as before",
            path, size_now, size_then);
    else if (strcmp(strrchr(line, ' '), strrchr(now->base, ' ')) == 0)
        say(c->message, c->size, "input %.120s has been written to since",
            path);
    else
        say(c->message, c->size, "input %.120s has other content", path);
}

static bool compare_input(const struct comparison *c, const char *path,
                          size_t number)
{
    struct str body = {0};
    bool is_same = false;
    if (*c->line != 'I')
        return say(c->message, c->size, "there are more inputs than before");
    if (!describe_input(path, number, &body)) {
        lose_input(c->facts, path, c->message, c->size);
    } else {
        is_same = is_equal(c, &body);
        if (!is_same)
            explain_input(c, path, &body);
    }
    str_fini(&body);
    return is_same;
}

static bool compare_options(const struct comparison *c)
{
    struct str body = {0};
    describe_options(c->facts->options, &body);
    bool is_same = is_equal(c, &body);
    str_fini(&body);
    return is_same || say(c->message, c->size, "the options are others");
}

static bool compare_output(const struct comparison *c)
{
    struct str body = {0};
    uint64_t base = 0;
    if (*c->line == 'I')
        return say(c->message, c->size, "there are fewer inputs than before");
    const char *space =
        c->len > 2 ? memchr(c->line + 2, ' ', c->len - 2) : NULL;
    if (!space ||
        !journal_line_parse(c->line, (size_t)(space - c->line), &base, 1))
        return say(c->message, c->size, "its header is damaged");
    c->facts->base = base;
    describe_output(c->facts, &body);
    bool is_same = is_equal(c, &body);
    str_fini(&body);
    return is_same || say(c->message, c->size, "it is of another output");
}

/* What a run that was killed at once has left: zeros, or a part of a header.
 * Nothing was sent then. */
static bool is_just_begun(int fd)
{
    char first[sizeof magic] = "";
    ssize_t n = pread(fd, first, sizeof magic - 1, 0);
    return n >= 0 && strncmp(first, magic, strlen(first)) == 0;
}

static bool compare_all(struct comparison *c)
{
    bool is_whole = next(c);
    if (is_whole && !compare_options(c))
        return false;
    for (size_t i = 0; is_whole && i < c->facts->ninputs; i++) {
        is_whole = next(c);
        if (is_whole && !compare_input(c, c->facts->inputs[i], i + 1))
            return false;
    }
    is_whole = is_whole && next(c);
    if (is_whole)
        return compare_output(c);
    c->line = NULL;
    return true;
}

enum journal_header_verdict journal_header_read(struct line_reader *l,
                                                struct journal_header_facts *f,
                                                char *message, size_t size)
{
    struct comparison c = {
        .lines = l, .facts = f, .message = message, .size = size};
    if (!next(&c)) {
        if (is_just_begun(l->fd))
            return JOURNAL_HEADER_NONE;
    } else if (c.len == strlen(magic) && memcmp(c.line, magic, c.len) == 0) {
        if (!compare_all(&c))
            return JOURNAL_HEADER_OTHER;
        return c.line ? JOURNAL_HEADER_GOOD : JOURNAL_HEADER_NONE;
    }
    say(message, size, "it is not a journal that this version can read");
    return JOURNAL_HEADER_OTHER;
}
