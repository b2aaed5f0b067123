/*
 * What a WebSocket echo server does, whoever wrote it: messages of one size,
 * many on their way at once, over plain HTTP/1.1 on loopback.  It prints how
 * many came back in a second; to compare servers, run it against each in turn.
 *
 *     bench_websocket_load PORT [PATH [BYTES [SECONDS]]]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "channel/websocket.h"

#define IN_FLIGHT ((size_t)1 << 20)  /* bytes on their way, at most */
#define BATCH     ((size_t)64 << 10) /* bytes that are written over and over */

struct load {
    int fd;
    size_t len;         /* of a message */
    struct str batch;   /* masked frames */
    size_t nbatch;      /* of them */
    size_t at;          /* in the batch: the next byte to write */
    uint64_t nsent;     /* batches, whole */
    uint64_t nreceived; /* messages */
    struct websocket ws;
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

static void make_batch(struct load *l)
{
    struct buf_pool pool;
    struct buf out;
    struct span piece;
    char *message = xalloc_bytes(l->len + 1);
    memset(message, 'x', l->len);
    buf_pool_init(&pool);
    buf_init(&out, &pool);
    do {
        (void)websocket_send(&l->ws, &out, WEBSOCKET_BINARY,
                             span_of(message, l->len));
        l->nbatch++;
    } while (out.len + l->len < BATCH);
    while (buf_peek(&out, &piece, 1) > 0) {
        str_add(&l->batch, piece);
        buf_consume(&out, piece.len);
    }
    buf_fini(&out);
    buf_pool_fini(&pool);
    free(message);
}

static void open_websocket(struct load *l, int port, const char *path)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char text[1024];
    size_t len = 0;
    int one = 1;
    l->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(l->fd, (struct sockaddr *)&to, sizeof to) != 0)
        fail("connect");
    (void)setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    int n = snprintf(text, sizeof text,
                     "GET %s HTTP/1.1\r\nHost: localhost:%d\r\n"
                     "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                     "Sec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                     path, port);
    if (write(l->fd, text, (size_t)n) != n)
        fail("write");
    do {
        if (len + 1 == sizeof text || read(l->fd, text + len, 1) != 1)
            fail("no answer");
        text[++len] = '\0';
    } while (strstr(text, "\r\n\r\n") == NULL);
    if (strncmp(text, "HTTP/1.1 101", 12) != 0) {
        (void)fprintf(stderr, "%s", text);
        exit(1);
    }
    (void)fcntl(l->fd, F_SETFL, O_NONBLOCK);
}

static uint64_t bytes_in_flight(const struct load *l)
{
    uint64_t sent = l->nsent * l->nbatch * l->len + l->at;
    uint64_t back = l->nreceived * l->len;
    return sent > back ? sent - back : 0;
}

static void send_some(struct load *l)
{
    while (bytes_in_flight(l) < IN_FLIGHT) {
        ssize_t n = write(l->fd, l->batch.base + l->at, l->batch.len - l->at);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            fail("write");
        l->at += (size_t)n;
        if (l->at == l->batch.len) {
            l->at = 0;
            l->nsent++;
        }
    }
}

static void receive_some(struct load *l)
{
    static uint8_t bytes[256 << 10];
    ssize_t n = read(l->fd, bytes, sizeof bytes);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0)
        fail("read");
    struct span in = span_of(bytes, (size_t)n);
    struct websocket_event e;
    while (websocket_next(&l->ws, &in, &e)) {
        if (e.what != WEBSOCKET_BINARY || e.data.len != l->len) {
            (void)fprintf(stderr, "not what was sent\n");
            exit(1);
        }
        l->nreceived++;
    }
}

static void run(struct load *l, double seconds)
{
    double begin = now();
    double end;
    struct pollfd p = {.fd = l->fd};
    while ((end = now()) < begin + seconds) {
        send_some(l);
        p.events = POLLIN;
        if (bytes_in_flight(l) < IN_FLIGHT)
            p.events |= POLLOUT;
        if (poll(&p, 1, 1000) < 0)
            fail("poll");
        receive_some(l);
    }
    double rate = (double)l->nreceived / (end - begin);
    printf("%.0f messages/s, %.1f MB/s, %zu bytes each\n", rate,
           rate * (double)l->len / 1e6, l->len);
}

int main(int argc, char **argv)
{
    struct load l = {.len = 64};
    if (argc < 2) {
        (void)fprintf(stderr, "usage: %s PORT [PATH [BYTES [SECONDS]]]\n",
                      argv[0]);
        return 2;
    }
    if (argc > 3)
        l.len = strtoul(argv[3], NULL, 10);
    websocket_init(&l.ws,
                   &(struct websocket_options){.role = WEBSOCKET_CLIENT});
    make_batch(&l);
    open_websocket(&l, (int)strtol(argv[1], NULL, 10),
                   argc > 2 ? argv[2] : "/");
    run(&l, argc > 4 ? strtod(argv[4], NULL) : 3);
    websocket_fini(&l.ws);
    str_fini(&l.batch);
    close(l.fd);
    return 0;
}
