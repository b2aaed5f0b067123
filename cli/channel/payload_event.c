#include "channel/payload_event.h"

#include <string.h>
#include <yyjson.h>

#include "core/base/base64.h"
#include "core/base/varint.h"

enum use {
    USE_SEND,
    USE_SEND_OWN, /* unless it was received */
    USE_CLOSE,    /* likewise */
    USE_OPEN,     /* tells a replay when that was */
    USE_NONE,
};

static const struct kind {
    const char *name;
    enum use use;
    enum qv_channel_what what;
} kinds[] = {
    {"datagram", USE_SEND, QV_CHANNEL_DATAGRAM},
    {"text", USE_SEND, QV_CHANNEL_TEXT},
    {"binary", USE_SEND, QV_CHANNEL_BINARY},
    {"stream", USE_SEND, QV_CHANNEL_STREAM},
    {"capsule", USE_SEND, QV_CHANNEL_CAPSULE},
    {"ping", USE_SEND_OWN, QV_CHANNEL_PING},
    {"pong", USE_SEND_OWN, QV_CHANNEL_PONG},
    {"close", USE_CLOSE, QV_CHANNEL_DATAGRAM},
    {"open", USE_OPEN, QV_CHANNEL_DATAGRAM},
    {"trailers", USE_NONE, QV_CHANNEL_TRAILERS},
    {"drop", USE_NONE, QV_CHANNEL_DROP},
    {"max", USE_NONE, QV_CHANNEL_MAX},
    {"stream_open", USE_NONE, QV_CHANNEL_STREAM_OPEN},
    {"stream_reset", USE_NONE, QV_CHANNEL_STREAM_RESET},
    {"stream_stop", USE_NONE, QV_CHANNEL_STREAM_STOP},
    {"drain", USE_NONE, QV_CHANNEL_DRAIN},
};

struct reading {
    yyjson_val *root;
    struct str *decoded;
    struct payload_in_message *m;
};

static enum payload_event_is bad(struct reading *r, const char *why)
{
    str_clear(r->decoded);
    str_add_text(r->decoded, why);
    return PAYLOAD_EVENT_IS_BAD;
}

/* NULL for null as well. */
static yyjson_val *member(const struct reading *r, const char *name)
{
    yyjson_val *v = yyjson_obj_get(r->root, name);
    return yyjson_is_null(v) ? NULL : v;
}

static const struct kind *find_kind(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof kinds / sizeof kinds[0];
         i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    }
    return NULL;
}

/* What a channel of this kind sends when a line does not say. */
static enum qv_channel_what usual(enum qv_channel_what as, bool is_text)
{
    if (as == QV_CHANNEL_TEXT || as == QV_CHANNEL_BINARY)
        return is_text ? QV_CHANNEL_TEXT : QV_CHANNEL_BINARY;
    return as;
}

static bool read_unsigned(const struct reading *r, const char *name,
                          uint64_t *to)
{
    yyjson_val *v = member(r, name);
    if (v == NULL)
        return true;
    *to = yyjson_get_uint(v);
    return yyjson_is_uint(v);
}

static bool read_data(struct reading *r, yyjson_val *text, yyjson_val *base64)
{
    struct qv_channel_message *out = &r->m->message;
    size_t n;
    out->data = "";
    if (text != NULL) {
        out->data = yyjson_get_str(text);
        out->len = yyjson_get_len(text);
        return yyjson_is_str(text);
    }
    if (base64 == NULL)
        return true;
    if (!yyjson_is_str(base64))
        return false;
    str_clear(r->decoded);
    char *to = str_reserve(r->decoded, base64_room(yyjson_get_len(base64)));
    if (!base64_decode(to, &n, yyjson_get_str(base64), yyjson_get_len(base64)))
        return false;
    out->data = to;
    out->len = n;
    return true;
}

/* In front of the payload, which moves for it. */
static bool add_context(struct reading *r)
{
    struct qv_channel_message *out = &r->m->message;
    yyjson_val *v = member(r, "ctx");
    uint64_t id = yyjson_get_uint(v);
    uint8_t head[VARINT_LEN_MAX];
    if (!yyjson_is_uint(v) || id >= VARINT_MAX ||
        out->what != QV_CHANNEL_DATAGRAM)
        return false;
    size_t n = varint_put(head, id);
    bool is_decoded = out->data == r->decoded->base;
    if (!is_decoded)
        str_clear(r->decoded);
    char *to = str_reserve(r->decoded, n + out->len);
    memmove(to + n, is_decoded ? to : out->data, out->len);
    memcpy(to, head, n);
    out->data = to;
    out->len += n;
    return true;
}

static enum payload_event_is read_message(struct reading *r,
                                          const struct kind *kind,
                                          enum qv_channel_what as)
{
    yyjson_val *text = member(r, "text");
    yyjson_val *base64 = member(r, "base64");
    uint64_t stream = UINT64_MAX;
    struct qv_channel_message *out = &r->m->message;
    if (text != NULL && base64 != NULL)
        return bad(r, "has \"text\" and \"base64\": only one can be sent");
    if (kind == NULL && text == NULL && base64 == NULL)
        return bad(r, "has neither \"kind\", \"text\" nor \"base64\"");
    if (!read_data(r, text, base64))
        return bad(r, text != NULL ? "has a \"text\" that is no string"
                                   : "has a \"base64\" that is none");
    if (!read_unsigned(r, "stream", &stream))
        return bad(r, "has a \"stream\" that is no number");
    if (!read_unsigned(r, "type", &out->type))
        return bad(r, "has a \"type\" that is no number");
    if (kind != NULL && kind->what == QV_CHANNEL_CAPSULE &&
        member(r, "type") == NULL)
        return bad(r, "is a capsule without a \"type\"");
    out->what = kind != NULL ? kind->what : usual(as, text != NULL);
    if (member(r, "ctx") != NULL && !add_context(r))
        return bad(r, "has a \"ctx\" that is no context id of a datagram");
    out->stream = (int64_t)stream;
    return PAYLOAD_EVENT_IS_ONE;
}

static enum payload_event_is read_close(struct reading *r)
{
    r->m->is_close = true;
    if (!read_unsigned(r, "code", &r->m->code))
        return bad(r, "has a \"code\" that is no number");
    r->m->reason = yyjson_get_str(member(r, "reason"));
    return PAYLOAD_EVENT_IS_ONE;
}

static enum payload_event_is read_event(struct reading *r,
                                        enum qv_channel_what as)
{
    yyjson_val *name = member(r, "kind");
    const struct kind *kind = find_kind(yyjson_get_str(name));
    yyjson_val *time = member(r, "t");
    const char *dir = yyjson_get_str(member(r, "dir"));
    if (!yyjson_is_obj(r->root))
        return bad(r, "is no JSON object");
    if (name != NULL && kind == NULL)
        return bad(r, "has a \"kind\" that is none");
    r->m->is_received = dir != NULL && strcmp(dir, "in") == 0;
    if (time != NULL)
        r->m->time = yyjson_get_num(time);
    if (kind == NULL || kind->use == USE_SEND)
        return read_message(r, kind, as);
    r->m->is_open = kind->use == USE_OPEN;
    if (r->m->is_open)
        return PAYLOAD_EVENT_IS_ONE;
    if (kind->use == USE_NONE || r->m->is_received)
        return PAYLOAD_EVENT_SAYS_NOTHING;
    return kind->use == USE_CLOSE ? read_close(r) : read_message(r, kind, as);
}

void payload_event_forget(void **document)
{
    yyjson_doc_free(*document);
    *document = NULL;
}

enum payload_event_is payload_event_read(void **document, struct str *decoded,
                                         struct span line,
                                         enum qv_channel_what as,
                                         struct payload_in_message *m)
{
    payload_event_forget(document);
    yyjson_doc *doc = yyjson_read((const char *)line.base, line.len, 0);
    struct reading r = {
        .root = yyjson_doc_get_root(doc),
        .decoded = decoded,
        .m = m,
    };
    *document = doc;
    *m = (struct payload_in_message){.time = -1, .message.stream = -1};
    return read_event(&r, as);
}
