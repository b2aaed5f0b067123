#include "conn/h1_qlog.h"

#include "conn/tcp_qlog.h"
#include "io/qlog_files.h"

void h1_qlog_open(struct h1 *h)
{
    const struct qlog_files *files = loop_qlog(h->loop);
    if (files == NULL || files->folder == NULL)
        return;
    h->qlog = tcp_qlog_open(h->loop, "HTTP1", false);
    if (h->qlog)
        tcp_qlog_started(h->qlog, &h->conn.facts);
}

void h1_qlog_close(struct h1 *h)
{
    struct qlog *q = h->qlog;
    bool has_failed = h->why.code != ERR_NONE;
    if (q == NULL)
        return;
    qlog_begin(q, "connectivity:connection_closed");
    if (has_failed)
        qlog_string(q, "reason", h->why.detail);
    qlog_string(q, "trigger", has_failed ? "error" : "clean");
    qlog_end(q);
    qlog_files_close(q);
    h->qlog = NULL;
}

static void begin_frame(struct h1 *h, const char *type, uint64_t len,
                        enum qlog_owner owner)
{
    struct qlog *q = h->qlog;
    qlog_begin(q, owner == QLOG_LOCAL ? "http1:frame_created"
                                      : "http1:frame_parsed");
    qlog_number(q, "stream_id", h->conn.ntaken - 1);
    qlog_number(q, "payload_length", len);
    qlog_open(q, "frame", '{');
    qlog_string(q, "frame_type", type);
    qlog_number(q, "byte_length", len);
}

static void end_frame(struct qlog *q)
{
    qlog_close(q, '}');
    qlog_end(q);
}

/* "GET /path HTTP/1.1" */
static void add_request_line(struct qlog *q, struct span line)
{
    struct span method;
    struct span target;
    (void)span_next(&line, ' ', &method);
    (void)span_next(&line, ' ', &target);
    qlog_field(q, SPAN_LIT(":method"), method);
    qlog_field(q, SPAN_LIT(":path"), target);
}

/* In small letters, as the names of later versions are. */
static void add_field(struct qlog *q, struct span line)
{
    struct span name;
    struct str small = {0};
    (void)span_next(&line, ':', &name);
    for (size_t i = 0; i < name.len; i++) {
        char c = (char)name.base[i];
        str_add_char(&small, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    qlog_field(q, str_span(&small), span_trim(line));
    str_fini(&small);
}

/* What we have written ourselves: each line ends with CR LF, the last is empty. */
void h1_qlog_request(struct h1 *h, struct span head)
{
    struct qlog *q = h->qlog;
    bool is_first = true;
    struct span line;
    begin_frame(h, "headers", head.len, QLOG_LOCAL);
    qlog_open(q, "headers", '[');
    while (span_next(&head, '\n', &line) && line.len > 1) {
        line.len--;
        if (is_first)
            add_request_line(q, line);
        else
            add_field(q, line);
        is_first = false;
    }
    qlog_close(q, ']');
    end_frame(q);
}

void h1_qlog_response(struct h1 *h, const struct response_head *head)
{
    struct qlog *q = h->qlog;
    const struct fields *f = head->fields;
    struct str status = {0};
    str_add_u64(&status, (uint64_t)head->status);
    begin_frame(h, "headers", head->wire_len, QLOG_REMOTE);
    qlog_open(q, "headers", '[');
    qlog_field(q, SPAN_LIT(":status"), str_span(&status));
    for (size_t i = 0; i < f->len; i++)
        qlog_field(q, f->items[i].name, f->items[i].value);
    qlog_close(q, ']');
    end_frame(q);
    str_fini(&status);
}

void h1_qlog_data(struct h1 *h, uint64_t len, enum qlog_owner owner)
{
    if (len == 0)
        return;
    begin_frame(h, "data", len, owner);
    end_frame(h->qlog);
}
