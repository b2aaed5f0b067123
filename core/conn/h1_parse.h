/*
 * h1_parse -- HTTP/1 messages out of a run of bytes, for either role.
 *
 * It is pulled: h1_parse_next() eats from the front of the input until it has
 * something to tell, so the caller can stop at any event and keep the rest of
 * the bytes for later (back-pressure, pipelining, bytes that belong to
 * nobody).  Memory is one line's worth beside the arena, and all that a peer
 * can make grow is bounded by struct settings_limits.
 *
 *   begin -> (interim HEAD)* -> HEAD -> BODY* -> DONE -> begin ...
 */
#ifndef CORE_CONN_H1_PARSE_H
#define CORE_CONN_H1_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <llhttp.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/str.h"
#include "conn/h1_framing.h"
#include "conn/h1_section.h"
#include "http/message.h"
#include "settings/settings.h"

enum h1_parse_role {
    H1_PARSE_REQUESTS,
    H1_PARSE_RESPONSES,
};

enum h1_parse_event {
    H1_PARSE_MORE, /* the input is used up */
    H1_PARSE_HEAD, /* the fields below are set */
    H1_PARSE_BODY, /* *body: bytes of the input */
    H1_PARSE_DONE, /* the message is complete; `trailers` is set */
    H1_PARSE_FAILED,
};

/* Where in a message the parser is. */
enum h1_parse_state {
    H1_PARSE_IN_HEAD,   /* of a response: in its status line */
    H1_PARSE_IN_FIELDS, /* of a response */
    H1_PARSE_IN_LENGTH,
    H1_PARSE_IN_CHUNKS,
    H1_PARSE_IN_TRAILERS,
    H1_PARSE_IN_CLOSE, /* a body to the end of the connection, or a tunnel */
    H1_PARSE_AT_END,   /* nothing left but to say DONE */
    H1_PARSE_IDLE,     /* between messages */
};

struct h1_parse {
    enum h1_parse_role role;
    const struct settings_limits *limits;
    enum h1_parse_state state;

    /* The head.  Strings live in the arena. */
    enum http_version version;
    int status;         /* responses */
    struct span reason; /* responses */
    struct span method; /* requests; given to h1_parse_begin() in responses */
    struct span target; /* requests */
    struct fields fields;
    struct fields trailers;
    struct h1_framing framing;
    size_t head_len; /* bytes of this head on the wire */
    bool is_tunnel;  /* 101, or 2xx to CONNECT: no HTTP from here on */

    struct fault fault; /* after H1_PARSE_FAILED */
    int answer;         /* what a server should say to it: 400, 431, 501 ... */

    /* The bytes of the head as they came, while keep_raw is set. */
    bool keep_raw;
    struct str raw;

    /* Of the request that is answered; set after h1_parse_begin(). */
    bool is_raw;         /* the frames of chunks and trailers are body, too */
    bool takes_coding;   /* struct h1_framing_asked */
    bool ignores_length; /* likewise */

    /* Its own. */
    llhttp_t llhttp;
    struct arena *arena;
    bool may_upgrade;    /* as h1_parse_begin() was told */
    unsigned interim;    /* interim heads seen */
    size_t head_total;   /* bytes of all heads of this message */
    size_t extra;        /* bytes of a chunk's frame, or of the trailers */
    uint64_t left;       /* of H1_PARSE_IN_LENGTH */
    uint64_t chunk_left; /* data of the chunk that is being read */
    uint8_t frame_last;  /* the last byte of a frame line that goes on */
    bool has_extension;  /* in that line */
    struct str line;     /* the name and value, method, target in progress */
    size_t name_len;     /* of the name in `line` */
    struct span body;    /* what on_body() was given */
    struct h1_section section; /* the fields of a response */
    bool has_start;            /* a byte of the status line came */
    bool has_head;             /* llhttp met the end of the head */
    bool is_done;              /* llhttp met the end of the message */
};

void h1_parse_init(struct h1_parse *p, enum h1_parse_role role,
                   const struct settings_limits *limits);
void h1_parse_fini(struct h1_parse *p);

/* The next message; its head goes to the arena.  method: of the request that is
 * answered, borrowed until DONE.  may_upgrade: that request asked for another
 * protocol, so 101 is welcome.  Both for responses only. */
void h1_parse_begin(struct h1_parse *p, struct arena *arena, struct span method,
                    bool may_upgrade);

/* Eats from the front of *input up to the next event.  After FAILED the parser
 * is of no use. */
enum h1_parse_event h1_parse_next(struct h1_parse *p, struct span *input,
                                  struct span *body);

/* The connection ended in order.  True: so did the message.  False with
 * p->fault: ERR_EMPTY_REPLY before any byte of a final head, else
 * ERR_PARTIAL. */
bool h1_parse_eof(struct h1_parse *p);

#endif
