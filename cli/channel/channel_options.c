#include "channel/channel_options.h"

#include <stdlib.h>
#include <string.h>

#include "args/parser.h"
#include "base/number.h"
#include "base/websocket_url.h"
#include "core/base/utf8.h"

enum {
    CLOSE_CODE_MIN = 1000,
    CLOSE_CODE_MAX = 4999,
    REASON_MAX = 123, /* RFC 6455 5.5: 125 bytes with the code */
};

#define MAX_MESSAGE_DEFAULT (UINT64_C(16) * 1024 * 1024)

void channel_options_init(struct channel_options *o)
{
    *o = (struct channel_options){
        .linger = CHANNEL_OPTIONS_UNSET,
        .end_delay = CHANNEL_OPTIONS_UNSET,
        .max_message = MAX_MESSAGE_DEFAULT,
    };
}

void channel_options_fini(struct channel_options *o)
{
    strings_fini(&o->subprotocols);
}

/* ---- options that do more than store their argument ---- */

static bool read_mode(struct parser *p, const struct option *o, const char *arg,
                      enum payload_mode *mode)
{
    static const char *const words[] = {"line",  "hex", "base64", "len",
                                        "jsonl", "raw", NULL};
    return payload_mode_parse(arg, mode) || parser_fail_word(p, o, arg, words);
}

bool channel_options_in(struct parser *p, const struct option *o,
                        const char *arg)
{
    struct channel_options *c = p->scope[SCOPE_CHANNEL];
    return read_mode(p, o, arg, &c->in);
}

bool channel_options_out(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct channel_options *c = p->scope[SCOPE_CHANNEL];
    return read_mode(p, o, arg, &c->out);
}

bool channel_options_transport(struct parser *p, const struct option *o,
                               const char *arg)
{
    static const struct parser_word words[] = {
        {"auto", QV_CHANNEL_OVER_ANY},
        {"datagram", QV_CHANNEL_OVER_QUIC},
        {"capsule", QV_CHANNEL_OVER_CAPSULES},
        {NULL, 0},
    };
    struct channel_options *c = p->scope[SCOPE_CHANNEL];
    int transport = QV_CHANNEL_OVER_ANY;
    if (!parser_choose(p, o, arg, words, &transport))
        return false;
    c->transport = (enum qv_channel_transport)transport;
    return true;
}

bool channel_options_rate(struct parser *p, const struct option *o,
                          const char *arg)
{
    struct channel_options *c = p->scope[SCOPE_CHANNEL];
    return number_rate(arg, &c->rate) ||
           parser_fail(p, "option --%s: '%.40s' is no rate, as 100/s", o->name,
                       arg);
}

bool channel_options_speed(struct parser *p, const struct option *o,
                           const char *arg)
{
    struct channel_options *c = p->scope[SCOPE_CHANNEL];
    char *end;
    c->speed = strtod(arg, &end);
    return (end != arg && *end == '\0' && c->speed > 0 && c->speed < 1e9) ||
           parser_fail(p, "option --%s: '%.40s' is no speed, as 2 or 0.5",
                       o->name, arg);
}

/* ---- what goes with what ---- */

static bool find_kind(struct channel_options *o, struct parser *p,
                      const char *url)
{
    bool is_ws_url = websocket_url_is(url);
    if (o->upgrade != NULL) {
        o->kind = QV_CHANNEL_KIND_BYTES;
        return o->protocol == NULL ||
               parser_fail(p, "--upgrade and --protocol exclude each other");
    }
    if (o->allow_unspecified != (o->method != NULL))
        return parser_fail(p, "--method and --allow-unspecified-datagrams "
                              "belong together");
    if (o->method != NULL) {
        o->kind = QV_CHANNEL_KIND_DATAGRAMS;
        return o->protocol == NULL ||
               parser_fail(p, "--method and --protocol exclude each other");
    }
    if (o->protocol == NULL && !is_ws_url)
        return parser_fail(p, "channel needs --protocol, or a URL of ws:// or "
                              "wss://");
    if (o->protocol == NULL || strcmp(o->protocol, "websocket") == 0)
        o->kind = QV_CHANNEL_KIND_WEBSOCKET;
    else if (is_ws_url)
        return parser_fail(p,
                           "a URL of ws:// or wss:// is for WebSocket, not "
                           "for '%.40s'",
                           o->protocol);
    else if (strcmp(o->protocol, "webtransport") == 0)
        o->kind = QV_CHANNEL_KIND_WEBTRANSPORT;
    else
        o->kind = QV_CHANNEL_KIND_DATAGRAMS;
    return true;
}

static bool check_speakers(const struct channel_options *o, struct parser *p)
{
    const char *who[] = {
        o->exec != NULL ? "--exec" : NULL,
        o->echo_test != 0 ? "--echo-test" : NULL,
        o->replay != NULL ? "--replay" : NULL,
    };
    const char *first = NULL;
    for (size_t i = 0; i < sizeof who / sizeof who[0]; i++) {
        if (who[i] == NULL)
            continue;
        if (first != NULL)
            return parser_fail(p, "%s and %s exclude each other", first,
                               who[i]);
        first = who[i];
    }
    if (o->in == PAYLOAD_RAW && o->kind != QV_CHANNEL_KIND_BYTES)
        return parser_fail(p, "--in raw is for --upgrade: nothing would mark "
                              "where a message ends");
    if (o->in == PAYLOAD_LEN && o->kind == QV_CHANNEL_KIND_BYTES)
        return parser_fail(p, "--in len is not for --upgrade: a stream of "
                              "bytes has no messages");
    if (o->in != PAYLOAD_DEFAULT && (o->echo_test != 0 || o->replay != NULL))
        return parser_fail(p, "--in has no meaning with %s", first);
    if (o->speed != 0 && o->replay == NULL)
        return parser_fail(p, "--speed belongs to --replay");
    if ((o->size != 0 || o->rate != 0) && o->echo_test == 0)
        return parser_fail(p, "--size and --rate belong to --echo-test");
    return true;
}

static bool check_close(const struct channel_options *o, struct parser *p)
{
    unsigned code = o->close_code;
    size_t len = o->close_reason != NULL ? strlen(o->close_reason) : 0;
    if (code == 0 && o->close_reason == NULL)
        return true;
    if (o->kind != QV_CHANNEL_KIND_WEBSOCKET &&
        o->kind != QV_CHANNEL_KIND_WEBTRANSPORT)
        return parser_fail(p, "--close-code and --close-reason are for "
                              "WebSocket and WebTransport");
    if (o->kind == QV_CHANNEL_KIND_WEBTRANSPORT)
        return true;
    /* RFC 6455 7.4: those that may stand in a frame. */
    if (code != 0 && (code < CLOSE_CODE_MIN || code > CLOSE_CODE_MAX ||
                      (code >= 1004 && code <= 1006) || code == 1015))
        return parser_fail(p,
                           "--close-code: %u cannot be sent; 1000, 3000 to "
                           "4999 are an application's",
                           code);
    if (len > REASON_MAX)
        return parser_fail(p,
                           "--close-reason: %zu bytes are too many, 123 "
                           "have room",
                           len);
    if (utf8_valid_len(span_of(o->close_reason, len)) < len)
        return parser_fail(p, "--close-reason: it is not UTF-8");
    return true;
}

static bool check_kind(const struct channel_options *o, struct parser *p)
{
    bool is_websocket = o->kind == QV_CHANNEL_KIND_WEBSOCKET;
    if (!is_websocket && o->subprotocols.len > 0)
        return parser_fail(p, "--subprotocol is for WebSocket");
    if (is_websocket && o->transport != QV_CHANNEL_OVER_ANY)
        return parser_fail(p, "--transport is for datagrams, which WebSocket "
                              "does not have");
    if (o->no_capsules && o->transport == QV_CHANNEL_OVER_CAPSULES)
        return parser_fail(p, "--no-capsules and --transport capsule exclude "
                              "each other");
    if (o->echo_test != 0 && o->size != 0 && o->size < CHANNEL_OPTIONS_SIZE_MIN)
        return parser_fail(p,
                           "--size: %u bytes are too few for the number of "
                           "a message, which takes 8",
                           o->size);
    if (o->echo_test != 0 && o->kind == QV_CHANNEL_KIND_BYTES)
        return parser_fail(p, "--echo-test counts messages, and --upgrade has "
                              "none");
    return true;
}

/* Many servers drop the replies that they have not sent when a close frame
 * comes, or the end of the stream beside which datagrams go: 300 ms of silence
 * say that there are none.  Bytes of a stream come in order. */
#define END_DELAY_NS UINT64_C(300000000)

bool channel_options_finish(struct channel_options *o, struct parser *p,
                            const char *url)
{
    if (!find_kind(o, p, url) || !check_speakers(o, p) || !check_close(o, p) ||
        !check_kind(o, p))
        return false;
    if (o->end_delay == CHANNEL_OPTIONS_UNSET)
        o->end_delay = o->kind == QV_CHANNEL_KIND_BYTES ? 0 : END_DELAY_NS;
    if (o->size == 0)
        o->size = CHANNEL_OPTIONS_SIZE;
    if (o->echo_test != 0 && o->queue == 0)
        o->queue = CHANNEL_OPTIONS_WINDOW; /* it drops none of its own */
    if (o->speed == 0)
        o->speed = 1;
    if (o->max_message == 0)
        o->max_message = MAX_MESSAGE_DEFAULT;
    return true;
}
