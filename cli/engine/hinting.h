/*
 * hinting -- what a command knows of its failure, as facts for a hint.
 *
 * All of it does nothing with -s, and where no hints are wanted: what they look
 * at is then not asked for.
 */
#ifndef CLI_ENGINE_HINTING_H
#define CLI_ENGINE_HINTING_H

struct engine;
struct operation;
struct qv_error;
struct qv_request;
struct qv_result;

/* A transfer is over, with this status and message of the command's own, or the
 * result's error; an answer of 300 or more counts as a failure here. */
void hinting_transfer(struct engine *e, const struct operation *op,
                      const struct qv_request *request,
                      const struct qv_result *result, int status,
                      const char *message);
/* Something else has failed, on its way to the URL (as typed; NULL: to none). */
void hinting_error(struct engine *e, const struct operation *op,
                   const struct qv_request *request, const char *url,
                   const struct qv_error *error);

#endif
