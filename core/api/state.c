/*
 * What a client has learned, as text: each kind is a row of a table, with the
 * layer that keeps it.
 */
#include "api/client_self.h"
#include "client/cookie_file.h"
#include "pool/alternatives.h"
#include "transport/tickets.h"

typedef void take(void *user, const void *data, size_t len);

/* ---- tickets ---- */

static struct tickets *tickets_of(const struct qv_client *c)
{
    return manager_tickets(c->client.manager);
}

static bool load_tickets(struct qv_client *c, enum state_role role,
                         struct span text, struct qv_state_report *report)
{
    (void)role; /* the newest is right */
    struct tickets_report r = {.taken = 0};
    if (text.len > 0 && !tickets_load(tickets_of(c), text, tickets_now(), &r))
        return false;
    *report = (struct qv_state_report){.taken = r.taken,
                                       .expired = r.expired,
                                       .bad = r.bad,
                                       .first_bad = r.first_bad};
    return true;
}

static bool are_tickets_changed(const struct qv_client *c)
{
    return tickets_of(c)->is_changed;
}

static void save_tickets(struct qv_client *c, take *out, void *user)
{
    tickets_save(tickets_of(c), tickets_now(), out, user);
}

/* ---- other ways to origins ---- */

static void hand_out(struct str *text, take *out, void *user)
{
    out(user, str_text(text), text->len);
    str_fini(text);
}

static void report_of(struct qv_state_report *to, const struct state_report *r)
{
    *to = (struct qv_state_report){.taken = r->taken,
                                   .expired = r->expired,
                                   .bad = r->bad,
                                   .first_bad = r->first_bad};
}

static struct alternatives *alternatives_of(const struct qv_client *c)
{
    return manager_alternatives(c->client.manager);
}

static bool load_alt_svc(struct qv_client *c, enum state_role role,
                         struct span text, struct qv_state_report *report)
{
    struct alternatives *a = alternatives_of(c);
    struct state_report r;
    (void)role;
    bool is_good = alt_svc_load(&a->alt_svc, text, a->now(), &r);
    report_of(report, &r);
    return is_good;
}

static bool is_alt_svc_changed(const struct qv_client *c)
{
    return alternatives_of(c)->alt_svc.is_changed;
}

static void save_alt_svc(struct qv_client *c, take *out, void *user)
{
    struct alternatives *a = alternatives_of(c);
    struct str text;
    str_init(&text);
    alt_svc_save(&a->alt_svc, a->now(), &text);
    hand_out(&text, out, user);
}

static bool load_broken(struct qv_client *c, enum state_role role,
                        struct span text, struct qv_state_report *report)
{
    struct alternatives *a = alternatives_of(c);
    struct state_report r;
    (void)role;
    bool is_good = broken_load(&a->broken, text, a->now(), &r);
    report_of(report, &r);
    return is_good;
}

static bool is_broken_changed(const struct qv_client *c)
{
    return alternatives_of(c)->broken.is_changed;
}

static void save_broken(struct qv_client *c, take *out, void *user)
{
    struct alternatives *a = alternatives_of(c);
    struct str text;
    str_init(&text);
    broken_save(&a->broken, a->now(), &text);
    hand_out(&text, out, user);
}

/* ---- what answers tell ---- */

static struct learned *learned_of(const struct qv_client *c)
{
    return (struct learned *)(uintptr_t)&c->client.learned;
}

static bool load_cookies(struct qv_client *c, enum state_role role,
                         struct span text, struct qv_state_report *report)
{
    struct learned *l = learned_of(c);
    struct state_report r;
    if (l->cookies == NULL)
        return true;
    bool is_good = cookie_file_load(l->cookies, role, text, l->now(), &r);
    report_of(report, &r);
    return is_good;
}

static bool are_cookies_changed(const struct qv_client *c)
{
    const struct cookie_jar *jar = learned_of(c)->cookies;
    return jar && jar->is_changed;
}

static void save_cookies(struct qv_client *c, take *out, void *user)
{
    struct learned *l = learned_of(c);
    struct str text;
    str_init(&text);
    if (l->cookies)
        cookie_file_save(l->cookies, l->now(), &text);
    hand_out(&text, out, user);
}

static bool load_hsts(struct qv_client *c, enum state_role role,
                      struct span text, struct qv_state_report *report)
{
    struct learned *l = learned_of(c);
    struct state_report r;
    if (l->hsts == NULL)
        return true;
    bool is_good = hsts_hosts_load(l->hsts, role, text, l->now(), &r);
    report_of(report, &r);
    return is_good;
}

static bool is_hsts_changed(const struct qv_client *c)
{
    const struct hsts_hosts *h = learned_of(c)->hsts;
    return h && h->is_changed;
}

static void save_hsts(struct qv_client *c, take *out, void *user)
{
    struct learned *l = learned_of(c);
    struct str text;
    str_init(&text);
    if (l->hsts)
        hsts_hosts_save(l->hsts, l->now(), &text);
    hand_out(&text, out, user);
}

/* ---- all of them ---- */

struct kind {
    bool (*load)(struct qv_client *c, enum state_role role, struct span text,
                 struct qv_state_report *report);
    bool (*is_changed)(const struct qv_client *c);
    void (*save)(struct qv_client *c, take *out, void *user);
};

static const struct kind kinds[QV_STATE_COUNT] = {
    [QV_STATE_ALT_SVC] = {load_alt_svc, is_alt_svc_changed, save_alt_svc},
    [QV_STATE_BROKEN] = {load_broken, is_broken_changed, save_broken},
    [QV_STATE_TICKETS] = {load_tickets, are_tickets_changed, save_tickets},
    [QV_STATE_COOKIES] = {load_cookies, are_cookies_changed, save_cookies},
    [QV_STATE_HSTS] = {load_hsts, is_hsts_changed, save_hsts},
};

static enum state_role role_of(enum qv_state_role role)
{
    switch (role) {
    case QV_STATE_INPUT:
        return STATE_INPUT;
    case QV_STATE_HOME:
        return STATE_HOME;
    case QV_STATE_MERGE:
        break;
    }
    return STATE_MERGE;
}

bool qv_state_load(struct qv_client *c, enum qv_state_kind kind,
                   enum qv_state_role role, const void *text, size_t len,
                   struct qv_state_report *report)
{
    *report = (struct qv_state_report){.taken = 0};
    if (kind == QV_STATE_TICKETS)
        tickets_keep(tickets_of(c));
    if (len == 0 && role != QV_STATE_MERGE) /* there is no file yet */
        return true;
    return kinds[kind].load(c, role_of(role), span_of(text, len), report);
}

bool qv_state_is_changed(const struct qv_client *c, enum qv_state_kind kind)
{
    return kinds[kind].is_changed(c);
}

void qv_state_save(struct qv_client *c, enum qv_state_kind kind,
                   void (*out)(void *user, const void *data, size_t len),
                   void *user)
{
    kinds[kind].save(c, out, user);
}
