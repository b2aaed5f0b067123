#include "request/form.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args/parser.h"
#include "base/whole_file.h"
#include "core/base/arena.h"
#include "core/base/xalloc.h"
#include "files/filename.h"
#include "request/cmdline.h"
#include "request/form_words.h"
#include "terminal/complain.h"

/*
 * curl's grammar, where [;...] is what form_words.h reads:
 *
 *     NAME=TEXT[;...]
 *     NAME=@FILE[;...][,FILE[;...]]...   files, with their names
 *     NAME=<FILE[;...]                   the text is in the file
 *     NAME=([;...]                       what follows is part of this part,
 *     =)                                 up to here
 *
 * NAME may be empty.  Where curl warns of what it drops and goes on, so does
 * this.
 */

#define STDIN_PATH "/dev/stdin"

struct form {
    struct arena arena; /* all parts and strings */
    unsigned nholders;
    struct multipart_part root;
    /* What new parts become part of is the last; the root is the first. */
    struct multipart_part *open[MULTIPART_DEPTH_MAX];
    size_t nopen;
};

static struct form *form_new(void)
{
    struct form *f = XALLOC_NEW(struct form);
    arena_init(&f->arena);
    f->nholders = 1;
    f->root.content = MULTIPART_PARTS;
    f->open[f->nopen++] = &f->root;
    return f;
}

struct form *form_hold(struct form *f)
{
    if (f)
        f->nholders++;
    return f;
}

void form_drop(struct form *f)
{
    if (!f || --f->nholders > 0)
        return;
    arena_fini(&f->arena);
    free(f);
}

const struct multipart_part *form_parts(const struct form *f)
{
    return f->root.first;
}

/* ---- names that cannot be written ---- */

static bool has_line_break(struct span s)
{
    return s.len > 0 &&
           (memchr(s.base, '\r', s.len) || memchr(s.base, '\n', s.len));
}

static const char *unescapable(const struct multipart_part *p)
{
    for (; p; p = p->next) {
        const char *within = unescapable(p->first);
        if (has_line_break(p->name))
            return (const char *)p->name.base;
        if (has_line_break(p->filename))
            return (const char *)p->filename.base;
        if (within)
            return within;
    }
    return NULL;
}

const char *form_unescapable(const struct form *f)
{
    return unescapable(f->root.first);
}

/* ---- parts ---- */

/* One argument while it is read. */
struct reading {
    struct form *form;
    struct form_words words;
};

static struct multipart_part *new_part(struct reading *r)
{
    return ARENA_NEW(&r->form->arena, struct multipart_part);
}

static void append(struct multipart_part *to, struct multipart_part *p)
{
    if (to->last)
        to->last->next = p;
    else
        to->first = p;
    to->last = p;
}

static struct multipart_part *group(const struct reading *r)
{
    return r->form->open[r->form->nopen - 1];
}

/* ---- contents ---- */

/* A file is read when it is sent, from where it stands; all else now, since it
 * can be read only once. */
static bool set_stdin(struct reading *r, struct multipart_part *part)
{
    struct stat st;
    struct str bytes = {0};
    off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (at >= 0 && fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode)) {
        part->content = MULTIPART_FILE;
        part->path = STDIN_PATH;
        part->from = (uint64_t)at;
        part->is_nameless = true;
        return true;
    }
    if (!whole_file_read(&bytes, "-")) {
        str_fini(&bytes);
        return parser_fail_read(r->words.parser, "-");
    }
    part->bytes = arena_copy(&r->form->arena, str_span(&bytes));
    str_fini(&bytes);
    return true;
}

static bool set_file(struct reading *r, struct multipart_part *part,
                     const char *path)
{
    if (!*path)
        return parser_fail(r->words.parser,
                           "option --%s: the file name is empty",
                           r->words.option);
    if (strcmp(path, "-") == 0)
        return set_stdin(r, part);
    part->content = MULTIPART_FILE;
    part->path = path;
    part->is_stream = true;
    return true;
}

/* ---- the forms of an argument ---- */

static bool read_group(struct reading *r, struct span name)
{
    struct multipart_part *part = new_part(r);
    char *word;
    if (r->form->nopen == MULTIPART_DEPTH_MAX)
        return parser_fail(r->words.parser,
                           "option --%s: more than %d parts within parts",
                           r->words.option, MULTIPART_DEPTH_MAX);
    part->content = MULTIPART_PARTS;
    part->name = name;
    if (!form_words_read(&r->words, part, &word))
        return false;
    append(group(r), part);
    r->form->open[r->form->nopen++] = part;
    return true;
}

static bool end_group(struct reading *r)
{
    r->words.at++;
    if (r->form->nopen == 1)
        return parser_fail(r->words.parser,
                           "option --%s: '=)' ends nothing that has begun",
                           r->words.option);
    r->form->nopen--;
    return true;
}

static bool read_upload(struct reading *r, struct multipart_part *part)
{
    char *path;
    if (!form_words_read(&r->words, part, &path) || !set_file(r, part, path))
        return false;
    if (!part->filename.base)
        part->filename = span_str(filename_last(path));
    multipart_guess_type(part);
    return true;
}

/* Several are parts of one. */
static bool read_uploads(struct reading *r, struct span name)
{
    struct multipart_part *first = new_part(r);
    struct multipart_part *all = first;
    r->words.end = ',';
    r->words.may = FORM_WORDS_FILENAME | FORM_WORDS_ENCODER;
    if (!read_upload(r, first))
        return false;
    if (*r->words.at == ',') {
        all = new_part(r);
        all->content = MULTIPART_PARTS;
        append(all, first);
    }
    while (*r->words.at == ',') {
        struct multipart_part *next = new_part(r);
        r->words.at++;
        if (!read_upload(r, next))
            return false;
        append(all, next);
    }
    all->name = name;
    append(group(r), all);
    return true;
}

static bool read_text(struct reading *r, struct span name)
{
    struct multipart_part *part = new_part(r);
    bool is_file = *r->words.at == '<';
    char *word;
    if (is_file)
        r->words.at++;
    r->words.may = (is_file ? 0 : (unsigned)FORM_WORDS_FILENAME) |
                   (unsigned)FORM_WORDS_ENCODER;
    if (!form_words_read(&r->words, part, &word))
        return false;
    if (!is_file)
        part->bytes = span_str(word);
    else if (!set_file(r, part, word))
        return false;
    part->name = name;
    multipart_guess_type(part);
    append(group(r), part);
    return true;
}

static bool read_any(struct reading *r, struct span name)
{
    if (*r->words.at == '(')
        return read_group(r, name);
    if (*r->words.at == '@') {
        r->words.at++;
        return read_uploads(r, name);
    }
    return !name.base && strcmp(r->words.at, ")") == 0 ? end_group(r)
                                                       : read_text(r, name);
}

/* ---- the options ---- */

/* The name; *content is what stands behind its '='. */
static bool begin(struct parser *p, const struct option *o, const char *arg,
                  struct reading *r, struct span *name)
{
    struct operation *op = p->scope[SCOPE_OPERATION];
    const char *equals = strchr(arg, '=');
    if (!equals) {
        (void)parser_fail(p, "option --%s: '%.60s' is not NAME=CONTENT",
                          o->name, arg);
        return false;
    }
    if (!op->form)
        op->form = form_new();
    *r = (struct reading){
        .form = op->form,
        .words = {.parser = p,
                  .option = o->name,
                  .arena = &op->form->arena,
                  .at = equals + 1},
    };
    *name = (struct span){NULL, 0};
    if (equals > arg)
        *name =
            arena_copy(&op->form->arena, span_of(arg, (size_t)(equals - arg)));
    return true;
}

bool form_field(struct parser *p, const struct option *o, const char *arg)
{
    struct reading r;
    struct span name;
    if (!begin(p, o, arg, &r, &name) || !read_any(&r, name))
        return false;
    if (*r.words.at)
        complain_warning("option --%s: '%.60s' at the end is left out", o->name,
                         r.words.at);
    return true;
}

bool form_string(struct parser *p, const struct option *o, const char *arg)
{
    struct reading r;
    struct span name;
    if (!begin(p, o, arg, &r, &name))
        return false;
    struct multipart_part *part = new_part(&r);
    part->name = name;
    part->bytes = span_str(arena_string(r.words.arena, r.words.at));
    append(group(&r), part);
    return true;
}
