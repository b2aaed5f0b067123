#include "channel/echo_stats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "core/base/xalloc.h"

/*
 * A message is its number in eight bytes, the highest first, and bytes that
 * follow from the number: what comes back changed is none of ours.
 */
enum {
    NUMBER_SIZE = 8
};

void echo_stats_init(struct echo_stats *e, size_t n, size_t size)
{
    memset(e, 0, sizeof *e);
    e->size = size;
    e->cap = 1;
    while (e->cap < n && e->cap < ECHO_STATS_REMEMBERED)
        e->cap *= 2;
    e->sent_at = xalloc_zeroed(e->cap, sizeof *e->sent_at);
}

void echo_stats_fini(struct echo_stats *e)
{
    free(e->sent_at);
}

static unsigned char filling_of(uint64_t number)
{
    return (unsigned char)('a' + number % 26);
}

void echo_stats_message(const struct echo_stats *e, uint64_t number, char *to)
{
    for (size_t i = 0; i < NUMBER_SIZE; i++)
        to[i] = (char)(number >> (8 * (NUMBER_SIZE - 1 - i)));
    memset(to + NUMBER_SIZE, filling_of(number), e->size - NUMBER_SIZE);
}

/* All bytes behind the number are the first of them, if that is as each byte is
 * as the one before it. */
static bool is_filled(const unsigned char *data, size_t len, uint64_t number)
{
    const unsigned char *filling = data + NUMBER_SIZE;
    if (len == NUMBER_SIZE)
        return true;
    return filling[0] == filling_of(number) &&
           memcmp(filling, filling + 1, len - NUMBER_SIZE - 1) == 0;
}

static uint64_t *sent_at(const struct echo_stats *e, uint64_t number)
{
    return &e->sent_at[number & (e->cap - 1)];
}

void echo_stats_send(struct echo_stats *e, uint64_t now)
{
    *sent_at(e, e->sent++) = now;
}

/* J += (|D| - J) / 16, D the difference of this round trip to the last one. */
static void add_jitter(struct echo_stats *e, uint64_t rtt)
{
    if (e->echoed > 1) {
        int64_t d = (int64_t)rtt - (int64_t)e->last_rtt;
        e->jitter += ((double)(d < 0 ? -d : d) - e->jitter) / 16;
    }
    e->last_rtt = rtt;
}

enum echo_stats_is echo_stats_receive(struct echo_stats *e, const void *data,
                                      size_t len, uint64_t now)
{
    const unsigned char *bytes = data;
    uint64_t number = 0;
    for (size_t i = 0; i < NUMBER_SIZE && i < len; i++)
        number = number << 8 | bytes[i];
    if (len != e->size || number >= e->sent || !is_filled(bytes, len, number)) {
        e->foreign++;
        return ECHO_STATS_FOREIGN;
    }
    if (e->sent - number > e->cap) {
        e->late++;
        return ECHO_STATS_LATE;
    }
    uint64_t *at = sent_at(e, number);
    if (*at == 0) {
        e->duplicates++;
        return ECHO_STATS_DUPLICATE;
    }
    uint64_t rtt = now - *at;
    *at = 0;
    e->echoed++;
    if (number < e->highest)
        e->reordered++;
    else
        e->highest = number;
    hdr_histogram_add_ns(&e->rtt, rtt);
    add_jitter(e, rtt);
    return ECHO_STATS_FIRST;
}

void echo_stats_drop(struct echo_stats *e, uint64_t n)
{
    e->dropped += n;
}

uint64_t echo_stats_missing(const struct echo_stats *e)
{
    uint64_t known = e->echoed + e->dropped;
    return e->sent > known ? e->sent - known : 0;
}

static double per_second(uint64_t n, double seconds)
{
    return seconds > 0 ? (double)n / seconds : 0;
}

static void add_ms(struct str *out, const char *name, double seconds)
{
    str_printf(out, "  %s %.3f", name, seconds * 1e3);
}

void echo_stats_text(const struct echo_stats *e, double seconds,
                     struct str *out)
{
    str_printf(out,
               "%" PRIu64 " sent, %" PRIu64 " echoed, %" PRIu64
               " lost, %" PRIu64 " dropped; %" PRIu64 " reordered, %" PRIu64
               " duplicates",
               e->sent, e->echoed, echo_stats_missing(e), e->dropped,
               e->reordered, e->duplicates);
    if (e->late > 0)
        str_printf(out, ", %" PRIu64 " late", e->late);
    if (e->foreign > 0)
        str_printf(out, ", %" PRIu64 " not ours", e->foreign);
    str_printf(out, "; %.0f/s\n", per_second(e->echoed, seconds));
    if (e->echoed == 0)
        return;
    str_add_text(out, "rtt ms");
    add_ms(out, "p50", hdr_histogram_at(&e->rtt, 0.50));
    add_ms(out, "p90", hdr_histogram_at(&e->rtt, 0.90));
    add_ms(out, "p99", hdr_histogram_at(&e->rtt, 0.99));
    add_ms(out, "max", (double)e->rtt.max / 1e6);
    add_ms(out, "jitter", e->jitter / 1e9);
    str_add_char(out, '\n');
}

void echo_stats_json(const struct echo_stats *e, double seconds,
                     struct str *out)
{
    json_open(out, NULL, '{');
    json_string(out, "kind", "echo-test");
    json_number(out, "size", e->size);
    json_number(out, "sent", e->sent);
    json_number(out, "echoed", e->echoed);
    json_number(out, "lost", echo_stats_missing(e));
    json_number(out, "dropped", e->dropped);
    json_number(out, "reordered", e->reordered);
    json_number(out, "duplicates", e->duplicates);
    json_number(out, "late", e->late);
    json_number(out, "foreign", e->foreign);
    json_seconds(out, "time", seconds);
    json_number(out, "rate", (uint64_t)per_second(e->echoed, seconds));
    json_open(out, "rtt", '{');
    json_seconds(out, "p50", hdr_histogram_at(&e->rtt, 0.50));
    json_seconds(out, "p90", hdr_histogram_at(&e->rtt, 0.90));
    json_seconds(out, "p99", hdr_histogram_at(&e->rtt, 0.99));
    json_seconds(out, "max", e->echoed > 0 ? (double)e->rtt.max / 1e6 : -1);
    json_seconds(out, "mean", hdr_histogram_mean(&e->rtt));
    json_close(out, '}');
    json_seconds(out, "jitter", e->echoed > 1 ? e->jitter / 1e9 : -1);
    json_close(out, '}');
    str_add_char(out, '\n');
}
