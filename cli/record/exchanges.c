#include "record/exchanges.h"

#include <stdbool.h>

#define NOTHING 1e-6 /* s: what is shorter is an error of the arithmetic */

static const struct phases no_phases = {{-1, -1, -1, -1, -1, -1, -1}};

static double sum(const struct phases *p)
{
    double all = 0;
    for (size_t i = 0; i < PHASES; i++)
        all += p->lasted[i] > 0 ? p->lasted[i] : 0;
    return all;
}

size_t exchanges_count(const struct qv_result *r)
{
    return r->ntries + r->nhops + 1;
}

void exchanges_place_last(struct shown_exchange *last, double total,
                          double ready)
{
    double *queue = &last->phases.lasted[PHASE_QUEUE];
    double rest = total - ready - sum(&last->phases);
    if (rest < 0 && *queue > 0) {
        double cut = -rest < *queue ? -rest : *queue;
        *queue -= cut;
        rest += cut;
    }
    last->start = ready;
    last->unfinished = rest > NOTHING ? rest : 0;
    last->lasted = sum(&last->phases) + last->unfinished;
}

static void place_try(const struct qv_result *r, const struct qv_try *t,
                      struct shown_exchange *out)
{
    *out = (struct shown_exchange){
        .kind = SHOWN_TRY,
        .start = t->time_start,
        .lasted = t->time_total,
        .phases = no_phases,
        .delay = t->delay,
        .status = t->response_code,
        .method = r->method,
        .url = r->url,
        .why = t->error.status ? t->error.text : t->reason,
    };
}

static void place_hop(const struct qv_hop *h, struct shown_exchange *out)
{
    *out = (struct shown_exchange){
        .kind = SHOWN_REDIRECT,
        .start = h->time_start,
        .status = h->response_code,
        .method = h->method,
        .url = h->url,
        .version = h->http_version,
        .conn = h->conn_id,
    };
    phases_of(&out->phases, &h->stages, h->time_start,
              h->time_start + h->time_total);
    out->lasted = h->time_total;
}

static void place_last(const struct qv_result *r, struct shown_exchange *out)
{
    double ready = 0;
    *out = (struct shown_exchange){
        .kind = SHOWN_LAST,
        .status = r->response_code,
        .method = r->method,
        .url = r->url_effective,
        .version = r->http_version,
        .conn = r->conn_id,
    };
    if (r->nhops) {
        const struct qv_hop *h = &r->hops[r->nhops - 1];
        ready = h->time_start + h->time_total;
    }
    if (r->ntries) {
        const struct qv_try *t = &r->tries[r->ntries - 1];
        double end = t->time_start + t->time_total + t->delay;
        ready = end > ready ? end : ready;
    }
    phases_of_result(&out->phases, r);
    exchanges_place_last(out, r->time_total, ready);
}

void exchanges_at(const struct qv_result *r, size_t i,
                  struct shown_exchange *out)
{
    size_t t = 0;
    size_t h = 0;
    for (;; i--) {
        bool has_try = t < r->ntries;
        bool has_hop = h < r->nhops;
        bool is_try = has_try && (!has_hop || r->tries[t].time_start <=
                                                  r->hops[h].time_start);
        if (i == 0 && is_try)
            place_try(r, &r->tries[t], out);
        else if (i == 0 && has_hop)
            place_hop(&r->hops[h], out);
        else if (i == 0 || (!has_try && !has_hop))
            place_last(r, out);
        if (i == 0 || (!has_try && !has_hop))
            return;
        t += is_try;
        h += !is_try;
    }
}
