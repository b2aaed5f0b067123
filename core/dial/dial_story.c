#include "dial/dial_story.h"

#include <stdarg.h>
#include <stdio.h>

#include "conn/conn.h"

#define PLACE_MAX 320 /* "QUIC at HOST:PORT" */

void dial_story_tell(const struct dial *d, enum story_topic topic,
                     const char *of, const char *chosen, const char *because,
                     ...)
{
    struct str text;
    va_list args;
    if (d->facts.story == NULL)
        return;
    str_init(&text);
    va_start(args, because);
    str_vprintf(&text, because, args);
    va_end(args);
    (void)story_tell(d->facts.story,
                     &(struct story_decision){.at = loop_now(dial_self_loop(d)),
                                              .topic = topic,
                                              .of = of ? of : d->goal.origin,
                                              .chosen = chosen},
                     "%s", str_text(&text));
    str_fini(&text);
}

static void place_of(const struct route_run *run, char text[PLACE_MAX])
{
    (void)snprintf(text, PLACE_MAX, "%s at %.*s:%u",
                   dial_runs_carrier(run->carrier), SPAN_ARG(run->at.host),
                   run->at.port);
}

void dial_story_alternative(const struct dial *d, const struct route_run *run)
{
    char place[PLACE_MAX];
    place_of(run, place);
    dial_story_tell(d, STORY_ALT_SVC, NULL, place,
                    "the origin has said before that it is there too");
}

/* ---- what is tried ---- */

/* The settings, the way and the scheme, before anything is asked of others. */
static const char *why_no_quic(const struct dial *d)
{
    const struct settings *s = d->target.settings;
    switch (s->http) {
    case SETTINGS_HTTP_1_0:
    case SETTINGS_HTTP_1_1:
        return "the options ask for HTTP/1";
    case SETTINGS_HTTP_2:
    case SETTINGS_HTTP_2_PRIOR:
        return "the options ask for HTTP/2";
    case SETTINGS_HTTP_AUTO:
    case SETTINGS_HTTP_3:
    case SETTINGS_HTTP_3_ONLY:
        break;
    }
    if (!d->target.is_secure)
        return "HTTP/3 needs an https:// URL";
    if (s->tls.max < SETTINGS_TLS_1_3)
        return "HTTP/3 needs TLS 1.3, which the options do not allow";
    if (s->addresses.unix_socket)
        return "it is reached by a Unix socket";
    if (d->route.is_tunnelled && d->target.lacks_udp)
        return "the proxy has no CONNECT-UDP";
    if (d->route.is_tunnelled || d->route.nhops > 1)
        return "HTTP/3 does not go through the proxy";
    return NULL;
}

static void tell_tcp_alone(const struct dial *d)
{
    const char *why = why_no_quic(d);
    if (why)
        dial_story_tell(d, STORY_RACE, NULL, "TCP alone", "%s", why);
    else if (d->has_left_out)
        dial_story_tell(d, STORY_RACE, NULL, "TCP alone",
                        "QUIC did not work a while ago, and is left alone");
    else if (d->records_say_tcp)
        dial_story_tell(d, STORY_RACE, NULL, "TCP alone",
                        "its HTTPS records name no HTTP/3");
    else
        dial_story_tell(d, STORY_RACE, NULL, "TCP alone",
                        "nobody says that it speaks HTTP/3: no Alt-Svc is "
                        "known; HTTPS records: %s",
                        d->records_why ? d->records_why : "none");
}

static const char *source_text(enum route_source source)
{
    switch (source) {
    case ROUTE_FROM_DNS:
        return "the URL says so";
    case ROUTE_FROM_OPTION:
        return "the options say so";
    case ROUTE_FROM_HTTPS_RR:
        return "its HTTPS records say so";
    case ROUTE_FROM_ALT_SVC:
        return "its Alt-Svc says so";
    }
    return "";
}

void dial_story_race(const struct dial *d)
{
    uint64_t race = route_origin(&d->route)->settings->timeouts.race;
    char place[PLACE_MAX];
    char chosen[PLACE_MAX + sizeof " alone"];
    if (d->facts.story == NULL || d->route.nruns == 0)
        return;
    if (!dial_has_run(d, ROUTE_QUIC)) {
        tell_tcp_alone(d);
        return;
    }
    const struct route_run *first = &d->route.runs[0];
    place_of(first, place);
    if (d->route.nruns == 1) {
        (void)snprintf(chosen, sizeof chosen, "%s alone", place);
        dial_story_tell(d, STORY_RACE, NULL, chosen,
                        d->target.settings->http == SETTINGS_HTTP_3_ONLY
                            ? "the options allow HTTP/3 only"
                            : "there is no other way");
        return;
    }
    (void)snprintf(chosen, sizeof chosen, "%s first", place);
    if (d->runners[0].is_broken)
        dial_story_tell(d, STORY_RACE, NULL, chosen,
                        "the options ask for HTTP/3; it did not work a while "
                        "ago, so TCP begins at once");
    else
        dial_story_tell(d, STORY_RACE, NULL, chosen,
                        "%s; what follows begins after %llu ms",
                        source_text(first->source),
                        (unsigned long long)(race / LOOP_MS));
}

void dial_story_turn(const struct dial *d, const struct runner *r)
{
    char place[PLACE_MAX];
    if (d->facts.story == NULL || r == d->runners)
        return;
    const struct runner *before = r - 1;
    place_of(r->goal.run, place);
    if (before->eyeballs.state == EYEBALLS_DONE)
        dial_story_tell(d, STORY_RACE, NULL, place, "%s is out: %.150s",
                        dial_runs_carrier(before->goal.run->carrier),
                        before->eyeballs.fault.detail);
    else
        dial_story_tell(
            d, STORY_RACE, NULL, place, "%s has not connected after %llu ms%s",
            dial_runs_carrier(before->goal.run->carrier),
            (unsigned long long)(route_origin(&d->route)
                                     ->settings->timeouts.race /
                                 LOOP_MS),
            eyeballs_was_heard(&before->eyeballs) ? "" : ", and is silent");
}

static const char *alpn_text(const struct conn_facts *f)
{
    if (f->version == HTTP_VERSION_3)
        return "the QUIC handshake agreed on it (ALPN h3)";
    if (!f->is_tls)
        return f->version == HTTP_VERSION_2
                   ? "the options say that the server speaks it"
                   : "an http:// URL begins with it";
    if (f->tls.alpn[0] == '\0')
        return "the server chose no protocol (ALPN)";
    return strcmp(f->tls.alpn, "h2") == 0 ? "the server chose h2 (ALPN)"
                                          : "the server chose http/1.1 (ALPN)";
}

static void tell_tls(const struct dial *d, const struct conn_facts *f)
{
    const struct tls_facts *t = &f->tls;
    if (!f->is_tls)
        return;
    if (t->resumed)
        dial_story_tell(d, STORY_TICKET, NULL, "resumed",
                        "a ticket of an earlier connection was taken");
    else if (t->offered)
        dial_story_tell(d, STORY_TICKET, NULL, "not resumed",
                        "the server did not take the ticket that it had given");
    else
        dial_story_tell(d, STORY_TICKET, NULL, "not resumed",
                        "no ticket of it is known");
    if (t->verified)
        dial_story_tell(d, STORY_TRUST, NULL, "trusted",
                        "its certificate (subject %s, until %s) is good for "
                        "that name, by %s",
                        t->subject, t->expires, t->issuer);
    else
        dial_story_tell(d, STORY_TRUST, NULL, "not checked",
                        "the options do not ask for it; otherwise: %s",
                        t->verify);
}

void dial_story_won(const struct dial *d, const struct runner *winner,
                    const struct conn *c)
{
    const struct conn_facts *f = &c->facts;
    char chosen[PLACE_MAX];
    if (d->facts.story == NULL)
        return;
    uint64_t ms = (loop_now(dial_self_loop(d)) - d->facts.dial_start) / LOOP_MS;
    (void)snprintf(chosen, sizeof chosen, "%s by %s%s%s:%u", c->ops->title,
                   dial_runs_carrier(winner->goal.run->carrier),
                   f->remote_addr[0] ? " to " : "", f->remote_addr,
                   f->remote_port);
    dial_story_tell(d, STORY_RACE, NULL, chosen,
                    d->nreleased > 1
                        ? "it was the first with a finished handshake, %llu ms "
                          "after the beginning"
                        : "it was tried first, and connected after %llu ms",
                    (unsigned long long)ms);
    if (f->is_tls && f->tls.version[0] == '\0') {
        dial_story_tell(d, STORY_EARLY_DATA, NULL, "may be sent",
                        "the server gave a ticket that allows it");
        return;
    }
    dial_story_tell(d, STORY_PROTOCOL, NULL, c->ops->title, "%s", alpn_text(f));
    tell_tls(d, f);
}

/* ---- HTTPS records ---- */

void dial_story_unasked(const struct dial *d)
{
    if (d->target.is_secure)
        dial_story_tell(d, STORY_HTTPS_RR, NULL, "not asked for", "%s",
                        d->records_why);
}

void dial_story_records(const struct dial *d)
{
    const struct records *r = d->records;
    if (r->set.n > 0)
        dial_story_tell(d, STORY_HTTPS_RR, NULL, "used",
                        "%zu of them say how %s is reached", r->set.n, r->name);
    else
        dial_story_tell(d, STORY_HTTPS_RR, NULL,
                        r->is_asking ? "not waited for" : "none", "%s",
                        r->is_asking ? "none came in time after the addresses"
                                     : r->why);
}
