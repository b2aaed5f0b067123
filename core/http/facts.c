#include "http/facts.h"

#include <string.h>

#include "base/str.h"

const char *facts_attempt_name(enum attempt_result result)
{
    switch (result) {
    case ATTEMPT_RUNNING:
        return "running";
    case ATTEMPT_WON:
        return "won";
    case ATTEMPT_LOST:
        return "lost";
    case ATTEMPT_FAILED:
        return "failed";
    case ATTEMPT_CANCELLED:
        return "cancelled";
    }
    return "";
}

static void add_attempt(const struct attempt *a, struct str *out)
{
    bool is_quic = strcmp(a->proto, "quic") == 0;
    bool is_v6 = strchr(a->addr, ':') != NULL;
    const char *before = is_quic && a->was_heard ? "the QUIC handshake with "
                         : is_quic               ? "no QUIC answer from "
                         : a->was_heard          ? ""
                                                 : "no answer by TCP from ";
    const char *behind = !a->was_heard ? ""
                         : is_quic     ? " is not complete"
                                       : " took the connection and is silent";
    str_printf(out, "%s%s%s%s%s:%u%s", out->len > 0 ? "; " : "", before,
               is_v6 ? "[" : "", a->addr, is_v6 ? "]" : "", a->port, behind);
}

void facts_add_standstill(const struct conn_facts *f, struct str *out)
{
    struct str all;
    if (*f->proxy.url) {
        str_printf(out, "the proxy %s has opened no way", f->proxy.url);
        return;
    }
    if (f->nattempts == 0) {
        str_add_text(out, "still resolving the name");
        return;
    }
    str_init(&all);
    for (size_t i = 0; i < f->nattempts && i < FACTS_ATTEMPTS_MAX; i++)
        if (f->attempts[i].result == ATTEMPT_RUNNING)
            add_attempt(&f->attempts[i], &all);
    str_add(out, str_span(&all));
    str_fini(&all);
}
