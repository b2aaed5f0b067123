#include "channel/prompt_command.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/whole_file.h"
#include "channel/payload_in.h"
#include "channel/prompt.h"
#include "channel/session.h"
#include "core/base/str.h"

static struct session *session_of(const struct prompt *p)
{
    return p->speaker.session;
}

/* ---- words ---- */

/* The next word of *rest, which moves behind it and the blanks; *word ends with
 * a NUL. */
static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t");
    size_t len = strcspn(word, " \t");
    char *end = word + len;
    *rest = *end != '\0' ? end + 1 : end;
    *rest += strspn(*rest, " \t");
    *end = '\0';
    return word;
}

/* The name of a file, without the blank that completion puts behind it. */
static const char *file_name(char *rest)
{
    size_t len = strlen(rest);
    while (len > 0 && rest[len - 1] == ' ')
        len--;
    rest[len] = '\0';
    return rest;
}

static bool read_number(struct prompt *p, const char *word, const char *what,
                        uint64_t max, uint64_t *n)
{
    if (number_parse(word, max, n))
        return true;
    prompt_notice(p, "%s: '%.40s' is no number", what, word);
    return false;
}

/* Bytes in hex digits; false: they are none. */
static bool read_hex(struct prompt *p, const char *digits, struct str *to)
{
    struct payload_in in = {.mode = PAYLOAD_HEX,
                            .as = QV_CHANNEL_BINARY,
                            .max = strlen(digits) + 1};
    struct payload_in_message m;
    size_t room;
    size_t len = strlen(digits);
    bool ok = true;
    char *at = payload_in_reserve(&in, &room);
    len = len < room ? len : room;
    memcpy(at, digits, len);
    payload_in_commit(&in, len);
    payload_in_end(&in);
    if (len > 0)
        ok = payload_in_next(&in, &m) == PAYLOAD_IN_MESSAGE;
    if (ok && len > 0)
        str_add(to, span_of(m.message.data, m.message.len));
    if (!ok)
        prompt_notice(p, "'%.40s' is not in hex digits, two for each byte",
                      digits);
    payload_in_fini(&in);
    return ok;
}

/* ---- messages ---- */

static void do_hex(struct prompt *p, char *rest)
{
    struct str bytes = {0};
    if (read_hex(p, rest, &bytes))
        (void)prompt_say(p, false, str_text(&bytes), bytes.len);
    str_fini(&bytes);
}

static void do_text(struct prompt *p, char *rest)
{
    (void)prompt_say(p, true, rest, strlen(rest));
}

static void do_file(struct prompt *p, char *rest)
{
    const char *name = file_name(rest);
    struct str bytes = {0};
    if (!whole_file_read(&bytes, name))
        prompt_notice(p, "cannot read %.100s: %s", name, strerror(errno));
    else
        (void)prompt_say(p, false, str_text(&bytes), bytes.len);
    str_fini(&bytes);
}

static void send_as(struct prompt *p, enum qv_channel_what what,
                    const char *text, int64_t stream)
{
    (void)prompt_send(p, &(struct qv_channel_message){.what = what,
                                                      .data = text,
                                                      .len = strlen(text),
                                                      .stream = stream});
}

static void do_stream(struct prompt *p, char *rest)
{
    send_as(p, QV_CHANNEL_STREAM, rest, -1);
}

static void do_ping(struct prompt *p, char *rest)
{
    send_as(p, QV_CHANNEL_PING, rest, -1);
}

static void do_migrate(struct prompt *p, char *rest)
{
    (void)rest;
    if (qv_client_migrate(p->speaker.session->engine.client) == 0)
        prompt_notice(p, "no connection that could move");
}

static void do_pong(struct prompt *p, char *rest)
{
    send_as(p, QV_CHANNEL_PONG, rest, -1);
}

static void do_capsule(struct prompt *p, char *rest)
{
    struct str bytes = {0};
    uint64_t type;
    if (read_number(p, next_word(&rest), "/capsule", UINT64_C(1) << 62,
                    &type) &&
        read_hex(p, rest, &bytes))
        (void)prompt_send(
            p, &(struct qv_channel_message){.what = QV_CHANNEL_CAPSULE,
                                            .data = str_text(&bytes),
                                            .len = bytes.len,
                                            .stream = -1,
                                            .type = type});
    str_fini(&bytes);
}

static void do_ctx(struct prompt *p, char *rest)
{
    uint64_t n;
    if (*rest == '\0') {
        p->context = -1;
        prompt_notice(p, "no context stands before datagrams");
    } else if (read_number(p, rest, "/ctx", (1 << 30) - 1, &n)) {
        p->context = (int)n;
        prompt_notice(p, "context %d stands before each datagram", p->context);
    }
}

static void do_repeat(struct prompt *p, char *rest)
{
    enum {
        NS_IN_MS = 1000000
    };
    uint64_t n;
    uint64_t ms;
    if (read_number(p, next_word(&rest), "/repeat", UINT_MAX, &n) &&
        read_number(p, next_word(&rest), "/repeat", UINT_MAX, &ms))
        prompt_repeat(p, (unsigned)n, ms * NS_IN_MS);
}

/* ---- WebTransport ---- */

#define NO_STREAM "no stream #%" PRId64 " of ours is open"

static void do_open(struct prompt *p, char *rest)
{
    int64_t stream = qv_channel_open_stream(&session_of(p)->channel,
                                            strcmp(rest, "uni") == 0);
    if (stream < 0)
        prompt_notice(p, "the peer allows no more streams now");
    else
        prompt_notice(p, "stream #%" PRId64 " is open", stream);
}

static bool read_stream(struct prompt *p, char **rest, int64_t *stream)
{
    uint64_t n;
    if (!read_number(p, next_word(rest), "the stream", INT64_MAX, &n))
        return false;
    *stream = (int64_t)n;
    return true;
}

static void do_to(struct prompt *p, char *rest)
{
    int64_t stream;
    if (read_stream(p, &rest, &stream))
        send_as(p, QV_CHANNEL_STREAM, rest, stream);
}

static void do_fin(struct prompt *p, char *rest)
{
    int64_t stream;
    if (!read_stream(p, &rest, &stream))
        return;
    if (qv_channel_end_stream(&session_of(p)->channel, stream))
        prompt_notice(p, "stream #%" PRId64 " is ended", stream);
    else
        prompt_notice(p, NO_STREAM, stream);
}

static void do_reset(struct prompt *p, char *rest)
{
    int64_t stream;
    uint64_t code;
    if (!read_stream(p, &rest, &stream) ||
        !read_number(p, next_word(&rest), "the code", UINT32_MAX, &code))
        return;
    if (qv_channel_reset_stream(&session_of(p)->channel, stream,
                                (uint32_t)code))
        prompt_notice(p, "stream #%" PRId64 " is reset", stream);
    else
        prompt_notice(p, NO_STREAM, stream);
}

/* ---- what is known ---- */

static void do_max(struct prompt *p, char *rest)
{
    (void)rest;
    prompt_notice(p, "datagrams have room for %zu bytes",
                  qv_channel_max(&session_of(p)->channel));
}

static void do_stat(struct prompt *p, char *rest)
{
    struct qv_channel_stats st;
    (void)rest;
    qv_channel_get_stats(&session_of(p)->channel, &st);
    prompt_notice(p,
                  "%" PRIu64 " message%s of %" PRIu64 " byte%s came, %" PRIu64
                  " of %" PRIu64 " %s sent",
                  st.messages_in, st.messages_in == 1 ? "" : "s", st.bytes_in,
                  st.bytes_in == 1 ? "" : "s", st.messages_out, st.bytes_out,
                  st.messages_out == 1 ? "was" : "were");
    if (st.datagrams_sent + st.datagrams_dropped > 0)
        prompt_notice(p,
                      "datagrams: %" PRIu64 " left, %" PRIu64
                      " acknowledged, %" PRIu64 " lost, %" PRIu64 " dropped",
                      st.datagrams_sent, st.datagrams_acked, st.datagrams_lost,
                      st.datagrams_dropped);
    if (st.rtt > 0)
        prompt_notice(p, "round trip %.3f ms", (double)st.rtt / 1e6);
}

static void do_headers(struct prompt *p, char *rest)
{
    (void)rest;
    prompt_notice(p, "the answer's headers:");
    prompt_line_print(&p->line, &p->head);
}

static void do_mode(struct prompt *p, char *rest)
{
    if (strcmp(rest, "hex") != 0 && strcmp(rest, "text") != 0)
        prompt_notice(p, "/mode: '%.20s' is none of hex, text", rest);
    else
        p->text.is_hex = *rest == 'h';
}

static void do_log(struct prompt *p, char *rest)
{
    struct session *s = session_of(p);
    const char *name = file_name(rest);
    (void)recording_end(&s->recording);
    if (*name == '\0')
        prompt_notice(p, "nothing is recorded");
    else if (recording_start(&s->recording, s->engine.client, name, &s->form))
        prompt_notice(p, "recording to %.100s", name);
    else
        prompt_notice(p, "cannot write %.100s: %s", name, strerror(errno));
}

/* ---- the end ---- */

static void do_close(struct prompt *p, char *rest)
{
    uint64_t code = 0;
    char *word = next_word(&rest);
    if (*word == '\0' || read_number(p, word, "/close", UINT32_MAX, &code))
        session_end(session_of(p), code, *rest != '\0' ? rest : NULL);
}

static void do_quit(struct prompt *p, char *rest)
{
    (void)rest;
    session_leave(session_of(p));
}

static void do_help(struct prompt *p, char *rest);

#define COMMANDS(X)                                                            \
    X(capsule, "TYPE HEX", "send a capsule")                                   \
    X(close, "[CODE [REASON]]", "close our side, and wait for the peer's")     \
    X(ctx, "[N]", "put a context id before datagrams (RFC 9298)")              \
    X(file, "FILE", "send a file as one message")                              \
    X(fin, "STREAM", "end a stream of WebTransport")                           \
    X(headers, "", "show the head of the answer")                              \
    X(help, "", "show this")                                                   \
    X(hex, "HEX", "send bytes")                                                \
    X(log, "[FILE]", "record what happens, or stop that")                      \
    X(max, "", "show how large a datagram may be")                             \
    X(migrate, "", "go over to another path (QUIC)")                           \
    X(mode, "hex|text", "how messages are shown")                              \
    X(open, "[uni]", "open a stream of WebTransport")                          \
    X(ping, "[TEXT]", "send a ping")                                           \
    X(pong, "[TEXT]", "send a pong")                                           \
    X(quit, "", "leave at once")                                               \
    X(repeat, "N MS", "send the last message N times, every MS milliseconds")  \
    X(reset, "STREAM CODE", "reset a stream of WebTransport")                  \
    X(stat, "", "show what was counted")                                       \
    X(stream, "TEXT", "send bytes in the stream")                              \
    X(text, "TEXT", "send a message")                                          \
    X(to, "STREAM TEXT", "send bytes in a stream of WebTransport")

static const struct {
    const char *name;
    const char *arguments;
    const char *brief;
    void (*run)(struct prompt *p, char *rest);
} commands[] = {
#define ROW(name, arguments, brief) {#name, arguments, brief, do_##name},
    COMMANDS(ROW)
#undef ROW
};

const char *const prompt_command_names[] = {
#define ROW(name, arguments, brief) #name,
    COMMANDS(ROW)
#undef ROW
        NULL,
};

static void do_help(struct prompt *p, char *rest)
{
    struct str out = {0};
    (void)rest;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        size_t start = out.len;
        str_printf(&out, "  /%s %s", commands[i].name, commands[i].arguments);
        while (out.len - start < 26)
            str_add_char(&out, ' ');
        str_printf(&out, " %s\n", commands[i].brief);
    }
    str_add_text(&out, "  //                        a message that begins with "
                       "/\n");
    prompt_line_print(&p->line, &out);
    str_fini(&out);
}

void prompt_command(struct prompt *p, const char *text)
{
    struct str copy = {0};
    str_add_text(&copy, text);
    char *rest = copy.base;
    const char *name = next_word(&rest);
    size_t i = 0;
    while (i < sizeof commands / sizeof commands[0] &&
           strcmp(commands[i].name, name) != 0)
        i++;
    if (i == sizeof commands / sizeof commands[0])
        prompt_notice(p, "/%.20s is no command, see /help", name);
    else
        commands[i].run(p, rest);
    str_fini(&copy);
}
