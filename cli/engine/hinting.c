#include "engine/hinting.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/engine.h"
#include "hints/hint.h"
#include "hints/hints.h"

static bool is_wanted(const struct engine *e)
{
    return hints_are_wanted() && !e->cmdline->silent;
}

static void tell(struct engine *e, const struct operation *op, const char *url,
                 struct hint_facts *f)
{
    struct qv_url u = {0};
    struct qv_error error;
    const char *guess = op ? op->proto_default : NULL;
    f->now = time(NULL);
    f->scheme = f->host = "";
    if (qv_url_parse(&u, url, guess, &error)) {
        f->scheme = u.scheme;
        f->host = u.host;
        f->port = u.port;
    }
    engine_area_hide(e);
    hints_tell(f);
    qv_url_free(&u);
}

/* HTTPie would have sent it.  We do not: in a loop that reads lines of a file
 * it is what the loop has yet to read. */
static bool has_idle_input(const struct operation *op,
                           const struct qv_request *request)
{
    struct stat st;
    return op && op->is_method_form && op->method &&
           qv_method_means_content(op->method) && request &&
           request->body.kind == QV_BODY_NONE &&
           fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
           lseek(STDIN_FILENO, 0, SEEK_CUR) < st.st_size;
}

void hinting_transfer(struct engine *e, const struct operation *op,
                      const struct qv_request *request,
                      const struct qv_result *result, int status,
                      const char *message)
{
    bool is_fine = !status && result->response_code < 300 && result->nhops == 0;
    if (!is_wanted(e))
        return;
    bool is_idle = has_idle_input(op, request);
    if (is_fine && !is_idle)
        return;
    const struct qv_error *error = &result->error;
    bool is_of_engine = status && error->status == status;
    struct hint_facts f = {
        .status = status,
        .name = is_of_engine ? error->name : "",
        .text = message,
        .wire = is_of_engine ? error->wire : 0,
        .typed = result->url,
        .options = request ? request->options : NULL,
        .result = result,
        .has_idle_input = is_idle,
    };
    tell(e, op, result->url_effective, &f);
}

void hinting_error(struct engine *e, const struct operation *op,
                   const struct qv_request *request, const char *url,
                   const struct qv_error *error)
{
    struct hint_facts f = {
        .status = error->status,
        .name = error->name ? error->name : "",
        .text = error->text,
        .wire = error->wire,
        .typed = url ? url : "",
        .options = request ? request->options : NULL,
    };
    if (is_wanted(e))
        tell(e, op, f.typed, &f);
}
