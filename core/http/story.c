#include "http/story.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/trace.h"
#include "base/xalloc.h"

const char *story_topic_name(enum story_topic topic)
{
    static const char *const names[STORY_TOPICS] = {
        [STORY_URL] = "url",
        [STORY_PROXY] = "proxy",
        [STORY_WAIT] = "wait",
        [STORY_CONNECTION] = "connection",
        [STORY_HTTPS_RR] = "https-rr",
        [STORY_ALT_SVC] = "alt-svc",
        [STORY_BROKEN] = "broken",
        [STORY_RACE] = "race",
        [STORY_TRUST] = "trust",
        [STORY_TICKET] = "ticket",
        [STORY_EARLY_DATA] = "early-data",
        [STORY_PROTOCOL] = "protocol",
        [STORY_PEER] = "peer",
        [STORY_PATH] = "path",
        [STORY_GOAWAY] = "goaway",
        [STORY_RESEND] = "resend",
        [STORY_RETRY] = "retry",
        [STORY_REDIRECT] = "redirect",
    };
    return names[topic];
}

struct story *story_new(struct trace *trace)
{
    struct story *s = XALLOC_NEW(struct story);
    s->trace = trace;
    allowed_init(&s->allowed);
    arena_init(&s->arena);
    s->last = &s->decisions;
    s->last_lookup = &s->lookups;
    s->last_attempt = &s->attempts;
    return s;
}

void story_free(struct story *s)
{
    if (s == NULL)
        return;
    arena_fini(&s->arena);
    free(s);
}

/* What happens in one turn has one time. */
static uint64_t last_number;

static const char *copy(struct story *s, const char *text)
{
    return text ? arena_string(&s->arena, text) : "";
}

/* NULL: there is no room. */
static struct story_decision *
add(struct story *s, const struct story_decision *what, const char *because)
{
    if (s->ndecisions == STORY_MAX) {
        s->nleft_out++;
        return NULL;
    }
    struct story_decision *d = arena_alloc(&s->arena, sizeof *d);
    *d = (struct story_decision){
        .at = what->at,
        .number = what->number ? what->number : ++last_number,
        .topic = what->topic,
        .conn_id = what->conn_id,
        .of = copy(s, what->of),
        .chosen = copy(s, what->chosen),
        .because = copy(s, because),
    };
    *s->last = d;
    s->last = &d->next;
    s->ndecisions++;
    return d;
}

/* "race: www.example.com:443: HTTP/3, because ..." */
static void trace_decision(const struct story *s,
                           const struct story_decision *what,
                           const char *because)
{
    if (!trace_wanted(s->trace))
        return;
    trace_printf(s->trace, TRACE_DECISION, what->at, what->conn_id,
                 "%s: %s%s%s%s%s", story_topic_name(what->topic),
                 what->of ? what->of : "", what->of ? ": " : "", what->chosen,
                 because[0] ? ", because " : "", because);
}

struct story_decision *story_tell(struct story *s,
                                  const struct story_decision *what,
                                  const char *because, ...)
{
    struct str text;
    va_list args;
    if (s == NULL)
        return NULL;
    str_init(&text);
    va_start(args, because);
    str_vprintf(&text, because, args);
    va_end(args);
    trace_decision(s, what, str_text(&text));
    struct story_decision *d = add(s, what, str_text(&text));
    str_fini(&text);
    return d;
}

static struct story_lookup *add_lookup(struct story *s)
{
    if (s->nlookups == STORY_LOOKUPS_MAX) {
        s->nleft_out++;
        return NULL;
    }
    struct story_lookup *l = ARENA_NEW(&s->arena, struct story_lookup);
    *s->last_lookup = l;
    s->last_lookup = &l->next;
    s->nlookups++;
    return l;
}

struct story_lookup *story_ask(struct story *s, uint64_t now, struct span name,
                               const char *type, const char *by)
{
    struct story_lookup *l = s ? add_lookup(s) : NULL;
    if (l == NULL)
        return NULL;
    l->start = now;
    l->name = (const char *)arena_copy(&s->arena, name).base;
    l->type = type;
    l->by = by;
    l->why = "";
    return l;
}

void story_answer(struct story *s, struct story_lookup *l, const char *record)
{
    if (l == NULL || l->nrecords == STORY_RECORDS_MAX)
        return;
    if (l->records == NULL)
        l->records =
            arena_alloc(&s->arena, STORY_RECORDS_MAX * sizeof *l->records);
    l->records[l->nrecords++] = copy(s, record);
}

void story_end(struct story *s, struct story_lookup *l, uint64_t now,
               enum story_found found, const char *why)
{
    if (l == NULL || l->found != STORY_ASKING)
        return;
    l->end = now;
    l->found = found;
    l->why = copy(s, why);
}

static void absorb_lookup(struct story *s, const struct story_lookup *from)
{
    struct story_lookup *l = add_lookup(s);
    if (l == NULL)
        return;
    *l = *from;
    l->next = NULL; /* the last one */
    l->name = copy(s, from->name);
    l->why = copy(s, from->why);
    l->records = NULL;
    l->nrecords = 0;
    for (size_t i = 0; i < from->nrecords; i++)
        story_answer(s, l, from->records[i]);
}

static void absorb_attempt(struct story *s, const struct attempt *from)
{
    if (s->nattempts == STORY_MAX) {
        s->nleft_out++;
        return;
    }
    struct story_attempt *a = ARENA_NEW(&s->arena, struct story_attempt);
    a->attempt = *from;
    *s->last_attempt = a;
    s->last_attempt = &a->next;
    s->nattempts++;
}

/* Of a dial that failed there is no connection, and nothing more to come. */
static struct story_source *source_of(struct story *s, uint64_t conn_id)
{
    struct story_source *from = s->sources;
    while (from && (conn_id == 0 || from->conn_id != conn_id))
        from = from->next;
    if (from)
        return from;
    from = ARENA_NEW(&s->arena, struct story_source);
    from->conn_id = conn_id;
    from->next = s->sources;
    s->sources = from;
    return from;
}

static void absorb_dial(struct story *s, const struct conn_facts *facts)
{
    for (const struct story_lookup *l = facts->story->lookups; l; l = l->next)
        absorb_lookup(s, l);
    for (unsigned i = 0; i < facts->nattempts && i < FACTS_ATTEMPTS_MAX; i++)
        absorb_attempt(s, &facts->attempts[i]);
}

void story_absorb(struct story *s, const struct conn_facts *facts)
{
    if (s == NULL || facts == NULL || facts->story == NULL)
        return;
    struct story_source *from = source_of(s, facts->id);
    const struct story_decision *d = facts->story->decisions;
    s->allowed = facts->story->allowed;
    if (from->ndecisions == 0)
        absorb_dial(s, facts);
    for (size_t i = 0; d && i < from->ndecisions; i++)
        d = d->next;
    for (; d; d = d->next) {
        struct story_decision what = *d;
        if (what.conn_id == 0)
            what.conn_id = facts->id;
        (void)add(s, &what, d->because);
    }
    from->ndecisions = facts->story->ndecisions;
}
