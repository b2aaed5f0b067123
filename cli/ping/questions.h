/*
 * questions -- when to ask, and what has become of each question.
 *
 * Questions leave by the clock, or one behind the other, so many may be out; one
 * that has not been answered within `wait` is lost.  With more of them out than
 * there is room for, the oldest is given up.
 */
#ifndef CLI_PING_QUESTIONS_H
#define CLI_PING_QUESTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/quiver.h"

#define QUESTIONS_OUT_MAX 4096

enum question_fate {
    QUESTION_UNKNOWN, /* never asked, or too long ago */
    QUESTION_OUT,
    QUESTION_ANSWERED,
    QUESTION_LOST,
};

struct questions;

struct questions_events {
    /* Ask this one now, or give it up (questions_lose()); false: it cannot leave
     * just yet, and comes again. */
    bool (*on_ask)(struct questions *q, uint64_t seq);
    void (*on_lost)(struct questions *q, uint64_t seq, const char *why);
    /* All that were to be asked are settled. */
    void (*on_over)(struct questions *q);
};

struct questions {
    struct qv_client *client;
    const struct questions_events *events;
    uint64_t count;    /* 0: no end */
    uint64_t interval; /* ns; 0: when the one before is settled */
    uint64_t wait;     /* ns */
    /* private: */
    uint64_t sent;   /* the first is 1 */
    uint64_t oldest; /* of those that are out, or one above the last */
    uint64_t due;    /* when the next leaves */
    bool is_running;
    struct qv_timer tick;
    struct qv_timer patience;
    struct question {
        uint64_t seq;
        uint64_t at;
        enum question_fate fate;
    } ring[QUESTIONS_OUT_MAX];
};

/* The members above are set, the rest is zero; the first leaves in a later turn.
 * Without a begin the others do nothing. */
void questions_begin(struct questions *q);
void questions_stop(struct questions *q);

/* A question was answered; what it was before: OUT, LOST (the answer is late), or
 * something that an answer has no business with. */
enum question_fate questions_answer(struct questions *q, uint64_t seq);
/* One that is out is given up; likewise all of them. */
void questions_lose(struct questions *q, uint64_t seq, const char *why);
void questions_lose_all(struct questions *q, const char *why);
/* Behind the calls of these three: goes on. */
void questions_settle(struct questions *q);

#endif
