#include "request/cmdline_finish.h"

#include "args/parser.h"
#include "request/cmdline.h"
#include "request/form.h"
#include "request/items.h"
#include "request/key_pass.h"
#include "request/records.h"

static bool check_urls(const struct cmdline *s, struct operation *op,
                       struct parser *p)
{
    size_t nurls = 0;
    for (size_t i = 0; i < op->ntargets; i++) {
        struct target *t = &op->targets[i];
        if (!t->has_place && op->remote_name_all)
            t->place = PLACE_REMOTE;
        nurls += t->has_url;
    }
    if (nurls > 1 && (op->etag_save || op->etag_compare))
        return parser_fail(p, "a tag is of one URL: --next before the others "
                              "lets --etag-save and --etag-compare be");
    return nurls || s->is_batch || parser_fail(p, "no URL specified");
}

static bool has_body(const struct operation *op)
{
    for (size_t i = 0; i < op->ntargets; i++)
        if (op->targets[i].upload)
            return true;
    return op->form || (op->data.is_any && !op->get);
}

/* One body, and one method that goes with it. */
static bool check_body(const struct operation *op, struct parser *p)
{
    bool posts = op->data.is_any && !op->get;
    const char *form =
        op->form && op->form_escape ? form_unescapable(op->form) : NULL;
    if (op->head && posts)
        return parser_fail(p, "-I (HEAD) and -d (POST) do not go together");
    if (op->form && op->head)
        return parser_fail(p, "-F (POST) and -I (HEAD) do not go together");
    if (op->form && op->data.is_any)
        return parser_fail(p, "-F and -d are two bodies; one can be sent");
    if (form)
        return parser_fail(p,
                           "--form-escape: a name with a line break, "
                           "'%.60s'",
                           form);
    for (size_t i = 0; i < op->ntargets; i++) {
        if (!op->targets[i].has_upload)
            continue;
        if (posts)
            return parser_fail(p, "-T (PUT) and -d (POST) do not go together");
        if (op->head)
            return parser_fail(p, "-T (PUT) and -I (HEAD) do not go together");
        if (op->form)
            return parser_fail(p, "-T (PUT) and -F (POST) do not go together");
    }
    return true;
}

/* -C says what becomes of a file that is there, and what is asked for. */
static bool check_continued(const struct operation *op, struct parser *p)
{
    const struct {
        bool is_given;
        const char *name;
    } others[] = {
        {op->range != NULL, "--range"},
        {op->clobber == OUTPUT_CLOBBER_NO, "--no-clobber"},
        {op->remove_on_error, "--remove-on-error"},
        {op->remote_header_name, "--remote-header-name"},
    };
    for (size_t i = 0; op->continue_at && i < sizeof others / sizeof *others;
         i++) {
        if (others[i].is_given)
            return parser_fail(p, "--continue-at and %s do not go together",
                               others[i].name);
    }
    return true;
}

static bool finish(struct cmdline *s, struct operation *op, struct parser *p)
{
    struct qv_options *o = &op->how.engine;
    if (!items_apply(p, op) || !check_urls(s, op, p) || !check_body(op, p))
        return false;
    if (op->how.trailers.len && !s->is_batch && !has_body(op))
        return parser_fail(p, "--trailer needs a body: -d, -F or -T");
    if (!check_continued(op, p) || !records_check(s, op, p))
        return false;
    records_place_bodies(s, op);
    if (o->tls_min && o->tls_max && o->tls_min > o->tls_max)
        return parser_fail(p, "--tls-max is below the minimum version");
    request_options_finish(&op->how, &s->owned);
    key_pass_ask(&op->how.engine, &s->owned);
    return true;
}

bool cmdline_finish(struct cmdline *s, struct parser *p)
{
    if (s->state.session && s->state.cookie_jar)
        return parser_fail(p, "--session keeps cookies itself: --cookie-jar "
                              "does not go with it");
    for (struct operation *op = s->first; op; op = op->next) {
        if (!finish(s, op, p))
            return false;
    }
    return true;
}
