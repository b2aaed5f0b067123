#include "serve/access.h"

#include <time.h>

#include "serve/json.h"
#include "serve/server.h"

/* Bytes of a target that go into a line; a client may send many more. */
#define TARGET_MAX 1024

static struct span shortened(struct span s)
{
    if (s.len > TARGET_MAX)
        s.len = TARGET_MAX;
    return s;
}

/* What a client chose, safe for a terminal and between quotes. */
static void add_escaped(struct str *line, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.base[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
            str_printf(line, "\\x%02x", c);
        else
            str_add_char(line, (char)c);
    }
}

static double seconds_since(const struct reply *r)
{
    uint64_t now = loop_now(server_loop(r->stream->server));
    return (double)(now - r->started_at) / 1e9;
}

/* As the client saw it (stream.h). */
static int status_of(const struct reply *r)
{
    const struct stream *s = r->stream;
    if (!r->is_sent)
        return 0;
    bool is_upgraded = s->version < HTTP_VERSION_2 &&
                       s->request->protocol.base &&
                       stream_is_switched_by(s, r->response.status);
    return is_upgraded ? 101 : r->response.status;
}

static void add_text(const struct reply *r, bool is_complete, struct str *line)
{
    const struct stream *s = r->stream;
    str_printf(line, "%s \"", s->remote);
    add_escaped(line, shortened(s->request->method));
    str_add_char(line, ' ');
    add_escaped(line, shortened(s->request->target));
    str_printf(line, "\" HTTP/%s %d %llu %.1fms%s",
               message_version_name(s->version), status_of(r),
               (unsigned long long)r->bytes_sent, seconds_since(r) * 1e3,
               is_complete ? "" : " incomplete");
}

static void add_time(yyjson_mut_doc *doc, yyjson_mut_val *o)
{
    struct timespec now;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    char day[24];
    (void)strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
    struct str text;
    str_init(&text);
    str_printf(&text, "%s.%06ldZ", day, now.tv_nsec / 1000);
    json_add(doc, o, "time", str_span(&text));
    str_fini(&text);
}

static void add_json(const struct reply *r, bool is_complete, struct str *line)
{
    const struct stream *s = r->stream;
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *o = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, o);
    add_time(doc, o);
    json_add(doc, o, "remote", span_str(s->remote));
    json_add(doc, o, "http_version",
             span_str(message_version_name(s->version)));
    yyjson_mut_obj_add_bool(doc, o, "tls", s->is_secure);
    json_add(doc, o, "method", shortened(s->request->method));
    json_add(doc, o, "authority", shortened(s->request->authority));
    json_add(doc, o, "target", shortened(s->request->target));
    if (r->is_sent)
        yyjson_mut_obj_add_int(doc, o, "status", status_of(r));
    else
        yyjson_mut_obj_add_null(doc, o, "status");
    yyjson_mut_obj_add_uint(doc, o, "received", r->bytes_received);
    yyjson_mut_obj_add_uint(doc, o, "sent", r->bytes_sent);
    yyjson_mut_obj_add_real(doc, o, "duration", seconds_since(r));
    yyjson_mut_obj_add_bool(doc, o, "complete", is_complete);
    json_finish(doc, false, line);
}

void access_log(const struct reply *r, bool is_complete)
{
    const struct server_options *o = server_get_options(r->stream->server);
    if (o->on_request == NULL)
        return;
    struct str line;
    str_init(&line);
    if (o->log_json)
        add_json(r, is_complete, &line);
    else
        add_text(r, is_complete, &line);
    o->on_request(o->user, str_text(&line));
    str_fini(&line);
}
