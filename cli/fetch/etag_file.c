#include "fetch/etag_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "files/atomic_file.h"
#include "files/path.h"
#include "files/validator.h"

/*
 * curl writes the tag as soon as its head has come.  When the body then breaks
 * off, the next run would ask for what is not of a tag whose body it never had;
 * so here the tag waits for its body.
 */

static int replace(const struct operation *op, const struct str *line)
{
    struct stat st;
    /* An answer without a tag leaves an older one alone, as curl does. */
    if (line->len == 0 && stat(op->etag_save, &st) == 0)
        return 0;
    if (op->create_dirs && !path_make_folders(op->etag_save))
        return errno;
    return atomic_file_replace(op->etag_save, line);
}

bool etag_file_save(const struct operation *op, const struct qv_result *result,
                    struct str *text)
{
    const char *etag = validator_field(result->fields, result->nfields, "etag");
    int kind = result->response_code / 100;
    if (etag && (kind == 2 || kind == 3))
        str_printf(text, "%s\n", etag);
    if (strcmp(op->etag_save, "-") == 0)
        return true;
    int error = replace(op, text);
    str_clear(text);
    if (error)
        str_printf(text, "cannot write %.150s: %s", op->etag_save,
                   strerror(error));
    return !error;
}
