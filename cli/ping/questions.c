#include "ping/questions.h"

#include <stdio.h>

#define SECOND 1e9

/* Until the next try of one that could not leave, ns. */
#define RETRY 200000

static struct question *slot_of(struct questions *q, uint64_t seq)
{
    return &q->ring[seq % QUESTIONS_OUT_MAX];
}

static struct question *find(struct questions *q, uint64_t seq)
{
    struct question *one = slot_of(q, seq);
    return one->seq == seq && one->fate != QUESTION_UNKNOWN ? one : NULL;
}

static bool is_all_asked(const struct questions *q)
{
    return q->count && q->sent == q->count;
}

static bool is_any_out(const struct questions *q)
{
    return q->oldest <= q->sent;
}

static void arm_patience(struct questions *q)
{
    uint64_t now = qv_client_now(q->client);
    if (!is_any_out(q)) {
        qv_timer_disarm(q->client, &q->patience);
        return;
    }
    uint64_t end = slot_of(q, q->oldest)->at + q->wait;
    qv_timer_arm(q->client, &q->patience, end > now ? end - now : 0);
}

void questions_settle(struct questions *q)
{
    while (is_any_out(q) && slot_of(q, q->oldest)->fate != QUESTION_OUT)
        q->oldest++;
    if (!q->is_running)
        return;
    arm_patience(q);
    if (is_any_out(q))
        return;
    if (is_all_asked(q))
        q->events->on_over(q);
    else if (q->interval == 0 && q->sent > 0)
        qv_timer_arm(q->client, &q->tick, 0);
}

static void give_up(struct questions *q, struct question *one, const char *why)
{
    if (one->fate != QUESTION_OUT)
        return;
    one->fate = QUESTION_LOST;
    q->events->on_lost(q, one->seq, why);
}

void questions_lose(struct questions *q, uint64_t seq, const char *why)
{
    struct question *one = find(q, seq);
    if (one)
        give_up(q, one, why);
}

void questions_lose_all(struct questions *q, const char *why)
{
    for (uint64_t seq = q->oldest; seq <= q->sent; seq++)
        questions_lose(q, seq, why);
}

enum question_fate questions_answer(struct questions *q, uint64_t seq)
{
    struct question *one = find(q, seq);
    if (one == NULL)
        return QUESTION_UNKNOWN;
    enum question_fate before = one->fate;
    one->fate = QUESTION_ANSWERED;
    return before;
}

static void on_patience(struct qv_timer *t)
{
    struct questions *q = QV_OWNER(t, struct questions, patience);
    uint64_t now = qv_client_now(q->client);
    char why[64];
    (void)snprintf(why, sizeof why, "within %.3g s", (double)q->wait / SECOND);
    for (uint64_t seq = q->oldest; seq <= q->sent; seq++) {
        struct question *one = slot_of(q, seq);
        if (one->at + q->wait > now)
            break;
        give_up(q, one, why);
    }
    questions_settle(q);
}

/* False: it cannot leave just yet. */
static bool ask(struct questions *q)
{
    uint64_t seq = q->sent + 1;
    struct question *one = slot_of(q, seq);
    give_up(q, one, "too many are out");
    *one = (struct question){seq, qv_client_now(q->client), QUESTION_OUT};
    q->sent = seq;
    if (q->events->on_ask(q, seq))
        return true;
    *one = (struct question){0};
    q->sent--;
    return false;
}

static void on_tick(struct qv_timer *t)
{
    struct questions *q = QV_OWNER(t, struct questions, tick);
    uint64_t now = qv_client_now(q->client);
    if (!ask(q)) {
        qv_timer_arm(q->client, t, RETRY);
        return;
    }
    if (!q->is_running)
        return;
    if (q->interval && !is_all_asked(q)) {
        q->due += q->interval;
        if (q->due < now) /* the machine slept: none are asked in a heap */
            q->due = now;
        qv_timer_arm(q->client, t, q->due - now);
    }
    questions_settle(q);
}

void questions_begin(struct questions *q)
{
    q->is_running = true;
    q->oldest = 1;
    q->tick.on_expired = on_tick;
    q->patience.on_expired = on_patience;
    q->due = qv_client_now(q->client);
    qv_timer_arm(q->client, &q->tick, 0);
}

void questions_stop(struct questions *q)
{
    if (!q->is_running)
        return;
    q->is_running = false;
    qv_timer_disarm(q->client, &q->tick);
    qv_timer_disarm(q->client, &q->patience);
}
