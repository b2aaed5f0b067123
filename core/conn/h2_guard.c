/*
 * A rule per kind of frame (as nghttp2, Envoy and nginx have them) always
 * forgets one, and counting in nghttp2's callbacks misses what it ignores:
 * frames of unknown type, on closed streams, of padding alone.  So frames are
 * counted where they arrive, by their headers, and only what is useful is
 * told by those who know.
 *
 * Large DATA frames cost nothing here: after a cancel the rest of a window may
 * still be on its way, and flow control bounds it.  The byte limit stops a
 * peer that goes on for ever on a stream that nobody reads.
 *
 * To a server a reset costs more than other frames: opening and resetting
 * streams makes it do the work of a request each time (CVE-2023-44487).  A
 * hundred of them at once, a page that is left, stay below the usual limit.
 */
#include "conn/h2_guard.h"

#include <string.h>

#include <nghttp2/nghttp2.h>

/* What one useful event pays back.  A peer may send one small frame for each
 * byte it delivers, and some of its own housekeeping. */
#define USEFUL 8

#define SERVER_RESET_COST 8

#define CLIENT_MAGIC_LEN 24 /* before the first frame, RFC 9113 3.4 */

/* A frame without data may hold this much: pad length and padding. */
#define PADDING_MAX 256

/* A full debt is forgiven in this time: a PING every second is no flood. */
#define FORGIVE_NS  UINT64_C(10000000000)
#define FORGIVE_MIN UINT64_C(10000000)

void h2_guard_init(struct h2_guard *g, unsigned limit, uint64_t bytes_max,
                   bool is_server, uint64_t now)
{
    *g = (struct h2_guard){
        .limit = limit,
        .bytes_max = bytes_max,
        .reset_cost = is_server ? SERVER_RESET_COST : 1,
        .skip = is_server ? CLIENT_MAGIC_LEN : 0,
        .forgave_at = now,
    };
}

static void forgive(struct h2_guard *g, uint64_t now)
{
    uint64_t passed = now - g->forgave_at;
    if (passed < FORGIVE_MIN)
        return;
    g->forgave_at = now;
    uint64_t share =
        passed < FORGIVE_NS ? passed * g->limit / FORGIVE_NS : g->limit;
    g->debt -= share < g->debt ? (unsigned)share : g->debt;
}

static void count_frame(struct h2_guard *g, const uint8_t *head)
{
    size_t len = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
    unsigned cost = 1;
    switch (head[3]) {
    case NGHTTP2_DATA:
        cost = len > PADDING_MAX ? 0 : 1;
        break;
    case NGHTTP2_RST_STREAM:
        cost = g->reset_cost;
        break;
    case NGHTTP2_PUSH_PROMISE:
        g->saw_push = true;
        break;
    default:
        break;
    }
    g->debt += cost;
    g->bytes += H2_GUARD_HEAD_LEN + len;
    g->skip = len;
}

void h2_guard_feed(struct h2_guard *g, struct span bytes, uint64_t now)
{
    const uint8_t *at = bytes.base;
    const uint8_t *end = at + bytes.len;
    forgive(g, now);
    while (at < end) {
        size_t left = (size_t)(end - at);
        if (g->skip > 0) {
            size_t n = g->skip < left ? g->skip : left;
            g->skip -= n;
            at += n;
        } else if (g->nhead == 0 && left >= H2_GUARD_HEAD_LEN) {
            count_frame(g, at);
            at += H2_GUARD_HEAD_LEN;
        } else {
            g->head[g->nhead++] = *at++;
            if (g->nhead == H2_GUARD_HEAD_LEN) {
                g->nhead = 0;
                count_frame(g, g->head);
            }
        }
    }
}

void h2_guard_useful(struct h2_guard *g)
{
    g->debt -= g->debt < USEFUL ? g->debt : USEFUL;
    g->bytes = 0;
}

bool h2_guard_is_flood(const struct h2_guard *g)
{
    return g->debt > g->limit || g->bytes > g->bytes_max;
}
