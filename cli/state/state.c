#include "state/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/str.h"
#include "core/base/xalloc.h"

/* ---- where ---- */

static char *join(const char *dir, const char *name)
{
    struct str path;
    str_init(&path);
    str_printf(&path, "%s/%s", dir, name);
    return str_take(&path);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

char *state_folder(const struct state_options *o)
{
    const char *dir = o->dir ? o->dir : variable("QUIVER_STATE_DIR");
    const char *state = variable("XDG_STATE_HOME");
    const char *home = variable("HOME");
    if (dir)
        return xalloc_string(dir);
    if (state)
        return join(state, "quiver");
    return home ? join(home, ".local/state/quiver") : NULL;
}

char *state_path(const char *folder, enum qv_state_kind kind)
{
    static const char *const names[QV_STATE_COUNT] = {
        [QV_STATE_ALT_SVC] = "alt-svc", [QV_STATE_BROKEN] = "broken",
        [QV_STATE_TICKETS] = "tickets", [QV_STATE_COOKIES] = "cookies",
        [QV_STATE_HSTS] = "hsts",
    };
    return join(folder, names[kind]);
}

static bool make_folders(char *path)
{
    for (char *at = path + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        bool is_there = mkdir(path, 0700) == 0 || errno == EEXIST;
        *at = '/';
        if (!is_there)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static void warn(const struct state *s, const char *text, const char *what)
{
    struct str line;
    str_init(&line);
    str_printf(&line, "%s%s%s", text, what, what[0] ? strerror(errno) : "");
    s->teller.warn(s->teller.user, str_text(&line));
    str_fini(&line);
}

/* What --state means; cookies are no part of it. */
static void choose_in_folder(struct state *s, const struct state_options *o)
{
    char *dir = state_folder(o);
    if (dir == NULL) {
        warn(s, "nowhere to keep state: HOME is not set", "");
        return;
    }
    if (!make_folders(dir)) {
        struct str what;
        str_init(&what);
        str_printf(&what, "%s: ", dir);
        warn(s, "no folder for state, ", str_text(&what));
        str_fini(&what);
        free(dir);
        return;
    }
    for (int i = 0; i < QV_STATE_COUNT; i++)
        if (s->files[i].path == NULL && i != QV_STATE_COOKIES)
            s->files[i].path = state_path(dir, (enum qv_state_kind)i);
    free(dir);
}

/* --session: two files, named by the user or of the folder of --state. */
static void choose_session(struct state *s, const struct state_options *o)
{
    struct state_file *cookies = &s->files[QV_STATE_COOKIES];
    char *dir = strchr(o->session, '/') ? xalloc_string("") : state_folder(o);
    char *folder = dir && *dir ? join(dir, "sessions") : NULL;
    char *path = folder ? join(folder, o->session) : xalloc_string(o->session);
    if (dir == NULL || (folder && !make_folders(folder))) {
        warn(s, "no folder for sessions: ", dir ? dir : "HOME is not set");
    } else {
        struct str name;
        str_init(&name);
        str_printf(&name, "%s.json", path);
        s->session = named_session_new(str_text(&name), &s->teller);
        s->is_session_kept = !o->session_read_only;
        str_fini(&name);
        str_printf(&name, "%s.cookies", path);
        cookies->path = str_take(&name);
    }
    free(path);
    free(folder);
    free(dir);
}

static void name_file(struct state *s, enum qv_state_kind kind,
                      const char *path)
{
    if (path && *path)
        s->files[kind].path = xalloc_string(path);
}

static void choose(struct state *s, const struct state_options *o)
{
    for (int i = 0; i < QV_STATE_COUNT; i++)
        state_file_init(&s->files[i], (enum qv_state_kind)i, NULL);
    name_file(s, QV_STATE_TICKETS, o->ssl_sessions);
    name_file(s, QV_STATE_ALT_SVC, o->alt_svc);
    name_file(s, QV_STATE_COOKIES, o->cookie_jar);
    s->files[QV_STATE_COOKIES].is_named = true;
    if (o->hsts.len > 0) {
        name_file(s, QV_STATE_HSTS, o->hsts.at[o->hsts.len - 1]);
        s->files[QV_STATE_HSTS].is_named = true;
    }
    if (o->is_on && !o->is_off)
        choose_in_folder(s, o);
    if (o->session)
        choose_session(s, o);
}

/* ---- what is kept ---- */

static bool has_cookie_files(const struct cmdline *c)
{
    for (const struct operation *op = c->first; op; op = op->next)
        if (op->how.cookie_files.len > 0)
            return true;
    return false;
}

void state_ask(const struct cmdline *c, struct qv_client_options *o)
{
    const struct state_options *s = &c->state;
    o->cookies = s->cookie_jar || s->session || has_cookie_files(c);
    o->junk_session_cookies = s->junk_session_cookies;
    o->hsts = s->hsts.len > 0 || (s->is_on && !s->is_off);
}

/* ---- reading ---- */

static bool is_same_file(const char *a, const char *b)
{
    struct stat x;
    struct stat y;
    if (strcmp(a, b) == 0)
        return true;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

/* -c alone reads nothing, and what its file has had is gone then, as with curl;
 * the same file with -b as well is read and written. */
static void read_cookies(struct state *s, const struct cmdline *c)
{
    struct state_file *jar = &s->files[QV_STATE_COOKIES];
    for (const struct operation *op = c->first; op; op = op->next)
        for (size_t i = 0; i < op->how.cookie_files.len; i++) {
            const char *path = op->how.cookie_files.at[i];
            if (*path == '\0')
                continue;
            if (jar->path && strcmp(path, "-") != 0 &&
                is_same_file(path, jar->path))
                (void)state_file_read(jar, s->client, &s->teller);
            else
                state_file_input(path, QV_STATE_COOKIES, s->client, &s->teller);
        }
    if (c->state.session && jar->path)
        (void)state_file_read(jar, s->client, &s->teller);
    else
        jar->is_written = jar->path != NULL;
}

/* curl reads all that are named, and saves to the last. */
static void read_more_hsts(struct state *s, const struct strings *files)
{
    for (size_t i = 0; i + 1 < files->len; i++)
        if (*files->at[i])
            state_file_input(files->at[i], QV_STATE_HSTS, s->client,
                             &s->teller);
}

void state_begin(struct state *s, struct qv_client *client,
                 const struct cmdline *c, const struct state_teller *t)
{
    *s = (struct state){.client = client, .teller = *t};
    choose(s, &c->state);
    read_more_hsts(s, &c->state.hsts);
    read_cookies(s, c);
    for (int i = 0; i < QV_STATE_COUNT; i++) {
        struct state_file *f = &s->files[i];
        if (i != QV_STATE_COOKIES && f->path &&
            !state_file_read(f, client, &s->teller))
            state_file_fini(f);
    }
}

/* ---- writing ---- */

void state_end(struct state *s)
{
    for (int i = 0; i < QV_STATE_COUNT; i++) {
        struct state_file *f = &s->files[i];
        bool is_kept =
            i != QV_STATE_COOKIES || s->session == NULL || s->is_session_kept;
        if (f->path && is_kept)
            (void)state_file_save(f, s->client, &s->teller);
        state_file_fini(f);
    }
    if (s->session && s->is_session_kept)
        (void)named_session_save(s->session, &s->teller);
    named_session_free(s->session);
    s->session = NULL;
}
