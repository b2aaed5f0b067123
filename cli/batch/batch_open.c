#include "batch/batch_open.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch/batch_run.h"
#include "batch/task.h"
#include "config/config.h"
#include "files/descriptors.h"
#include "input/feed_bound.h"
#include "terminal/complain.h"

struct qv_client *batch_open_client(struct batch *b)
{
    /* Where its body goes; of what it sends at most one file is open. */
    unsigned files = b->options->body == RECORD_BODY_FILE ? 2 : 1;
    struct session *s = b->session;
    const char *key_log = getenv("SSLKEYLOGFILE");
    struct qv_client_options o = {
        .max_parallel_host = s->jobs_host,
        .max_connections_host = s->parallel_max_host,
        .rate = s->rate,
        .key_log = key_log && *key_log ? key_log : NULL,
        .on_origin = config_has_origins(b->config) ? task_on_origin : NULL,
        .on_room = batch_run_on_input,
        .user = b,
    };

    o.max_parallel = s->parallel_max =
        descriptors_places(s->parallel_max, files);
    return qv_client_new(&o);
}

static bool open_results(struct batch *b, const char *digest,
                         struct qv_error *error)
{
    const struct batch_options *o = b->options;
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
            o->resume ? feed_bound(o->files.at, o->files.len, o->format) : 0,
        .options_digest = digest,
    };

    b->results = results_new(b->client, &options, batch_run_on_room, b, error);
    return b->results != NULL;
}

static void on_group_gone(void *user, const struct operation *op)
{
    const struct batch *b = user;

    config_forget(b->config, op);
}

static void on_note(void *user, const char *text)
{
    struct batch *b = user;

    if (b->session->silent)
        return;
    batch_progress_hide(&b->progress);
    complain_warning("%s", text);
}

static bool open_feed(struct batch *b, struct qv_error *error)
{
    const struct batch_options *o = b->options;
    struct feed_options options = {
        .format = o->format,
        .files = o->files.at,
        .nfiles = o->files.len,
        .line_max = (size_t)o->line_max,
        .defaults = b->defaults,
        .defaults_json = o->defaults,
        .spool = o->spool,
        .resume = o->resume,
        .on_gone = on_group_gone,
        .on_note = on_note,
    };

    b->feed = feed_new(b->client, &options, batch_run_on_input, b, error);
    return b->feed != NULL;
}

static bool can_read_inputs(const struct batch *b, struct qv_error *error)
{
    for (size_t i = 0; i < b->options->files.len; i++) {
        const char *file = b->options->files.at[i];

        if (!strcmp(file, "-") || access(file, R_OK) == 0)
            continue;
        error->status = QV_EXIT_READ;
        (void)snprintf(error->text, sizeof(error->text),
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
static bool open_both(struct batch *b, const char *digest,
                      struct qv_error *error)
{
    if (b->options->spool) {
        if (!open_results(b, digest, error) || !open_feed(b, error))
            return false;
        results_sync_too(b->results, feed_spool_fd(b->feed));
        return true;
    }
    return open_feed(b, error) && open_results(b, digest, error);
}

bool batch_open(struct batch *b, const struct batch_command *command)
{
    struct qv_error error = {0};

    if (can_read_inputs(b, &error) && open_both(b, command->digest, &error))
        return true;
    b->status = error.status;
    complain_error(error.status, NULL, error.text);
    return false;
}
