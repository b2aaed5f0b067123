#include "channel/recording.h"

#include <fcntl.h>
#include <unistd.h>

bool recording_start(struct recording *r, struct qv_client *client,
                     const char *path, const struct event_line_form *form)
{
    *r = (struct recording){.form = *form};
    if (path == NULL)
        return true;
    r->fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    if (r->fd < 0)
        return false;
    writer_init(&r->writer, client);
    r->writer.to.fd = r->fd;
    r->is_on = true;
    return true;
}

int recording_end(struct recording *r)
{
    if (!r->is_on)
        return 0;
    writer_flush(&r->writer);
    int failed = r->writer.failed;
    writer_fini(&r->writer);
    (void)close(r->fd);
    str_fini(&r->line);
    r->is_on = false;
    return failed;
}

static void write_line(struct recording *r)
{
    writer_write(&r->writer, r->line.base, r->line.len);
    str_clear(&r->line);
}

void recording_open(struct recording *r, double t,
                    const struct qv_channel_opened *o)
{
    if (!r->is_on)
        return;
    event_line_open(&r->line, t, o, &r->form);
    write_line(r);
}

void recording_received(struct recording *r, double t,
                        const struct qv_channel_event *e)
{
    if (!r->is_on)
        return;
    event_line_received(&r->line, t, e, &r->form);
    write_line(r);
}

void recording_sent(struct recording *r, double t,
                    const struct qv_channel_message *m)
{
    if (!r->is_on)
        return;
    event_line_sent(&r->line, t, m, &r->form);
    write_line(r);
}

void recording_ended(struct recording *r, double t, uint64_t code,
                     const char *reason)
{
    if (!r->is_on)
        return;
    event_line_ended(&r->line, t, code, reason);
    write_line(r);
}

void recording_closed(struct recording *r, double t,
                      const struct qv_channel_result *result)
{
    if (!r->is_on)
        return;
    event_line_closed(&r->line, t, result);
    write_line(r);
}
