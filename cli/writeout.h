/*
 * writeout -- what -w prints after a transfer.
 *
 * curl's variables and number formats; %{json} is quiver's result record.
 */
#ifndef CLI_WRITEOUT_H
#define CLI_WRITEOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "core/quiver.h"
#include "text.h"

/* The transfer as the command line saw it, beside the engine's result. */
struct writeout_facts {
    const struct qv_result *result;
    int status;              /* exit status of this transfer */
    const char *message;     /* its error, or NULL */
    const char *error_name;  /* "timeout", with an error */
    const char *error_class; /* "transient" */
    const char *filename;    /* what was written, or NULL */
    uint64_t number;         /* the URL's place on the command line, from 0 */
    struct timespec started; /* wall clock */
    const char *default_scheme;
    bool show_secrets;
};

/* Names for help and man pages, name NULL at the end. */
struct writeout_name {
    const char *name;
    const char *brief;
};
extern const struct writeout_name writeout_names[];

/* Appends what goes to standard output; %{stderr} and %output{} are written
 * on the way. */
void writeout_render(const char *format, const struct writeout_facts *f,
                     struct text *out);

/* One variable's value; false when there is none of that name. */
bool writeout_value(const char *name, size_t len,
                    const struct writeout_facts *f, struct text *out);

#endif
