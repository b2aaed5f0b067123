#include "batch/batch_open.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "input/input_bound.h"

static bool open_results(const struct batch_open_needs *needs,
                         struct batch_opened *out, struct qv_error *error)
{
    const struct batch_options *o = needs->options;
    struct results_options options = {
        .path = o->output,
        .ordered = o->ordered,
        .journal = o->journal,
        .resume = o->resume,
        .resume_unsafe = o->resume_unsafe,
        .fsync = o->fsync,
        .inputs = o->files.at,
        .ninputs = o->files.len,
        .entries_max =
            o->resume ? input_bound(o->files.at, o->files.len, o->format) : 0,
        .options_digest = needs->digest,
    };
    out->results = results_new(needs->client, &options, needs->on_drain,
                               needs->user, error);
    return out->results != NULL;
}

static bool open_feed(const struct batch_open_needs *needs,
                      struct batch_opened *out, struct qv_error *error)
{
    const struct batch_options *o = needs->options;
    struct input_options options = {
        .format = o->format,
        .files = o->files.at,
        .nfiles = o->files.len,
        .line_max = (size_t)o->line_max,
        .defaults = needs->defaults,
        .defaults_json = o->defaults,
        .spool = o->spool,
        .resume = o->resume,
        .on_gone = needs->on_gone,
        .on_note = needs->on_note,
    };
    out->input =
        input_new(needs->client, &options, needs->on_input, needs->user, error);
    return out->input != NULL;
}

static bool can_read_inputs(const struct batch_options *o,
                            struct qv_error *error)
{
    for (size_t i = 0; i < o->files.len; i++) {
        const char *file = o->files.at[i];
        if (strcmp(file, "-") == 0 || access(file, R_OK) == 0)
            continue;
        error->status = QV_EXIT_READ;
        (void)snprintf(error->text, sizeof error->text,
                       "cannot read %.150s: %s", file, strerror(errno));
        return false;
    }
    return true;
}

/*
 * A mistake in the input or in --defaults must not cost the records of an
 * earlier run, and a journal that belongs to one must not cost its spool: what
 * is emptied last is what is opened last.
 */
static bool open_both(const struct batch_open_needs *needs,
                      struct batch_opened *out, struct qv_error *error)
{
    if (!needs->options->spool)
        return open_feed(needs, out, error) && open_results(needs, out, error);
    if (!open_results(needs, out, error) || !open_feed(needs, out, error))
        return false;
    syncer_too(out->results, input_spool_fd(out->input));
    return true;
}

bool batch_open(const struct batch_open_needs *needs, struct batch_opened *out,
                struct qv_error *error)
{
    *out = (struct batch_opened){0};
    *error = (struct qv_error){0};
    return can_read_inputs(needs->options, error) &&
           open_both(needs, out, error);
}
