/*
 * What HTTP datagrams cost from end to end: a channel to a server that sends
 * them back (`quiver serve`, /datagram), with a window of them on their way.
 * Prints the rate, the round trips, and what became of each; it judges nothing
 * but that the sums are right.
 *
 *     bench_channel_datagrams URL CACERT [DATAGRAMS [BYTES [WINDOW]]]
 *
 * An echo that is overdue makes room in the window: it may be lost.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hdr_histogram.h"
#include "quiver.h"

#define OVERDUE_NS UINT64_C(200000000)
#define LINGER_NS  UINT64_C(500000000)

struct head {
    uint64_t number;
    uint64_t sent_at;
};

struct bench {
    struct qv_client *client;
    struct qv_channel channel;
    struct qv_timer timer;
    size_t size;
    uint64_t count;
    uint64_t window;
    uint64_t pushed;
    uint64_t answered; /* each once, or overdue */
    uint64_t echoed;
    uint64_t again; /* a number that has come before */
    uint64_t late;  /* behind a younger one */
    uint64_t largest;
    uint64_t progress_at;
    uint64_t started_at;
    uint64_t done_at;
    uint8_t *seen;
    uint8_t *bytes;
    struct qv_channel_stats stats;
    struct hdr_histogram rtts;
    bool is_ending;
};

static struct bench *of(struct qv_channel *ch)
{
    return (struct bench *)((char *)ch - offsetof(struct bench, channel));
}

static void fill(struct bench *b)
{
    while (b->pushed < b->count && b->pushed - b->answered < b->window) {
        struct head h = {b->pushed, qv_client_now(b->client)};
        memcpy(b->bytes, &h, sizeof h);
        struct qv_channel_message m = {.what = QV_CHANNEL_DATAGRAM,
                                       .data = b->bytes,
                                       .len = b->size,
                                       .stream = -1};
        enum qv_channel_sent how = qv_channel_send(&b->channel, &m);
        if (how != QV_CHANNEL_SEND_OK) {
            (void)fprintf(stderr, "not taken: %d\n", (int)how);
            exit(1);
        }
        b->pushed++;
    }
}

static void end(struct bench *b)
{
    if (b->is_ending)
        return;
    b->is_ending = true;
    b->done_at = b->progress_at;
    qv_channel_get_stats(&b->channel, &b->stats);
    qv_channel_end(&b->channel, 0, NULL);
}

static void on_timer(struct qv_timer *t)
{
    struct bench *b =
        (struct bench *)((char *)t - offsetof(struct bench, timer));
    uint64_t now = qv_client_now(b->client);
    if (now - b->progress_at >= OVERDUE_NS && b->pushed < b->count) {
        b->answered = b->pushed;
        fill(b);
    }
    if (now - b->progress_at >= LINGER_NS && b->pushed == b->count)
        end(b);
    else
        qv_timer_arm(b->client, t, OVERDUE_NS / 4);
}

static void on_open(struct qv_channel *ch, const struct qv_channel_opened *o)
{
    struct bench *b = of(ch);
    (void)printf("open: %d, %s (%s), max %zu\n", o->head.status, o->transport,
                 o->why, o->max);
    b->started_at = qv_client_now(b->client);
    b->progress_at = b->started_at;
    qv_timer_arm(b->client, &b->timer, OVERDUE_NS / 4);
    fill(b);
}

static void note_echo(struct bench *b, const struct qv_channel_event *e)
{
    struct head h;
    memcpy(&h, e->data, sizeof h);
    uint64_t now = qv_client_now(b->client);
    if (e->len != b->size || h.number >= b->count) {
        (void)fprintf(stderr, "an echo of nothing that was sent\n");
        exit(1);
    }
    if (b->seen[h.number]) {
        b->again++;
        return;
    }
    b->seen[h.number] = 1;
    b->echoed++;
    b->late += h.number < b->largest;
    if (h.number > b->largest)
        b->largest = h.number;
    hdr_histogram_add(&b->rtts, (double)(now - h.sent_at) / 1e9);
    b->progress_at = now;
    if (b->answered < b->pushed)
        b->answered++;
}

static enum qv_flow on_event(struct qv_channel *ch,
                             const struct qv_channel_event *e)
{
    struct bench *b = of(ch);
    if (e->what != QV_CHANNEL_DATAGRAM)
        return QV_MORE;
    note_echo(b, e);
    if (b->pushed < b->count && b->pushed - b->answered <= b->window / 2)
        fill(b);
    if (b->echoed == b->count)
        end(b);
    return QV_MORE;
}

static void on_closed(struct qv_channel *ch, const struct qv_channel_result *r)
{
    struct bench *b = of(ch);
    qv_timer_disarm(b->client, &b->timer);
    if (r->error.status)
        (void)printf("closed: %d %s\n", r->error.status, r->error.text);
    qv_client_stop(b->client);
}

static int report(struct bench *b)
{
    const struct qv_channel_stats *s = &b->stats;
    double seconds = (double)(b->done_at - b->started_at) / 1e9;
    (void)printf("%.3f s, %.0f/s; rtt p50 %.1f us, p99 %.1f us\n", seconds,
                 (double)b->echoed / seconds,
                 hdr_histogram_at(&b->rtts, 0.5) * 1e6,
                 hdr_histogram_at(&b->rtts, 0.99) * 1e6);
    (void)printf("pushed %" PRIu64 " sent %" PRIu64 " dropped %" PRIu64
                 " acked %" PRIu64 " lost %" PRIu64 " echoed %" PRIu64
                 " again %" PRIu64 " late %" PRIu64 " received %" PRIu64 "\n",
                 b->pushed, s->datagrams_sent, s->datagrams_dropped,
                 s->datagrams_acked, s->datagrams_lost, b->echoed, b->again,
                 b->late, s->datagrams_received);
    bool is_right = b->pushed == s->datagrams_sent + s->datagrams_dropped &&
                    s->datagrams_received == b->echoed + b->again;
    if (!is_right)
        (void)printf("the sums are wrong\n");
    return !is_right;
}

int main(int argc, char **argv)
{
    static const struct qv_channel_ops ops = {
        .on_open = on_open,
        .on_event = on_event,
        .on_closed = on_closed,
    };
    if (argc < 3) {
        (void)fprintf(stderr,
                      "usage: %s URL CACERT [DATAGRAMS [BYTES "
                      "[WINDOW]]]\n",
                      argv[0]);
        return 2;
    }
    static struct bench b; /* a histogram is large */
    b = (struct bench){
        .channel = {.ops = &ops},
        .timer = {.on_expired = on_timer},
        .count = argc > 3 ? strtoull(argv[3], NULL, 10) : 100000,
        .size = argc > 4 ? strtoul(argv[4], NULL, 10) : 64,
        .window = argc > 5 ? strtoull(argv[5], NULL, 10) : 512,
    };
    if (b.size < sizeof(struct head))
        b.size = sizeof(struct head);
    b.seen = calloc(b.count, 1);
    b.bytes = calloc(b.size, 1);
    struct qv_client_options options = {0};
    b.client = qv_client_new(&options);
    struct qv_channel_request ask = {
        .request = {.url = argv[1],
                    .options = {.http = QV_HTTP_3_ONLY, .ca_file = argv[2]}},
        .kind = QV_CHANNEL_KIND_DATAGRAMS,
        .protocol = "bench",
        .has_capsules = true,
    };
    qv_channel_start(b.client, &b.channel, &ask);
    qv_client_run(b.client);
    qv_client_free(b.client);
    int failed = report(&b);
    free(b.seen);
    free(b.bytes);
    return failed;
}
