/*
 * What sealed UDP costs without QUIC: the yardstick for `quiver channel
 * --echo-test` against `quiver serve`.
 *
 * Two processes, on a core each, exchange payloads over loopback: sealed with
 * AES-128-GCM, sent as runs with UDP_SEGMENT, received as batches with UDP_GRO,
 * opened, and by the second one sealed again and sent back.  So that is what a
 * datagram has to cost at the least.  It prints the rate with a window of
 * payloads on their way, and the round trip of one at a time: back to back, and
 * each ms, when both sides have gone to sleep in between, as they do for
 * --rate 1000/s.  It judges nothing.
 *
 *     bench_datagram_echo [PAYLOADS [BYTES]]
 */
/* options.h comes before everything else of wolfSSL's. */
/* clang-format off */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/aes.h>
/* clang-format on */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/hdr_histogram.h"

enum {
    TAG = 16,
    RUN = 64,      /* payloads in a run: the kernel's UDP_MAX_SEGMENTS */
    MESSAGES = 16, /* in a batch that is received */
    WINDOW = 1024, /* payloads on their way */
    PINGS = 20000, /* one at a time */
    IDLE_PINGS = 3000,
    IDLE_NS = 1000000, /* from one to the next */
    LARGEST = 1200,
};

struct side {
    int fd;
    Aes key;
    size_t len; /* of a payload */
    uint8_t out[RUN * (LARGEST + TAG)];
    size_t nout; /* payloads in it */
};

static double now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void pin(int core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    (void)sched_setaffinity(0, sizeof set, &set);
}

static void side_init(struct side *s, size_t len)
{
    static const uint8_t key[16] = "a yardstick's.";
    struct sockaddr_in any = {.sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    int room = 4 << 20;
    s->len = len;
    s->fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&any, sizeof any) != 0)
        fail("socket");
    (void)setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    (void)setsockopt(s->fd, IPPROTO_UDP, UDP_GRO, &one, sizeof one);
    if (wc_AesInit(&s->key, NULL, INVALID_DEVID) != 0 ||
        wc_AesGcmSetKey(&s->key, key, sizeof key) != 0)
        fail("key");
}

static void connect_to(struct side *s, const struct side *other)
{
    struct sockaddr_in at;
    socklen_t len = sizeof at;
    if (getsockname(other->fd, (struct sockaddr *)&at, &len) != 0 ||
        connect(s->fd, (struct sockaddr *)&at, len) != 0)
        fail("connect");
}

static void flush(struct side *s)
{
    size_t unit = s->len + TAG;
    struct iovec piece = {s->out, s->nout * unit};
    union {
        struct cmsghdr align;
        uint8_t bytes[CMSG_SPACE(sizeof(uint16_t))];
    } control = {0};
    struct msghdr m = {.msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = sizeof control.bytes};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    uint16_t size = (uint16_t)unit;
    if (s->nout == 0)
        return;
    c->cmsg_level = IPPROTO_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(c), &size, sizeof size);
    if (sendmsg(s->fd, &m, 0) < 0)
        fail("sendmsg");
    s->nout = 0;
}

static void add(struct side *s, const uint8_t *payload)
{
    static const uint8_t nonce[12];
    uint8_t *to = s->out + s->nout * (s->len + TAG);
    if (wc_AesGcmEncrypt(&s->key, to, payload, (word32)s->len, nonce,
                         sizeof nonce, to + s->len, TAG, NULL, 0) != 0)
        fail("seal");
    if (++s->nout == RUN)
        flush(s);
}

/* Waits for a batch; each payload goes to on_payload().  How many came. */
static size_t receive(struct side *s,
                      void (*on_payload)(struct side *s,
                                         const uint8_t *payload))
{
    static uint8_t data[MESSAGES][65536];
    static const uint8_t nonce[12];
    struct mmsghdr messages[MESSAGES] = {0};
    struct iovec pieces[MESSAGES];
    uint8_t plain[LARGEST];
    size_t n = 0;
    for (size_t i = 0; i < MESSAGES; i++) {
        pieces[i] = (struct iovec){data[i], sizeof data[i]};
        messages[i].msg_hdr.msg_iov = &pieces[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    int got = recvmmsg(s->fd, messages, MESSAGES, MSG_WAITFORONE, NULL);
    for (int i = 0; i < got; i++) {
        const uint8_t *p = data[i];
        for (size_t left = messages[i].msg_len; left >= s->len + TAG;
             left -= s->len + TAG, p += s->len + TAG) {
            if (wc_AesGcmDecrypt(&s->key, plain, p, (word32)s->len, nonce,
                                 sizeof nonce, p + s->len, TAG, NULL, 0) != 0)
                fail("open");
            on_payload(s, plain);
            n++;
        }
    }
    return n;
}

static void echo(struct side *s, const uint8_t *payload)
{
    add(s, payload);
}

static void ignore(struct side *s, const uint8_t *payload)
{
    (void)s;
    (void)payload;
}

static void serve(struct side *s)
{
    pin(1);
    for (;;) {
        (void)receive(s, echo);
        flush(s);
    }
}

static void measure_rate(struct side *s, uint64_t total)
{
    static const uint8_t payload[LARGEST];
    uint64_t sent = 0;
    uint64_t echoed = 0;
    double begin = now();
    while (echoed < total) {
        while (sent < total && sent - echoed < WINDOW) {
            add(s, payload);
            sent++;
        }
        flush(s);
        echoed += receive(s, ignore);
    }
    double took = now() - begin;
    printf("%zu bytes: %.0f echoes a second\n", s->len, (double)total / took);
}

static void wait_ns(long ns)
{
    struct timespec pause = {.tv_nsec = ns};
    if (ns > 0)
        (void)nanosleep(&pause, NULL);
}

static void measure_rtt(struct side *s, const char *what, int n, long idle)
{
    static const uint8_t payload[LARGEST];
    struct hdr_histogram h = {0};
    for (int i = 0; i < n; i++) {
        wait_ns(idle);
        double begin = now();
        add(s, payload);
        flush(s);
        (void)receive(s, ignore);
        hdr_histogram_add(&h, now() - begin);
    }
    printf("%s: p50 %.1f us, p90 %.1f us, p99 %.1f us\n", what,
           hdr_histogram_at(&h, 0.5) * 1e6, hdr_histogram_at(&h, 0.9) * 1e6,
           hdr_histogram_at(&h, 0.99) * 1e6);
}

int main(int argc, char **argv)
{
    static struct side client;
    static struct side server;
    uint64_t total = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    size_t len = argc > 2 ? strtoul(argv[2], NULL, 10) : 64;
    if (len == 0 || len > LARGEST) {
        fputs("BYTES: 1 to 1200\n", stderr);
        return 2;
    }
    side_init(&client, len);
    side_init(&server, len);
    connect_to(&client, &server);
    connect_to(&server, &client);
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0)
        serve(&server);
    pin(0);
    measure_rate(&client, total);
    measure_rtt(&client, "one at a time", PINGS, 0);
    measure_rtt(&client, "one each ms", IDLE_PINGS, IDLE_NS);
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    return 0;
}
