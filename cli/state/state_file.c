#include "state/state_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/whole_file.h"
#include "core/base/str.h"

/* "alternative services": what such files hold. */
static const char *what_it_holds(enum qv_state_kind kind)
{
    static const char *const words[QV_STATE_COUNT] = {
        [QV_STATE_ALT_SVC] = "alternative services",
        [QV_STATE_BROKEN] = "broken alternatives",
        [QV_STATE_TICKETS] = "TLS sessions",
        [QV_STATE_COOKIES] = "cookies",
        [QV_STATE_HSTS] = "hosts that want TLS",
    };
    return words[kind];
}

void state_file_init(struct state_file *f, enum qv_state_kind kind, char *path)
{
    *f = (struct state_file){.path = path, .kind = kind};
}

void state_file_fini(struct state_file *f)
{
    free(f->path);
    f->path = NULL;
}

/* ---- reading ---- */

/* What is wrong with a text; false: nothing is. */
static bool describe(bool is_taken, const struct qv_state_report *r,
                     enum qv_state_kind kind, struct str *why)
{
    if (!is_taken)
        str_printf(why, "no file of %s", what_it_holds(kind));
    else if (r->bad > 0)
        str_printf(why, "damaged in line %u (%zu of %zu lines)", r->first_bad,
                   r->bad, r->bad + r->taken + r->expired);
    return why->len > 0;
}

static bool read_text(struct state_file *f, struct qv_client *client,
                      const struct state_teller *t, bool is_to_be_written)
{
    struct qv_state_report report = {0};
    struct str why;
    struct str text;
    str_init(&text);
    str_init(&why);
    f->was_read = state_text_read(&text, f->path, f->is_named, t);
    if (f->was_read) {
        bool is_taken = qv_state_load(client, f->kind, QV_STATE_HOME,
                                      str_text(&text), text.len, &report);
        bool is_damaged = describe(is_taken, &report, f->kind, &why);
        if (is_damaged && is_to_be_written) {
            state_text_put_aside(f->path, str_text(&why), t);
            f->is_written = true;
        } else if (is_damaged) {
            state_text_warn(t, "%s: %s", f->path, str_text(&why));
        }
    }
    str_fini(&why);
    state_text_wipe(&text);
    return f->was_read;
}

bool state_file_read(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t)
{
    return read_text(f, client, t, true);
}

bool state_file_look(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t)
{
    return read_text(f, client, t, false);
}

/* As curl: one that is not there is no mistake, for it may come to be. */
void state_file_input(const char *path, enum qv_state_kind kind,
                      struct qv_client *client, const struct state_teller *t)
{
    struct qv_state_report report = {0};
    struct str why;
    struct str text;
    str_init(&text);
    str_init(&why);
    if (whole_file_read_edited(&text, path)) {
        bool is_taken = qv_state_load(client, kind, QV_STATE_INPUT,
                                      str_text(&text), text.len, &report);
        if (describe(is_taken, &report, kind, &why))
            state_text_warn(t, "%s: %s", path, str_text(&why));
    } else if (errno != ENOENT && errno != EISDIR) {
        state_text_warn(t, "cannot read %s: %s", path, strerror(errno));
    }
    str_fini(&why);
    state_text_wipe(&text);
}

/* ---- writing ---- */

/* What another run has written since; nothing, when that took it away. */
static void merge(const struct state_file *f, struct qv_client *client)
{
    struct qv_state_report report;
    struct str text;
    str_init(&text);
    if (state_text_read_again(&text, f->path))
        (void)qv_state_load(client, f->kind, QV_STATE_MERGE, str_text(&text),
                            text.len, &report);
    state_text_wipe(&text);
}

static void add(void *user, const void *data, size_t len)
{
    str_add(user, span_of(data, len));
}

/* 0, or errno. */
static int write_back(const struct state_file *f, struct qv_client *client)
{
    struct str text;
    str_init(&text);
    qv_state_save(client, f->kind, add, &text);
    int error = state_text_replace(f->path, &text);
    state_text_wipe(&text);
    return error;
}

bool state_file_save(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t)
{
    if (!f->is_written && !qv_state_is_changed(client, f->kind))
        return true;
    int lock = state_text_lock(f->path);
    if (f->was_read)
        merge(f, client);
    int error = write_back(f, client);
    if (error)
        state_text_warn(
            t, "%s is not written (%s): what this run has learned is lost",
            f->path, strerror(error));
    state_text_unlock(lock);
    return error == 0;
}

bool state_file_edit(struct state_file *f, struct qv_client *client,
                     const struct state_teller *t,
                     void (*edit)(void *user, struct qv_client *client),
                     void *user)
{
    int error = 0;
    int lock = state_text_lock(f->path);
    bool is_read = state_file_read(f, client, t);
    if (is_read) {
        edit(user, client);
        if (f->is_written || qv_state_is_changed(client, f->kind))
            error = write_back(f, client);
    }
    state_text_unlock(lock);
    if (error)
        state_text_warn(t, "%s is not written: %s", f->path, strerror(error));
    return is_read && error == 0;
}
