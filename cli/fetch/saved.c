#include "fetch/saved.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/xalloc.h"
#include "files/attributes.h"
#include "files/disposition.h"
#include "files/filename.h"
#include "files/partial.h"
#include "files/validator.h"
#include "terminal/complain.h"

/* ---- before the transfer ---- */

bool saved_exists(const struct saved *s)
{
    struct stat st;
    return s->name && stat(s->name, &st) == 0;
}

void saved_continue(struct saved *s, uint64_t *offset, char **validator)
{
    struct partial p;
    partial_look(&p, s->name, s->op->continue_at);
    s->is_continued = true;
    s->had = p.had;
    *offset = p.from;
    *validator = p.validator;
}

/* ---- its name ---- */

/* What a redirect leads to has a name as well: that of its path. */
static char *location_name(const char *location)
{
    char *path = xalloc_copy(location, strcspn(location, "?#"));
    char *name = filename_safe(filename_last(path));
    free(path);
    return name;
}

void saved_name_by(struct saved *s, const struct qv_head *head)
{
    bool is_redirect = head->status / 100 == 3;
    if (!s->op->remote_header_name || s->target->place != PLACE_REMOTE ||
        s->is_open || (!is_redirect && head->status / 100 != 2))
        return;
    const char *value =
        validator_field(head->fields, head->nfields,
                        is_redirect ? "location" : "content-disposition");
    char *name = !value        ? NULL
                 : is_redirect ? location_name(value)
                               : disposition_name(value);
    if (!name)
        return;
    free(s->name);
    s->name = filename_join(s->op->output_dir, name);
    s->is_servers_name = true;
    free(name);
}

/* ---- its bytes ---- */

static enum atomic_file_existing existing(const struct saved *s)
{
    switch (s->op->clobber) {
    case OUTPUT_CLOBBER_USUAL:
        return s->is_servers_name ? ATOMIC_FILE_REFUSE : ATOMIC_FILE_REPLACE;
    case OUTPUT_CLOBBER_NO:
        return ATOMIC_FILE_NUMBER;
    case OUTPUT_CLOBBER_YES:
    case OUTPUT_CLOBBER_SKIP:
        break;
    }
    return ATOMIC_FILE_REPLACE;
}

static void describe(int fd, const struct saved *s)
{
    const struct qv_result *r = s->result;
    struct qv_url u;
    struct qv_error error;
    if (!qv_url_parse(&u, r->url, s->op->proto_default, &error))
        return;
    struct attributes a = {
        .url = u.shown, .referrer = r->referer, .type = r->content_type};
    if (!attributes_describe(fd, &a))
        complain_warning("cannot set extended attributes of %s: %s", s->name,
                         strerror(errno));
    qv_url_free(&u);
}

/* That it cannot be set is no failure of the transfer. */
static void set_time(int fd, const struct saved *s)
{
    int64_t seconds;
    const char *changed =
        validator_field(s->result->fields, s->result->nfields, "last-modified");
    if (!changed || !qv_date_parse(changed, &seconds))
        return;
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                {.tv_sec = (time_t)seconds}};
    if (futimens(fd, times) < 0)
        complain_warning("cannot set the time of %s: %s", s->name,
                         strerror(errno));
}

static void on_complete(struct atomic_file *file, int fd)
{
    const struct saved *s = QV_OWNER(file, struct saved, file);
    if (s->op->xattr)
        describe(fd, s);
    if (s->op->remote_time)
        set_time(fd, s);
}

static void on_file_drain(struct atomic_file *file)
{
    struct saved *s = QV_OWNER(file, struct saved, file);
    s->on_drain(s);
}

static void begin(struct saved *s)
{
    if (s->is_open)
        return;
    atomic_file_init(&s->file, s->name);
    s->file.create_dirs = s->op->create_dirs;
    s->file.no_follow = s->target->place == PLACE_REMOTE;
    s->file.is_immediate = s->op->no_buffer;
    s->file.is_appended = s->is_continued;
    s->file.existing = existing(s);
    s->file.create_mode = s->op->create_file_mode;
    s->file.on_complete = on_complete;
    s->file.outlets = s->outlets;
    s->file.on_drain = on_file_drain;
    s->is_open = true;
}

bool saved_write(struct saved *s, const void *data, size_t len)
{
    begin(s);
    return atomic_file_write(&s->file, data, len);
}

bool saved_is_full(const struct saved *s)
{
    return s->is_open && atomic_file_is_full(&s->file);
}

bool saved_is_regular(const struct saved *s)
{
    return !s->is_open || s->file.mode != ATOMIC_FILE_DIRECT;
}

void saved_note_validator(struct saved *s, const char *validator)
{
    begin(s);
    if (s->is_continued && atomic_file_write(&s->file, "", 0) &&
        s->file.mode == ATOMIC_FILE_APPEND)
        attributes_set_validator(s->name, validator);
}

bool saved_cut(struct saved *s, uint64_t len)
{
    begin(s);
    return atomic_file_cut(&s->file, len);
}

bool saved_restart(struct saved *s)
{
    if (!s->is_open)
        return true;
    if (s->is_continued)
        return saved_cut(s, s->had);
    if (!atomic_file_restart(&s->file))
        return false;
    s->is_open = false; /* it is opened anew with the first byte */
    return true;
}

/* ---- the end ---- */

bool saved_finish(struct saved *s, const struct qv_result *result)
{
    s->result = result;
    begin(s); /* an empty body makes an empty file, as by curl */
    bool ok = atomic_file_finish(&s->file);
    s->result = NULL;
    if (!ok)
        return false;
    if (s->is_continued && s->file.mode == ATOMIC_FILE_APPEND)
        attributes_set_validator(s->name, NULL);
    free(s->name);
    s->name = xalloc_string(s->file.path);
    return true;
}

void saved_abort(struct saved *s)
{
    if (s->is_open)
        atomic_file_abort(&s->file);
}

void saved_fini(struct saved *s)
{
    if (s->is_open)
        atomic_file_fini(&s->file);
    free(s->name);
}
