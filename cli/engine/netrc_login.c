#include "engine/netrc_login.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "request/netrc.h"

struct netrc_file {
    struct netrc_file *next;
    char *path;
    int error; /* errno of reading it; 0: it was read */
    struct netrc netrc;
};

/* ---- files ---- */

static struct netrc_file *read_file(struct netrc_login *n, const char *path)
{
    struct netrc_file *f = XALLOC_NEW(struct netrc_file);
    struct str text = {0};
    f->path = xalloc_string(path);
    f->next = n->files;
    n->files = f;
    if (whole_file_read_edited(&text, path))
        netrc_read(&f->netrc, str_text(&text), text.len);
    else
        f->error = errno;
    str_fini(&text);
    return f;
}

static struct netrc_file *file_at(struct netrc_login *n, const char *path)
{
    for (struct netrc_file *f = n->files; f; f = f->next)
        if (strcmp(f->path, path) == 0)
            return f;
    return read_file(n, path);
}

static const char *set_variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* The usual one; "": there is none. */
static void usual_path(struct str *path)
{
    const char *named = set_variable("NETRC");
    const char *home = set_variable("HOME");
    if (named) {
        str_add_text(path, named);
        return;
    }
    if (home == NULL) {
        const struct passwd *me = getpwuid(geteuid());
        home = me ? me->pw_dir : NULL;
    }
    if (home)
        str_printf(path, "%s/.netrc", home);
}

static struct netrc_file *file_of(struct netrc_login *n,
                                  const struct request_options *how)
{
    struct str path = {0};
    if (how->netrc_file)
        return file_at(n, how->netrc_file);
    usual_path(&path);
    struct netrc_file *f = file_at(n, str_text(&path));
    str_fini(&path);
    return f;
}

void netrc_login_fini(struct netrc_login *n)
{
    while (n->files) {
        struct netrc_file *f = n->files;
        n->files = f->next;
        netrc_fini(&f->netrc);
        free(f->path);
        free(f);
    }
    map_fini(&n->kept);
    strings_disown(&n->owned);
}

/* ---- credentials ---- */

static bool fail(struct qv_error *error, const struct netrc_file *f,
                 const char *what)
{
    *error = (struct qv_error){.status = QV_EXIT_READ};
    (void)snprintf(error->text, sizeof error->text, "netrc file %.150s: %s",
                   f->path, what);
    return false;
}

static bool has_control(const char *text)
{
    for (; text && *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

/* What is in the URL is not looked for, with --netrc-optional. */
static bool is_complete(const struct request_options *how,
                        const struct qv_origin *origin)
{
    return how->netrc_optional && origin->user && origin->password;
}

/* The same text for the same entry: there are as many as entries that are used,
 * and a few more for users that URLs name. */
static const char *keep(struct netrc_login *n, struct str *text)
{
    char *kept = map_find(&n->kept, str_span(text));
    if (kept) {
        str_fini(text);
        return kept;
    }
    struct span key = str_span(text);
    kept = strings_own(&n->owned, str_take(text));
    (void)map_put(&n->kept, span_of(kept, key.len), kept);
    return kept;
}

static bool use(struct netrc_login *n, const struct netrc_file *f,
                const struct netrc_entry *e, const char *user,
                const char **found, struct qv_error *error)
{
    const char *login = user ? user : e->login;
    struct str text = {0};
    if (has_control(login) || has_control(e->password))
        return fail(error, f, "control bytes in credentials");
    if (login && strchr(login, ':'))
        return fail(error, f, "a login with ':' cannot be sent");
    str_printf(&text, "%s:%s", login ? login : "",
               e->password ? e->password : "");
    *found = keep(n, &text);
    return true;
}

/* -u : leaves it to others. */
static bool names_somebody(const char *user)
{
    return user && strcmp(user, ":") != 0;
}

bool netrc_login_find(struct netrc_login *n, const struct request_options *how,
                      const struct qv_origin *origin,
                      const struct qv_options *asked, const char **login,
                      struct qv_error *error)
{
    bool has_own =
        (names_somebody(asked->user) || asked->bearer) && origin->takes_own;
    *login = NULL;
    if (!(how->netrc || how->netrc_optional || how->netrc_file) || has_own ||
        is_complete(how, origin))
        return true;
    const struct netrc_file *f = file_of(n, how);
    const char *user = origin->user && *origin->user ? origin->user : NULL;
    const struct netrc_entry *e = netrc_find(&f->netrc, origin->host, user);
    if (e)
        return use(n, f, e, user, login, error);
    if (how->netrc_optional)
        return true;
    if (f->error)
        return fail(error, f, strerror(f->error));
    if (f->netrc.broken_at) {
        char what[48];
        (void)snprintf(what, sizeof what, "line %u cannot be understood",
                       f->netrc.broken_at);
        return fail(error, f, what);
    }
    return true;
}
