#include "batch/batch_body.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/xalloc.h"
#include "files/attributes.h"
#include "files/filename.h"

enum {
    ID_MAX = 100,
};

void batch_body_begin(struct batch_body *b, enum record_body_mode mode,
                      size_t cap, bool is_hashed, char *path)
{
    body_tally_begin(&b->tally, mode, cap, is_hashed);
    b->path = path;
    b->is_continued = false;
    b->had = 0;
}

void batch_body_check(struct batch_body *b, const struct strings *checksums)
{
    if (checksums)
        sums_begin(&b->sums, checksums);
}

bool batch_body_check_sums(struct batch_body *b, struct str *message)
{
    return sums_check(&b->sums, message);
}

static void on_file_drain(struct atomic_file *file)
{
    struct batch_body *b = QV_OWNER(file, struct batch_body, file);
    b->on_drain(b);
}

static void open_file(struct batch_body *b)
{
    if (b->is_open)
        return;
    atomic_file_init(&b->file, b->path);
    b->file.outlets = b->outlets;
    b->file.on_drain = on_file_drain;
    b->file.create_dirs = true;
    b->file.no_follow = true; /* the name is data, not what a user typed */
    b->file.is_appended = b->is_continued;
    b->is_open = true;
}

static void drop_file(struct batch_body *b)
{
    if (!b->is_open)
        return;
    atomic_file_abort(&b->file);
    atomic_file_fini(&b->file);
    b->is_open = false;
}

void batch_body_continue(struct batch_body *b, uint64_t had, bool is_hashed)
{
    b->is_continued = true;
    b->had = b->tally.total = had;
    b->tally.is_hashed = b->tally.is_hashed && (is_hashed || had == 0);
}

void batch_body_look(struct batch_body *b, const void *data, size_t len)
{
    body_tally_look(&b->tally, data, len);
    if (b->sums.each)
        sums_add(&b->sums, data, len);
}

bool batch_body_looks(const struct batch_body *b)
{
    return b->tally.is_hashed || b->sums.each;
}

void batch_body_mark(struct batch_body *b)
{
    sums_mark(&b->sums);
    if (!b->tally.is_hashed)
        return;
    if (!b->marked)
        b->marked = XALLOC_NEW(struct qv_sha256);
    *b->marked = b->tally.hash;
}

static void forget_mark(struct batch_body *b)
{
    free(b->marked);
    b->marked = NULL;
}

void batch_body_note_validator(struct batch_body *b, const char *validator)
{
    open_file(b);
    if (atomic_file_write(&b->file, "", 0) &&
        b->file.mode == ATOMIC_FILE_APPEND)
        attributes_set_validator(b->path, validator);
}

/* Nothing has come of the rest, or of the whole. */
static void cut(struct batch_body *b)
{
    open_file(b);
    (void)atomic_file_cut(&b->file, b->had); /* the next write would tell */
    body_tally_begin_again(&b->tally, b->had);
    if (b->marked)
        b->tally.hash = *b->marked;
    if (b->had && b->sums.each)
        sums_back(&b->sums);
    else if (b->sums.each)
        sums_begin(&b->sums, b->sums.wanted);
}

void batch_body_begin_anew(struct batch_body *b)
{
    if (b->is_continued) {
        b->had = 0;
        forget_mark(b);
        cut(b);
    } else {
        batch_body_restart(b);
    }
}

void batch_body_discard(struct batch_body *b)
{
    if (b->is_continued)
        (void)unlink(b->path);
}

bool batch_body_add(struct batch_body *b, const void *data, size_t len)
{
    body_tally_add(&b->tally, data, len);
    if (b->sums.each)
        sums_add(&b->sums, data, len);
    if (b->tally.mode != RECORD_BODY_FILE)
        return true;
    open_file(b);
    return atomic_file_write(&b->file, data, len);
}

bool batch_body_is_full(const struct batch_body *b)
{
    return b->is_open && atomic_file_is_full(&b->file);
}

void batch_body_restart(struct batch_body *b)
{
    if (b->is_continued) {
        cut(b);
        return;
    }
    if (!b->tally.total)
        return;
    drop_file(b);
    body_tally_begin_again(&b->tally, 0);
    if (b->sums.each)
        sums_begin(&b->sums, b->sums.wanted);
}

bool batch_body_finish(struct batch_body *b, bool keep)
{
    body_tally_finish(&b->tally);
    if (b->tally.mode != RECORD_BODY_FILE)
        return true;
    if (!keep) {
        drop_file(b);
        return true;
    }
    open_file(b); /* an empty body makes an empty file */
    if (!atomic_file_finish(&b->file)) {
        drop_file(b);
        return false;
    }
    if (b->is_continued && b->file.mode == ATOMIC_FILE_APPEND)
        attributes_set_validator(b->path, NULL);
    atomic_file_fini(&b->file);
    b->is_open = false;
    return true;
}

struct record_body batch_body_record(const struct batch_body *b)
{
    return body_tally_record(
        &b->tally, b->tally.mode == RECORD_BODY_FILE ? b->path : NULL);
}

void batch_body_forgo(struct batch_body *b)
{
    body_tally_begin(&b->tally, RECORD_BODY_NONE, 0, false);
}

void batch_body_reset(struct batch_body *b)
{
    drop_file(b);
    free(b->path);
    b->path = NULL;
    forget_mark(b);
    if (b->sums.each)
        sums_fini(&b->sums);
    body_tally_reset(&b->tally);
}

void batch_body_fini(struct batch_body *b)
{
    batch_body_reset(b);
    body_tally_fini(&b->tally);
}

/* ---- names ---- */

/* Is one of the parts of the path ".."? */
static bool climbs(const char *name)
{
    while (*name) {
        size_t len = strcspn(name, "/");
        if (len == 2 && memcmp(name, "..", 2) == 0)
            return true;
        name += len;
        name += strspn(name, "/");
    }
    return false;
}

char *batch_body_path(const char *folder, const char *name, const char **why)
{
    size_t len = strlen(name);
    *why = NULL;
    if (!len || name[len - 1] == '/')
        *why = "it names no file";
    else if (name[0] == '/')
        *why = "it must be relative";
    else if (climbs(name))
        *why = "'..' is not allowed in it";
    return *why ? NULL : filename_join(folder, name);
}

/* "%06d" of the place would be unique already; the id is there for people. */
char *batch_body_name(const char *folder, uint64_t seq, const char *id)
{
    struct str name = {0};
    str_printf(&name, "%06" PRIu64 "-", seq);
    for (size_t n = 0; *id && n < ID_MAX; id++) {
        unsigned char c = (unsigned char)*id;
        if (c == '"')
            continue;
        str_add_char(&name, isalnum(c) || strchr("._-", c) ? (char)c : '_');
        n++;
    }
    char *path = filename_join(folder, name.base);
    str_fini(&name);
    return path;
}
