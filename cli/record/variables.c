#include "record/variables.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"
#include "record/record.h"
#include "record/url_parts.h"

enum value_kind {
    VALUE_TIME,   /* double: "0.001234" */
    VALUE_SPEED,  /* double: "1234" */
    VALUE_SIZE,   /* uint64_t */
    VALUE_COUNT,  /* unsigned */
    VALUE_CODE,   /* int: "200", "000" */
    VALUE_STRING, /* const char * */
    VALUE_CONST,  /* `text` always */
    VALUE_CALL,
};

struct value {
    size_t at;
    const char *text;
    void (*call)(const struct writeout_facts *f, struct str *out);
    enum value_kind kind;
    bool is_of_channel; /* `at` is in struct qv_channel_result */
};

static void print_exitcode(const struct writeout_facts *f, struct str *out)
{
    str_printf(out, "%d", f->status);
}

static void print_errormsg(const struct writeout_facts *f, struct str *out)
{
    if (f->status && f->message)
        str_add_text(out, f->message);
}

static void print_filename(const struct writeout_facts *f, struct str *out)
{
    if (f->filename)
        str_add_text(out, f->filename);
}

static void print_urlnum(const struct writeout_facts *f, struct str *out)
{
    str_printf(out, "%" PRIu64, f->urlnum);
}

static void print_certs(const struct writeout_facts *f, struct str *out)
{
    const struct qv_result *r = f->result;
    for (unsigned i = 0; r->certs && i < r->ncerts; i++) {
        char *text = qv_certificate_text(&r->certs[i]);
        str_add_text(out, text);
        free(text);
    }
}

static void print_earlydata(const struct writeout_facts *f, struct str *out)
{
    str_printf(out, "%" PRId64, f->result->tls_earlydata);
}

static void print_resumed(const struct writeout_facts *f, struct str *out)
{
    str_add_char(out, f->result->tls_resumed ? '1' : '0');
}

static void print_ech(const struct writeout_facts *f, struct str *out)
{
    str_add_char(out, f->result->tls_ech ? '1' : '0');
}

static bool is_distrusted(const struct qv_proxy_used *p)
{
    return p->is_tls && !p->is_verified;
}

static void print_proxy_verify_result(const struct writeout_facts *f,
                                      struct str *out)
{
    str_add_char(out, is_distrusted(&f->result->proxy) ? '1' : '0');
}

static void print_proxy_used(const struct writeout_facts *f, struct str *out)
{
    str_add_char(out, *f->result->proxy.url ? '1' : '0');
}

static void print_http_connect(const struct writeout_facts *f, struct str *out)
{
    str_printf(out, "%03d", facts_connect_status(f->result));
}

static void print_reused(const struct writeout_facts *f, struct str *out)
{
    str_add_char(out, f->result->conn_reused ? '1' : '0');
}

static void print_channel_rtt(const struct writeout_facts *f, struct str *out)
{
    uint64_t rtt = f->channel ? f->channel->stats.rtt : 0;
    str_printf(out, "%.6f", (double)rtt / 1e9);
}

static void print_close_code(const struct writeout_facts *f, struct str *out)
{
    if (f->channel && f->channel->has_code)
        str_printf(out, "%" PRIu64, f->channel->code);
}

static void print_close_reason(const struct writeout_facts *f, struct str *out)
{
    if (f->channel && f->channel->reason)
        str_add_text(out, f->channel->reason);
}

static void print_header_json(const struct writeout_facts *f, struct str *out)
{
    record_headers(f, out);
}

/* The record, and what curl's has beside: it would make each line of a batch
 * longer by half. */
static void print_json(const struct writeout_facts *f, struct str *out)
{
    record_render(f, out);
    out->len--; /* the closing brace */
    url_parts_json("url", f->result->url, f, out);
    url_parts_json("urle", f->result->url_effective, f, out);
    str_add_text(
        out,
        ",\"ftp_entry_path\":null,\"curl_version\":\"quiver/" QUIVER_VERSION
        "\"}");
}

/* The forms of variables.def, as -w prints them. */
#define RESULT(member, kind)                                                   \
    {                                                                          \
        offsetof(struct qv_result, member), NULL, NULL, kind, false            \
    }
#define OF_CHANNEL(member, kind)                                               \
    {                                                                          \
        offsetof(struct qv_channel_result, member), NULL, NULL, VALUE_##kind,  \
            true                                                               \
    }
#define SECONDS(member)   RESULT(member, VALUE_TIME)
#define SPEED(member)     RESULT(member, VALUE_SPEED)
#define SIZE(member)      RESULT(member, VALUE_SIZE)
#define COUNT(member)     RESULT(member, VALUE_COUNT)
#define PORT(member)      RESULT(member, VALUE_COUNT)
#define STATUS(member)    RESULT(member, VALUE_CODE)
#define STRING(member)    RESULT(member, VALUE_STRING)
#define URL(member)       RESULT(member, VALUE_STRING)
#define OTHER_URL(member) RESULT(member, VALUE_STRING)
#define CONSTANT(record, writeout)                                             \
    {                                                                          \
        0, writeout, NULL, VALUE_CONST, false                                  \
    }
#define CALL(function)                                                         \
    {                                                                          \
        0, NULL, print_##function, VALUE_CALL, false                           \
    }

#define IN_WRITEOUT(name, form, brief) {#name, brief, form},
#define IN_BOTH(name, form, brief)     {#name, brief, form},
#define IN_RECORD(name, form, brief)

static const struct {
    const char *name;
    const char *brief; /* NULL: not shown */
    struct value value;
} values[] = {
#include "record/variables.def"
};

/* What has no value of its own: writeout.c and url_parts.h know them. */
static const struct variable_name others[] = {
    {"onerror", "show the rest only after a failure"},
    {"stderr", "show the rest on standard error"},
    {"stdout", "show the rest on standard output"},
    {"url.PART", "scheme, user, password, host, port, path, query or fragment "
                 "of the URL; urle.PART of the last one"},
};

enum {
    VALUES = sizeof values / sizeof *values,
    OTHERS = sizeof others / sizeof *others,
};

static int by_name(const void *a, const void *b)
{
    const struct variable_name *x = a;
    const struct variable_name *y = b;
    return strcmp(x->name, y->name);
}

struct variable_name *variables_names(size_t *n)
{
    struct variable_name *all = xalloc_zeroed(VALUES + OTHERS, sizeof *all);
    *n = 0;
    for (size_t i = 0; i < VALUES; i++) {
        if (values[i].brief)
            all[(*n)++] =
                (struct variable_name){values[i].name, values[i].brief};
    }
    for (size_t i = 0; i < OTHERS; i++)
        all[(*n)++] = others[i];
    qsort(all, *n, sizeof *all, by_name);
    return all;
}

static void print_value(const struct value *v, const struct writeout_facts *f,
                        struct str *out)
{
    static const struct qv_channel_result no_channel = {.time_open = -1};
    const void *channel = f->channel ? f->channel : &no_channel;
    const void *base = v->is_of_channel ? channel : f->result;
    const char *at = (const char *)base + v->at;
    double number;
    switch (v->kind) {
    case VALUE_TIME:
        number = *(const double *)(const void *)at;
        str_printf(out, "%.6f", number > 0 ? number : 0.0);
        break;
    case VALUE_SPEED:
        number = *(const double *)(const void *)at;
        str_printf(out, "%.0f", number > 0 ? number : 0.0);
        break;
    case VALUE_SIZE:
        str_printf(out, "%" PRIu64, *(const uint64_t *)(const void *)at);
        break;
    case VALUE_COUNT:
        str_printf(out, "%u", *(const unsigned *)(const void *)at);
        break;
    case VALUE_CODE:
        str_printf(out, "%03d", *(const int *)(const void *)at);
        break;
    case VALUE_STRING:
        str_add_text(out, *(const char *const *)(const void *)at);
        break;
    case VALUE_CONST:
        str_add_text(out, v->text);
        break;
    case VALUE_CALL:
        v->call(f, out);
        break;
    }
}

static bool is_part(const char *part, size_t len, const char *name)
{
    return strlen(name) == len && memcmp(part, name, len) == 0;
}

bool variables_print(const char *name, size_t len,
                     const struct writeout_facts *f, struct str *out)
{
    if (len > 4 && memcmp(name, "url.", 4) == 0)
        return url_parts_print(name + 4, len - 4, f->result->url, f, out);
    if (len > 5 && memcmp(name, "urle.", 5) == 0)
        return url_parts_print(name + 5, len - 5, f->result->url_effective, f,
                               out);
    for (size_t i = 0; i < VALUES; i++) {
        if (is_part(name, len, values[i].name)) {
            print_value(&values[i].value, f, out);
            return true;
        }
    }
    return false;
}
