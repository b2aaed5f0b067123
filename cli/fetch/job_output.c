#include "fetch/job_output.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/header_line.h"
#include "core/base/xalloc.h"
#include "fetch/job.h"
#include "files/filename.h"

/* Letters beyond ASCII go percent-encoded, but the file is called what was typed.
 * NULL: the last part of the URL's path has none. */
static char *name_as_typed(const char *url)
{
    char *path = xalloc_copy(url, strcspn(url, "?#"));
    const char *last = filename_last(path);
    char *name = NULL;
    for (const char *c = last; *c && !name; c++) {
        if ((unsigned char)*c > 0x7f && last > path)
            name = filename_safe(last);
    }
    free(path);
    return name;
}

/* The path of the output file; false: the URL has no name for it. */
static bool set_name(struct job *j, const char *url, const char *name)
{
    const struct target *t = j->target;
    struct qv_url u;
    struct qv_error error;
    if (t->place == PLACE_FILE && strcmp(name, "-") != 0)
        j->sink.saved.name = filename_join(j->op->output_dir, name);
    if (t->place != PLACE_REMOTE)
        return true;
    if (!qv_url_parse(&u, url, j->op->proto_default, &error)) {
        job_set_error(j, error.status, error.text);
        return false;
    }
    char *remote = strcmp(u.path, "/") == 0 ? NULL : name_as_typed(url);
    if (!remote)
        remote = filename_from_path(u.path);
    qv_url_free(&u);
    j->sink.saved.name = filename_join(j->op->output_dir, remote);
    free(remote);
    return true;
}

/* Was it said that codings are undone, or that they are not? */
static bool speaks_of_coding(const struct job *j)
{
    const struct operation *op = j->transfer.effective;
    for (size_t i = 0; i < j->op->given.len; i++) {
        const char *name = j->op->given.at[i].option->name;
        if (strcmp(name, "compressed") == 0 || strcmp(name, "raw") == 0)
            return true;
    }
    for (size_t i = 0; i < op->how.headers.len; i++) {
        if (header_line_is_named(op->how.headers.at[i],
                                 SPAN_LIT("Accept-Encoding")))
            return true;
    }
    return false;
}

/* A person reads no gzip, and has no use for its bytes. */
static void ask_for_text(struct job *j)
{
    struct qv_request *r = &j->request.engine;
    if (j->sink.shown && j->env->how.is_formatted && !r->head && !r->range &&
        !r->from && !j->op->sse && !j->op->checksums.len &&
        !j->op->expected.len && !speaks_of_coding(j))
        j->request.options.compressed = true;
}

/* --json-out.  What of a file was there before has been hashed by nobody. */
static void begin_tally(struct job *j)
{
    const struct cmdline *c = j->env->engine->cmdline;
    enum record_body_mode mode = c->record_body;
    if (j->sink.saved.name)
        mode = RECORD_BODY_FILE;
    else if (j->target->place == PLACE_NULL && mode == RECORD_BODY_INLINE)
        mode = RECORD_BODY_NONE;
    bool is_hashed = c->record_body != RECORD_BODY_NONE &&
                     !j->op->continue_at &&
                     (mode == RECORD_BODY_FILE || mode == RECORD_BODY_HASH);
    body_tally_begin(&j->tally, mode, (size_t)c->record_body_max, is_hashed);
}

/* -C, -z, --checksum. */
static void begin_output(struct job *j)
{
    struct sink *s = &j->sink;
    if (s->tally)
        begin_tally(j);
    struct qv_request *r = &j->request.engine;
    uint64_t from;
    sink_begin(s, &from, &j->validator);
    ask_for_text(j);
    s->is_decoded = r->options->compressed;
    s->is_failing = r->options->fail;
    if (!continuation_is_for(r))
        s->continuation.is_forbidden = true;
    if (j->target->upload == NULL) {
        r->from = from;
        r->if_range = j->validator;
    }
    if (j->op->time_cond &&
        time_condition_parse(&j->condition, j->op->time_cond))
        s->condition = &j->condition;
}

static bool is_skipped(struct job *j)
{
    j->is_skipped =
        j->op->clobber == OUTPUT_CLOBBER_SKIP && saved_exists(&j->sink.saved);
    if (j->is_skipped)
        engine_warning(j->env->engine, "%s is there already: it is skipped",
                       j->sink.saved.name);
    return j->is_skipped;
}

bool job_output_begin(struct job *j, const char *url, const char *name)
{
    if (!set_name(j, url, name) || is_skipped(j))
        return false;
    begin_output(j);
    return true;
}
