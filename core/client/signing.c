/*
 * Signed are Host, the date, what the service wants and the user's own fields, as
 * curl does it: what else is added to a head on its way breaks nothing.  Fields
 * that belong to one connection are not sent everywhere, and so not signed.
 *
 * S3 takes a body that is not signed, and is told so; everybody else wants its
 * hash, so a file is read twice, and a pipe cannot be sent.
 */
#include "client/signing.h"

#include <time.h>

#include "base/fault.h"
#include "base/header_line.h"
#include "client/body_reread.h"
#include "client/digest.h"
#include "http/aws_sigv4.h"
#include "http/request_check.h"

struct signing {
    struct request *r;
    const struct qv_request *ask;
    const struct request_build_state *state;
    struct arena *arena;
    struct aws_sigv4 aws;
    struct fields fields; /* that are signed */
    char hash[65];
};

static bool is_named(const struct signing *s, struct span name)
{
    return request_state_is_named(s->ask, s->state, name);
}

/* ---- the user's fields ---- */

static bool is_signed(const struct signing *s, const struct header_line *line)
{
    const struct field field = {.name = line->name, .value = line->value};
    return !line->is_removal &&
           !span_equal_nocase(line->name, SPAN_LIT("expect")) &&
           !request_check_is_connection_field(&field) &&
           request_state_may_pass(s->ask, s->state, line->name);
}

/* What is wrong with a line is told by who sends it. */
static void add_user_fields(struct signing *s)
{
    struct header_line line;
    for (size_t i = request_state_first_header(s->ask, s->state);
         i < s->ask->nheaders; i++)
        if (header_line_split(s->ask->headers[i], &line) && is_signed(s, &line))
            fields_add(&s->fields, line.name, line.value);
}

/* ---- the body ---- */

static void add_piece(void *user, const void *data, size_t len)
{
    digest_add(user, data, len);
}

static bool hash_source(struct signing *s, struct fault *fault)
{
    struct qv_sha256 sum;
    digest_init(&sum);
    bool is_read = body_reread(s->ask, s->state, add_piece, &sum, fault);
    digest_hex(&sum, s->hash);
    return is_read;
}

static bool hash_body(struct signing *s, struct fault *fault)
{
    const struct qv_body *body = &s->ask->body;
    if (!s->state->has_body || body->kind == QV_BODY_BYTES) {
        struct span bytes = {NULL, 0};
        if (s->state->has_body)
            bytes = span_of(body->bytes, body->len);
        aws_sigv4_hash(bytes, s->hash);
        return true;
    }
    if (aws_sigv4_is_s3(&s->aws)) {
        memcpy(s->hash, AWS_SIGV4_UNSIGNED, sizeof AWS_SIGV4_UNSIGNED);
        return true;
    }
    if (body_reread_is_possible(s->ask, s->state))
        return hash_source(s, fault);
    fault_set(fault, ERR_AUTH, 0,
              "aws-sigv4: a body is signed before it is sent, so it cannot "
              "come from a pipe");
    return false;
}

/* The user's own word on it, or a field for S3. */
static bool add_hash(struct signing *s, struct span *hash, struct fault *fault)
{
    struct span name = aws_sigv4_hash_name(&s->aws, s->arena);
    struct span given =
        fields_value(&s->fields, (const char *)name.base); /* terminated */
    if (given.base) {
        *hash = given;
        return true;
    }
    if (!hash_body(s, fault))
        return false;
    *hash = arena_copy(s->arena, span_str(s->hash));
    if (aws_sigv4_is_s3(&s->aws))
        fields_add(&s->fields, name, *hash);
    return true;
}

/* ---- the time ---- */

static bool is_time(struct span value)
{
    return value.len == AWS_SIGV4_TIME_LEN;
}

static struct span time_now(struct arena *arena)
{
    char text[AWS_SIGV4_TIME_LEN + 1];
    time_t now = time(NULL);
    struct tm tm;
    (void)gmtime_r(&now, &tm);
    (void)strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &tm);
    return arena_copy(arena, span_of(text, AWS_SIGV4_TIME_LEN));
}

/* The user may give it, by the field of the provider or by Date. */
static bool add_time(struct signing *s, struct span *when, struct fault *fault)
{
    struct span name = aws_sigv4_date_name(&s->aws, s->arena);
    struct span given = fields_value(&s->fields, (const char *)name.base);
    if (given.base == NULL)
        given = fields_value(&s->fields, "date");
    if (given.base == NULL) {
        *when = time_now(s->arena);
        fields_add(&s->fields, name, *when);
        return true;
    }
    *when = given;
    if (is_time(given))
        return true;
    fault_set(fault, ERR_USAGE, 0,
              "aws-sigv4: '%.*s' is no time such as 20150830T123600Z",
              given.len < 60 ? (int)given.len : 60, (const char *)given.base);
    return false;
}

/* ---- all of it ---- */

/* What was signed and is not the user's own. */
static void add_to_head(struct signing *s)
{
    for (size_t i = 0; i < s->fields.len; i++) {
        const struct field *f = &s->fields.items[i];
        if (!span_equal_nocase(f->name, SPAN_LIT("host")) &&
            !is_named(s, f->name))
            fields_add(&s->r->fields, f->name, f->value);
    }
}

static void sign(struct signing *s, const struct auth_login *login,
                 struct span hash, struct span when)
{
    struct span query = s->r->target;
    struct span path = {NULL, 0};
    struct str value;
    (void)span_next(&query, '?', &path);
    const struct aws_sigv4_request what = {.user = login->user,
                                           .password = login->password,
                                           .method = s->r->method,
                                           .path = path,
                                           .query = query,
                                           .fields = &s->fields,
                                           .body = hash,
                                           .time = when};
    str_init(&value);
    aws_sigv4_sign(&s->aws, &what, &value);
    fields_add(&s->r->fields, SPAN_LIT("Authorization"), str_span(&value));
    str_fini(&value);
}

bool signing_add(struct request *r, const struct qv_request *ask,
                 const struct request_build_state *state,
                 const struct auth_login *login, struct fault *fault)
{
    struct signing s = {
        .r = r, .ask = ask, .state = state, .arena = r->fields.arena};
    const char *how = request_state_options(ask, state)->aws_sigv4;
    struct span hash;
    struct span when;
    fields_init(&s.fields, s.arena);
    if (!aws_sigv4_read(&s.aws, span_str(how), state->url->host.text, fault))
        return false;
    if (!is_named(&s, SPAN_LIT("host")))
        fields_add(&s.fields, SPAN_LIT("Host"), r->authority);
    add_user_fields(&s);
    if (!add_hash(&s, &hash, fault) || !add_time(&s, &when, fault))
        return false;
    sign(&s, login, hash, when);
    add_to_head(&s);
    return true;
}
