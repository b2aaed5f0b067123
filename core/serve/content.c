#include "serve/content.h"

#include <stdio.h>

#include "http/date.h"
#include "serve/byte_range.h"
#include "serve/server.h"

static void add_validators(struct reply *r, const struct validators *v)
{
    fields_add(&r->fields, SPAN_LIT("etag"), v->etag);
    if (v->modified == INT64_MIN)
        return;
    char date[DATE_LEN + 1];
    date_format(v->modified, date);
    reply_field(r, "last-modified", date);
}

static void send_part(struct reply *r, const struct content *c,
                      struct content_source *source)
{
    char text[80];
    (void)snprintf(text, sizeof text, "bytes %llu-%llu/%llu",
                   (unsigned long long)source->pos,
                   (unsigned long long)source->end - 1,
                   (unsigned long long)c->size);
    reply_field(r, "content-range", text);
    reply_send(r, 206, &source->source, (int64_t)(source->end - source->pos));
}

static void refuse_range(struct reply *r, const struct content *c)
{
    char text[40];
    (void)snprintf(text, sizeof text, "bytes */%llu",
                   (unsigned long long)c->size);
    reply_field(r, "content-range", text);
    reply_status(r, 416);
}

/* The request's range, if it asks for one and may have it. */
static enum byte_range_result wanted_range(const struct reply *r,
                                           const struct content *c, int64_t now,
                                           uint64_t *first, uint64_t *len)
{
    const struct request *request = r->stream->request;
    struct span field = fields_only_value(&request->fields, "range");
    if (field.len == 0 || !span_equal(request->method, SPAN_LIT("GET")) ||
        !conditional_range_holds(request, &c->validators, now))
        return BYTE_RANGE_NONE;
    return byte_range_parse(field, c->size, first, len);
}

void content_send(struct reply *r, const struct content *c,
                  struct content_source *source)
{
    int64_t now = server_clock(r->stream->server);
    switch (conditional_check(r->stream->request, &c->validators, now)) {
    case CONDITIONAL_NOT_MODIFIED:
        add_validators(r, &c->validators);
        reply_status(r, 304);
        return;
    case CONDITIONAL_PRECONDITION_FAILED:
        reply_status(r, 412);
        return;
    case CONDITIONAL_PROCEED:
        break;
    }
    uint64_t first = 0;
    uint64_t len = c->size;
    enum byte_range_result range = wanted_range(r, c, now, &first, &len);
    if (range == BYTE_RANGE_UNSATISFIABLE) {
        refuse_range(r, c);
        return;
    }
    reply_field(r, "accept-ranges", "bytes");
    reply_field(r, "content-type", c->type);
    add_validators(r, &c->validators);
    source->pos = first;
    source->end = first + len;
    if (range == BYTE_RANGE_PART)
        send_part(r, c, source);
    else
        reply_send(r, 200, &source->source, (int64_t)len);
}
