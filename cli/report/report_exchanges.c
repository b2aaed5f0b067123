#include "report/report_exchanges.h"

static const struct phases no_phases = {{-1, -1, -1, -1, -1, -1, -1}};

double report_exchanges_number(yyjson_val *object, const char *name,
                               double otherwise)
{
    yyjson_val *value = yyjson_obj_get(object, name);
    return yyjson_is_num(value) ? yyjson_get_num(value) : otherwise;
}

const char *report_exchanges_string(yyjson_val *object, const char *name)
{
    return yyjson_get_str(yyjson_obj_get(object, name));
}

#define NUMBER report_exchanges_number
#define STRING report_exchanges_string

static void set_phases(struct shown_exchange *out, yyjson_val *phases)
{
    for (size_t i = 0; i < PHASES; i++)
        out->phases.lasted[i] = NUMBER(phases, phase_names[i], -1);
}

/* Numbers of a file can be anything. */
static int status_of(double n)
{
    return n > 0 && n < 1000 ? (int)n : 0;
}

static uint64_t conn_of(double n)
{
    return n > 0 && n < 1e18 ? (uint64_t)n : 0;
}

void report_exchanges_begin(struct report_exchanges *x,
                            const struct report_record *r)
{
    *x = (struct report_exchanges){.record = r, .kind = SHOWN_TRY};
    yyjson_arr_iter_init(report_record_value(r, "retries"), &x->iter);
    x->next = yyjson_arr_iter_next(&x->iter);
}

static void set_try(struct report_exchanges *x, yyjson_val *try,
                    struct shown_exchange *out)
{
    const char *why = STRING(yyjson_obj_get(try, "error"), "detail");
    *out = (struct shown_exchange){
        .kind = SHOWN_TRY,
        .start = NUMBER(try, "time_start", 0),
        .lasted = NUMBER(try, "time_total", 0),
        .phases = no_phases,
        .delay = NUMBER(try, "delay", 0),
        .status = status_of(NUMBER(try, "response_code", 0)),
        .method = report_record_string(x->record, "method"),
        .url = report_record_string(x->record, "url"),
        .why = why ? why : STRING(try, "reason"),
    };
    x->ready = out->start + out->lasted + out->delay;
}

static void set_hop(struct report_exchanges *x, yyjson_val *hop,
                    struct shown_exchange *out)
{
    const char *method = STRING(hop, "method");
    *out = (struct shown_exchange){
        .kind = SHOWN_REDIRECT,
        .start = NUMBER(hop, "time_start", 0),
        .status = status_of(NUMBER(hop, "response_code", 0)),
        .method = method ? method : report_record_string(x->record, "method"),
        .url = STRING(hop, "url"),
        .version = STRING(hop, "http_version"),
        .conn = conn_of(NUMBER(hop, "conn_id", 0)),
    };
    set_phases(out, yyjson_obj_get(hop, "phases"));
    out->lasted = NUMBER(hop, "time_total", 0);
    x->ready = out->start + out->lasted;
}

static void set_last(const struct report_exchanges *x,
                     struct shown_exchange *out)
{
    const struct report_record *r = x->record;
    const char *url = report_record_string(r, "url_effective");
    *out = (struct shown_exchange){
        .kind = SHOWN_LAST,
        .status = status_of(report_record_number(r, "response_code", 0)),
        .method = report_record_string(r, "method"),
        .url = url ? url : report_record_string(r, "url"),
        .version = report_record_string(r, "http_version"),
        .conn = conn_of(report_record_number(r, "conn_id", 0)),
    };
    set_phases(out, report_record_value(r, "phases"));
    exchanges_place_last(out, report_record_number(r, "time_total", 0),
                         x->ready);
}

bool report_exchanges_next(struct report_exchanges *x,
                           struct shown_exchange *out, yyjson_val **value)
{
    if (x->kind == SHOWN_TRY && !x->next) {
        x->kind = SHOWN_REDIRECT;
        yyjson_arr_iter_init(report_record_value(x->record, "hops"), &x->iter);
        x->next = yyjson_arr_iter_next(&x->iter);
    }
    if (x->kind == SHOWN_REDIRECT && !x->next)
        x->kind = SHOWN_LAST;
    *value = x->next;
    if (x->is_over)
        return false;
    x->next = yyjson_arr_iter_next(&x->iter);
    switch (x->kind) {
    case SHOWN_TRY:
        set_try(x, *value, out);
        break;
    case SHOWN_REDIRECT:
        set_hop(x, *value, out);
        break;
    case SHOWN_LAST:
        *value = NULL;
        set_last(x, out);
        x->is_over = true;
        break;
    }
    return true;
}
