/*
 * tls_pair -- a TLS client and a TLS server joined in memory.
 */
#ifndef TESTS_UNIT_SUPPORT_TLS_PAIR_H
#define TESTS_UNIT_SUPPORT_TLS_PAIR_H

#include "settings/settings.h"
#include "support/pipe_transport.h"
#include "transport/tls.h"

/* One side, with what happened to it. */
struct tls_side {
    struct transport *t;
    bool is_connected;
    bool has_failed;
    bool is_over;    /* closed by us: after IO_EOF, a failure, or the test */
    enum io read_io; /* of the last read */
    struct fault fault;
    struct tls_facts facts; /* once connected */
    struct str got;
    size_t to_send; /* bytes of a pattern still to write */
    size_t sent;
    size_t budget; /* bytes read in one on_ready; 0: until IO_AGAIN */
    void (*on_connected)(struct tls_side *side);
};

struct tls_pair {
    struct loop *loop;
    struct settings client_settings;
    struct settings server_settings;
    struct tls_context *client_context;
    struct tls_context *server_context;
    struct transport *client_pipe; /* below each side */
    struct transport *server_pipe;
    struct tls_side client;
    struct tls_side server;
    struct fault fault; /* of making it */
};

/* Defaults: the client trusts ca.pem, the server serves row "good". */
void tls_pair_init(struct tls_pair *p);
/* Contexts from the settings as they are now; false with p->fault. */
bool tls_pair_contexts(struct tls_pair *p);
/* Sessions over a new pipe; alpn lists separated by commas, NULL: none. */
void tls_pair_start(struct tls_pair *p, const char *host,
                    const char *client_alpn, const char *server_alpn);
/* Closes what is open and runs until nothing is left to do. */
void tls_pair_end(struct tls_pair *p);
void tls_pair_fini(struct tls_pair *p);

/* Begins to send n bytes of the pattern. */
void tls_side_send(struct tls_side *side, size_t n);
void tls_side_close(struct tls_side *side);
/* Are these the first n bytes of the pattern? */
bool tls_side_got_pattern(const struct tls_side *side, size_t n);

#endif
