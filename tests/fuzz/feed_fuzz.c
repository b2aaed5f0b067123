/*
 * Input of a batch, in each of its formats.  Whatever it is, every entry has an id that
 * is JSON, and one that is not refused is a request that cannot be taken for
 * two: no line break in its headers, no way out of the folder of its output.
 */
#include <assert.h>
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <yyjson.h>

#include "input/input.h"
#include "request/cmdline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_json(const char *text)
{
    yyjson_doc *doc =
        yyjson_read(text, strlen(text), YYJSON_READ_NUMBER_AS_RAW);

    assert(doc);
    yyjson_doc_free(doc);
}

static void check(const struct entry *e)
{
    const struct qv_request *r = &e->request;

    assert(e->id && e->file && e->op);
    check_json(e->id);
    if (e->status) {
        assert(*e->message && !strpbrk(e->message, "\r\n"));
        return;
    }
    assert(r->url);
    if (e->tags)
        check_json(e->tags);
    for (size_t i = 0; i < r->nheaders && !e->is_output_free; i++)
        assert(!strpbrk(r->headers[i], "\r\n"));
    if (e->output && !e->is_output_free)
        assert(*e->output && *e->output != '/' &&
               strncmp(e->output, "../", 3) != 0 && !strstr(e->output, "/../"));
    for (size_t i = 0; i < r->body.nparts; i++)
        assert(r->body.parts[i].path || r->body.parts[i].bytes);
}

static void run(struct qv_client *c, const struct cmdline *s, const char *path,
                enum input_format format)
{
    const char *const files[] = {path};
    struct input_options o = {.format = format,
                              .files = files,
                              .nfiles = 1,
                              .line_max = 100000,
                              .defaults = s->first};
    struct qv_error error = {0};
    struct input *f = input_new(c, &o, NULL, NULL, &error);
    struct entry *last = NULL;
    struct entry *e;

    assert(f);
    for (;;) {
        enum input_state state = input_next(f, &e, &error);

        assert(state != INPUT_WAIT);
        if (state == INPUT_END)
            break;
        if (state == INPUT_FAILED) {
            assert(error.status && *error.text);
            continue;
        }
        check(e);
        entry_free(last); /* two live at once */
        last = e;
    }
    input_free(f);
    entry_free(last);
}

/*
 * A configuration may name any file, of which those in the working folder do no
 * harm: a slash has to stand within a word, as in a URL.
 */
static bool is_harmless(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] != '/')
            continue;
        uint8_t before = i ? data[i - 1] : 0;
        bool is_scheme = i > 1 && before == '/' && data[i - 2] == ':';
        if (!is_scheme && before != ':' && !isalnum(before))
            return false;
    }
    return true;
}

/* The first byte chooses the format, the rest is the file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const enum input_format formats[] = {INPUT_JSONL, INPUT_URLS,
                                                INPUT_HAR, INPUT_CURL};
    static struct qv_client *c;
    static struct cmdline *s;
    static char path[64];
    static int fd;

    if (!c) {
        c = qv_client_new(&(struct qv_client_options){0});
        s = cmdline_new();
        fd = memfd_create("feed", MFD_CLOEXEC);
        assert(fd >= 0);
        if (!freopen("/dev/null", "r", stdin))
            abort();
        (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    }
    if (!len)
        return 0;
    enum input_format format = formats[data[0] % 4];
    if (format == INPUT_CURL && !is_harmless(data + 1, len - 1))
        return 0;
    if (ftruncate(fd, 0) != 0 ||
        pwrite(fd, data + 1, len - 1, 0) != (ssize_t)(len - 1))
        abort();
    run(c, s, path, format);
    return 0;
}
