/*
 * What a SOCKS proxy may answer: however it is cut, no more is read than is
 * asked for, each answer leads on or ends, and it ends soon.
 *
 * The first byte says which version and how the name is told.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "dial/socks.h"

/* Greeting, password, reply and its rest. */
#define ANSWERS_MAX 4

static enum socks_result answer(struct socks *s, struct span *bytes)
{
    struct fault fault = {.code = ERR_NONE};
    assert(s->want > 0 && s->want <= sizeof s->in);
    assert(s->nout <= sizeof s->out);
    memcpy(s->in, bytes->base, s->want);
    *bytes = span_of(bytes->base + s->want, bytes->len - s->want);
    enum socks_result r = socks_receive(s, &fault);
    assert((r == SOCKS_REFUSED) == (fault.code == ERR_PROXY));
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const enum proxy_kind kinds[] = {PROXY_SOCKS4, PROXY_SOCKS4A,
                                            PROXY_SOCKS5, PROXY_SOCKS5H};
    if (len == 0)
        return 0;
    const struct proxy proxy = {
        .kind = kinds[data[0] & 3],
        .has_user = (data[0] & 4) != 0,
        .user = (data[0] & 4) != 0 ? SPAN_LIT("u") : (struct span){NULL, 0},
    };
    const struct socks_goal goal = {
        .proxy = &proxy,
        .host = (data[0] & 8) != 0 ? SPAN_LIT("a.test") : SPAN_LIT("1.2.3.4"),
        .port = 80};
    struct span rest = span_of(data + 1, len - 1);
    struct socks s;
    struct fault fault;
    if (!socks_begin(&s, &goal, &fault))
        return 0;
    for (unsigned n = 0; rest.len >= s.want; n++) {
        assert(n < ANSWERS_MAX);
        if (answer(&s, &rest) != SOCKS_MORE)
            break;
    }
    return 0;
}
