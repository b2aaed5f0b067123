/*
 * What has been sent is known by the events that -v lives on: they tell of every
 * version, every redirect and every try.  Of a body that is sent faster than its
 * terminal reads, pieces are left out, and the place says so: nothing here may
 * hold up an upload.
 */
#include "fetch/exchange_print.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "core/base/str.h"
#include "fetch/job_text.h"
#include "record/phases.h"
#include "terminal/escape.h"
#include "terminal/progress_line.h"
#include "view/head_view.h"

static struct job *find_job(const struct exchange_print *p, uint64_t xfer_id)
{
    if (xfer_id == QV_NO_XFER)
        return NULL;
    list_each (link, &p->jobs->list) {
        struct job *j = job_at(link);
        if (qv_transfer_id(&j->transfer.face) == xfer_id)
            return j;
    }
    return NULL;
}

static bool wants(const struct job *j, enum screen_part part)
{
    return j->op->prints && (j->op->parts & part) && !j->op->sse;
}

/* The value of the Content-Type in a head; in `room`, or NULL. */
static const char *find_type(const char *text, size_t len, struct str *room)
{
    static const char name[] = "content-type:";
    const char *end = text + len;
    while (text < end) {
        const char *eol = memchr(text, '\n', (size_t)(end - text));
        size_t line = eol ? (size_t)(eol - text) : (size_t)(end - text);
        if (line > strlen(name) && strncasecmp(text, name, strlen(name)) == 0) {
            line -= text[line - 1] == '\r';
            str_add(room, span_of(text + strlen(name), line - strlen(name)));
            return str_text(room);
        }
        text += line + 1;
    }
    return NULL;
}

static void print_head(const struct exchange_print *p, struct job *j,
                       const struct qv_event *event)
{
    const struct shown *shown = j->sink.shown;
    const struct head_view_request_how how = {
        .has_colours = shown && shown->how.has_colours,
        .shows_secrets = p->shows_secrets,
        .is_escaped = shown != NULL,
    };
    struct str text = {0};
    head_view_request(&text, event->text, event->len, &how);
    (void)sink_add(&j->sink, text.base, text.len);
    str_fini(&text);
}

static void begin_sent(struct job *j, const struct qv_event *event)
{
    struct str type = {0};
    const char *found = find_type(event->text, event->len, &type);
    if (j->sink.shown) {
        if (!j->sent)
            j->sent = shown_new(&j->sink.shown->how, false);
        shown_begin(j->sent, found);
    }
    j->nleft_out = 0;
    j->is_sent_hidden = false;
    str_fini(&type);
}

static void say_left_out(struct job *j)
{
    struct str text = {0};
    str_printf(&text, "\n[... %" PRIu64 " bytes ...]\n", j->nleft_out);
    j->nleft_out = 0;
    (void)sink_add_sent(&j->sink, text.base, text.len);
    str_fini(&text);
}

static void hide_sent(struct job *j)
{
    static const char said[] = "[binary data is not shown]\n";
    j->is_sent_hidden = true;
    (void)sink_add_sent(&j->sink, said, strlen(said));
}

static void print_sent(struct job *j, const struct qv_event *event)
{
    struct str text = {0};
    if (j->is_sent_hidden)
        return;
    if (sink_is_full(&j->sink)) {
        j->nleft_out += event->len;
        return;
    }
    if (j->nleft_out)
        say_left_out(j);
    if (!j->sent)
        (void)sink_add_sent(&j->sink, event->text, event->len);
    else if (shown_add(j->sent, &text, event->text, event->len))
        (void)sink_add_sent(&j->sink, text.base, text.len);
    else
        hide_sent(j);
    str_fini(&text);
}

static void on_event(struct qv_listener *l, const struct qv_event *event)
{
    const struct exchange_print *p =
        QV_OWNER(l, struct exchange_print, listener);
    struct job *j;
    if (event->kind != QV_EVENT_REQUEST_HEAD &&
        event->kind != QV_EVENT_DATA_SENT)
        return;
    if (!(j = find_job(p, event->xfer_id)))
        return;
    if (event->kind == QV_EVENT_REQUEST_HEAD) {
        if (wants(j, SCREEN_REQUEST_HEAD))
            print_head(p, j, event);
        if (wants(j, SCREEN_REQUEST_BODY))
            begin_sent(j, event);
    } else if (wants(j, SCREEN_REQUEST_BODY)) {
        print_sent(j, event);
    }
}

void exchange_print_start(struct exchange_print *p, const struct job_env *env,
                          const struct jobs *jobs)
{
    const struct cmdline *s = env->engine->cmdline;
    unsigned parts = 0;
    for (const struct operation *op = s->first; op; op = op->next)
        parts |= op->prints ? op->parts : 0;
    *p = (struct exchange_print){
        .listener = {.wants_notes = true,
                     .wants_data = parts & SCREEN_REQUEST_BODY,
                     .on_event = on_event},
        .jobs = jobs,
        .shows_secrets = s->show_secrets,
    };
    if (parts & (SCREEN_REQUEST_HEAD | SCREEN_REQUEST_BODY))
        qv_client_listen(env->engine->client, &p->listener);
}

/* ---- facts ---- */

/* Lines "Name: value" of one job, gathered. */
struct facts {
    struct str text;
    struct str value; /* of the next line */
    bool has_colours;
};

static void end_fact(struct facts *f, const char *name)
{
    colour_text(&f->text, f->has_colours, COLOUR_NAME, name);
    str_add_text(&f->text, ": ");
    escape_bytes(&f->text, str_text(&f->value), f->value.len);
    str_add_char(&f->text, '\n');
    str_clear(&f->value);
}

static void add_address(struct str *out, const char *ip, unsigned port)
{
    str_printf(out, strchr(ip, ':') ? "[%s]:%u" : "%s:%u", ip, port);
}

static void add_meta(struct facts *f, const struct qv_result *r)
{
    str_printf(&f->value, "%.6fs", r->time_total);
    end_fact(f, "Elapsed time"); /* HTTPie's words */
    if (!r->response_code)
        return;
    str_printf(&f->value, "HTTP/%s%s%s", r->http_version,
               *r->tls_version ? " over " : "", r->tls_version);
    end_fact(f, "Version");
    if (*r->remote_ip) {
        add_address(&f->value, r->remote_ip, r->remote_port);
        end_fact(f, "Address");
    }
    progress_line_bytes(&f->value, r->size_download);
    end_fact(f, "Size");
}

static void add_connection(struct facts *f, const struct qv_result *r)
{
    if (!r->conn_id)
        return;
    str_printf(&f->value, "%" PRIu64 ", %s", r->conn_id,
               r->conn_reused ? "reused" : "new");
    if (*r->quic_version)
        str_printf(&f->value, ", QUIC %s", r->quic_version);
    end_fact(f, "Connection");
    if (*r->local_ip && *r->remote_ip) {
        add_address(&f->value, r->local_ip, r->local_port);
        str_add_text(&f->value, " to ");
        add_address(&f->value, r->remote_ip, r->remote_port);
        end_fact(f, "Path");
    }
    if (*r->proxy.url) {
        str_printf(&f->value, "%s (%s)", r->proxy.url, r->proxy.why);
        end_fact(f, "Proxy");
    }
    if (*r->tls_version) {
        str_printf(&f->value, "%s, %s%s%s%s%s, certificate %s", r->tls_version,
                   r->tls_cipher, *r->tls_group ? ", " : "", r->tls_group,
                   r->tls_resumed ? ", resumed" : "",
                   r->tls_ech ? ", name hidden (ECH)" : "", r->tls_verify);
        end_fact(f, "TLS");
    }
}

static void add_times(struct facts *f, const struct qv_result *r)
{
    struct phases p;
    phases_of_result(&p, r);
    for (enum phase i = 0; i < PHASES; i++) {
        if (p.lasted[i] < 0)
            continue;
        str_printf(&f->value, "%s%s %.6fs", f->value.len ? ", " : "",
                   phase_names[i], p.lasted[i]);
    }
    end_fact(f, "Times");
}

void exchange_print_facts(struct job *j, const struct qv_result *r)
{
    const struct shown *shown = j->sink.shown;
    struct facts f = {.has_colours = shown && shown->how.has_colours};
    if (r->time_total < 0)
        return;
    if (wants(j, SCREEN_META))
        add_meta(&f, r);
    if (wants(j, SCREEN_CONNECTION))
        add_connection(&f, r);
    if (wants(j, SCREEN_TIMES))
        add_times(&f, r);
    if (wants(j, SCREEN_EXPLAIN))
        job_text_add_explanation(&f.text, j, r, EXPLAIN_TEXT);
    if (f.text.len)
        (void)sink_add(&j->sink, f.text.base, f.text.len);
    str_fini(&f.value);
    str_fini(&f.text);
}
