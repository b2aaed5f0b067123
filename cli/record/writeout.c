#include "record/writeout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/whole_file.h"
#include "core/base/xalloc.h"
#include "files/special_file.h"
#include "record/variables.h"
#include "terminal/complain.h"
#include "terminal/console.h"
#include "terminal/escape.h"

/* Where the text goes at the moment.  Standard output is the caller's, who
 * keeps the order of its bytes; the others are written when left. */
struct writer {
    const struct writeout_facts *facts;
    struct str *out;  /* standard output */
    struct str other; /* for fd, or for the special file */
    int fd;           /* -1: standard output, or a special file */
    char *path;       /* of %output{}; NULL: it goes elsewhere */
    bool is_terminal; /* what a server has said is made harmless for it */
};

static struct str *current(struct writer *w)
{
    return w->fd < 0 && w->path == NULL ? w->out : &w->other;
}

/* False with errno. */
static bool write_other(struct writer *w)
{
    if (w->other.len == 0)
        return true;
    if (w->fd < 0)
        return special_file_write(w->path, &w->other);
    if (w->fd != STDERR_FILENO)
        return whole_file_write(&w->other, w->fd);
    console_write(&w->other);
    return true;
}

static void leave(struct writer *w)
{
    if (!write_other(w)) /* curl says nothing */
        complain_warning("-w: cannot write %s: %s", w->path, strerror(errno));
    str_clear(&w->other);
    if (w->fd > STDERR_FILENO)
        close(w->fd);
    free(w->path);
    w->fd = -1;
    w->path = NULL;
}

static void go_to(struct writer *w, int fd)
{
    leave(w);
    w->fd = fd;
    w->is_terminal = isatty(fd < 0 ? STDOUT_FILENO : fd);
}

static void go_to_special(struct writer *w, const char *path)
{
    leave(w);
    w->path = xalloc_string(path);
    w->is_terminal = special_file_is_terminal(path);
}

/* The format is the user's, who may want colours; values are the server's. */
static void add_value(struct writer *w, const struct str *value)
{
    if (value->len && w->is_terminal)
        escape_all(current(w), value->base, value->len);
    else if (value->len)
        str_add(current(w), span_of(value->base, value->len));
}

static void go_to_path(struct writer *w, const char *path, bool append)
{
    if (special_file_is(path)) {
        go_to_special(w, path);
        return;
    }
    int fd = open(
        path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC),
        0666);
    if (fd < 0)
        complain_warning("-w: cannot open %s: %s", path, strerror(errno));
    else {
        go_to(w, fd);
        w->path = xalloc_string(path);
    }
}

/* "file", or ">>file" to append. */
static void go_to_file(struct writer *w, const char *name, size_t len)
{
    bool append = len >= 2 && memcmp(name, ">>", 2) == 0;
    char *path =
        append ? xalloc_copy(name + 2, len - 2) : xalloc_copy(name, len);
    go_to_path(w, path, append);
    free(path);
}

static void add_escape(struct str *out, char c)
{
    switch (c) {
    case 'n':
        str_add_char(out, '\n');
        break;
    case 'r':
        str_add_char(out, '\r');
        break;
    case 't':
        str_add_char(out, '\t');
        break;
    default:
        str_add_char(out, '\\');
        str_add_char(out, c);
    }
}

/* What stands between the values of all fields of a name. */
static void add_separator(struct str *out, const char *s, size_t len)
{
    for (const char *end = s + len; s < end; s++) {
        if (*s != '\\' || s + 1 == end)
            str_add_char(out, *s);
        else if (*++s == '}')
            str_add_char(out, '}');
        else
            add_escape(out, *s);
    }
}

static bool is_field(const struct qv_field *f, const char *name, size_t len)
{
    return strlen(f->name) == len && strncasecmp(f->name, name, len) == 0;
}

/* "name", the first of the last head; or "name:all:separator", all of those of
 * all heads, redirects' too. */
static void add_header(struct writer *w, const char *name, size_t len)
{
    const struct writeout_facts *facts = w->facts;
    const struct qv_field *fields = facts->result->fields;
    size_t n = facts->result->nfields;
    const char *all = memmem(name, len, ":all:", 5);
    size_t name_len = all ? (size_t)(all - name) : len;
    bool any = false;
    struct str value = {0};
    if (all && facts->heads) {
        fields = facts->heads;
        n = facts->nheads;
    }
    for (size_t i = 0; i < n && (all || !any); i++) {
        if (!is_field(&fields[i], name, name_len))
            continue;
        if (any)
            add_separator(&value, all + 5, len - name_len - 5);
        str_add_text(&value, fields[i].value);
        any = true;
    }
    add_value(w, &value);
    str_fini(&value);
}

/* What strftime() does not know, or knows of local time alone. */
static void add_conversion(struct str *out, char c, const struct timespec *now)
{
    switch (c) {
    case 'f':
        str_printf(out, "%06ld", now->tv_nsec / 1000);
        break;
    case 's':
        str_printf(out, "%lld", (long long)now->tv_sec);
        break;
    case 'z':
        str_add_text(out, "+0000");
        break;
    case 'Z':
        str_add_text(out, "UTC");
        break;
    default:
        str_add_char(out, '%');
        str_add_char(out, c);
    }
}

static void add_time(struct writer *w, const char *format, size_t len)
{
    struct str f = {0};
    char formatted[256];
    struct tm utc;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    for (size_t i = 0; i < len; i++) {
        if (format[i] == '%' && i + 1 < len)
            add_conversion(&f, format[++i], &now);
        else
            str_add_char(&f, format[i]);
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (strftime(formatted, sizeof formatted, str_text(&f), &utc))
        str_add_text(current(w), formatted);
#pragma GCC diagnostic pop
    str_fini(&f);
}

static bool is(const char *name, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(name, word, len) == 0;
}

static void warn_unknown(const char *name, size_t len)
{
    size_t n;
    struct variable_name *all = variables_names(&n);
    struct nearest near;
    struct str meant = {0};
    nearest_begin(&near, name, len);
    for (size_t i = 0; i < n; i++)
        nearest_try(&near, all[i].name);
    nearest_add(&near, "", &meant);
    complain_warning("unknown --write-out variable: '%.*s'%s", (int)len, name,
                     str_text(&meant));
    str_fini(&meant);
    free(all);
}

/* False: the rest of the format is not shown. */
static bool add_variable(struct writer *w, const char *name, size_t len)
{
    struct str value = {0};
    if (is(name, len, "onerror"))
        return w->facts->status != 0;
    if (is(name, len, "stderr"))
        go_to(w, STDERR_FILENO);
    else if (is(name, len, "stdout"))
        go_to(w, -1);
    else if (!variables_print(name, len, w->facts, &value))
        warn_unknown(name, len);
    add_value(w, &value);
    str_fini(&value);
    return true;
}

/* %header{...}, %output{...}, %time{...}: how much was used, or 0. */
static size_t add_function(struct writer *w, const char *s)
{
    static const struct {
        const char *name;
        void (*call)(struct writer *w, const char *arg, size_t len);
    } functions[] = {
        {"%header{", add_header},
        {"%output{", go_to_file},
        {"%time{", add_time},
    };
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        size_t n = strlen(functions[i].name);
        if (strncmp(s, functions[i].name, n) != 0)
            continue;
        const char *end = strchr(s + n, '}');
        while (end && end[-1] == '\\') /* in a separator */
            end = strchr(end + 1, '}');
        if (!end)
            return 0;
        functions[i].call(w, s + n, (size_t)(end - s) - n);
        return (size_t)(end - s) + 1;
    }
    return 0;
}

void writeout_render(const char *format, const struct writeout_facts *f,
                     struct str *out)
{
    struct writer w = {
        .facts = f, .out = out, .fd = -1, .is_terminal = isatty(STDOUT_FILENO)};
    const char *s = format;
    size_t n;
    while (*s) {
        const char *end;
        if (s[0] == '\\' && s[1]) {
            add_escape(current(&w), s[1]);
            s += 2;
        } else if (s[0] == '%' && s[1] == '%') {
            str_add_char(current(&w), '%');
            s += 2;
        } else if (s[0] == '%' && s[1] == '{' && (end = strchr(s, '}'))) {
            if (!add_variable(&w, s + 2, (size_t)(end - s) - 2))
                break;
            s = end + 1;
        } else if (s[0] == '%' && (n = add_function(&w, s))) {
            s += n;
        } else {
            str_add_char(current(&w), *s++);
        }
    }
    leave(&w);
    str_fini(&w.other);
}
