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
    *x = (struct report_exchanges){.record = r};
    yyjson_arr_iter_init(report_record_value(r, "retries"), &x->tries);
    yyjson_arr_iter_init(report_record_value(r, "hops"), &x->hops);
    x->next_try = yyjson_arr_iter_next(&x->tries);
    x->next_hop = yyjson_arr_iter_next(&x->hops);
}

static void is_ready(struct report_exchanges *x, double at)
{
    if (at > x->ready)
        x->ready = at;
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
    is_ready(x, out->start + out->lasted + out->delay);
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
    is_ready(x, out->start + out->lasted);
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

/* The one that began first. */
static bool is_try_next(const struct report_exchanges *x)
{
    return x->next_try &&
           (!x->next_hop || NUMBER(x->next_try, "time_start", 0) <=
                                NUMBER(x->next_hop, "time_start", 0));
}

bool report_exchanges_next(struct report_exchanges *x,
                           struct shown_exchange *out, yyjson_val **value)
{
    *value = NULL;
    if (x->is_over)
        return false;
    if (is_try_next(x)) {
        *value = x->next_try;
        x->next_try = yyjson_arr_iter_next(&x->tries);
        set_try(x, *value, out);
    } else if (x->next_hop) {
        *value = x->next_hop;
        x->next_hop = yyjson_arr_iter_next(&x->hops);
        set_hop(x, *value, out);
    } else {
        x->is_over = true;
        set_last(x, out);
    }
    return true;
}
