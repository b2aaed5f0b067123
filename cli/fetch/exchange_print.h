/*
 * exchange_print -- --print: what is written of an exchange beside the answer:
 * H and B, head and body of its requests as they are sent, and facts about it: m,
 * c (its connection), t (its times) and x (why).
 *
 * Nothing listens to the engine unless an operation asks for H or B.
 */
#ifndef CLI_FETCH_EXCHANGE_PRINT_H
#define CLI_FETCH_EXCHANGE_PRINT_H

#include "core/quiver.h"
#include "fetch/job.h"

struct exchange_print {
    struct qv_listener listener;
    const struct jobs *jobs; /* whose exchanges are looked for */
    bool shows_secrets;
};

void exchange_print_start(struct exchange_print *p, const struct job_env *env,
                          const struct jobs *jobs);

/* m, c, t and x: when the answer was complete. */
void exchange_print_facts(struct job *j, const struct qv_result *r);

#endif
