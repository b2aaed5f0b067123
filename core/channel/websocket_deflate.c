#include "channel/websocket_deflate.h"

#include <stddef.h>

#include "base/fault.h"

#define FIELD     "sec-websocket-extensions"
#define EXTENSION "permessage-deflate"

/* Where a parameter stands, and what may stand behind it. */
enum value {
    VALUE_NONE,
    VALUE_BITS,
    VALUE_BITS_OR_NONE, /* in an offer; in an answer it has to be there */
};

static const struct param {
    const char *name;
    size_t at; /* in struct websocket_deflate; 1 for VALUE_NONE */
    enum value value;
} params[] = {
    {"server_no_context_takeover",
     offsetof(struct websocket_deflate, server_no_context_takeover),
     VALUE_NONE},
    {"client_no_context_takeover",
     offsetof(struct websocket_deflate, client_no_context_takeover),
     VALUE_NONE},
    {"server_max_window_bits",
     offsetof(struct websocket_deflate, server_max_window_bits), VALUE_BITS},
    {"client_max_window_bits",
     offsetof(struct websocket_deflate, client_max_window_bits),
     VALUE_BITS_OR_NONE},
};

#define NPARAMS (sizeof params / sizeof params[0])

static_assert(sizeof(bool) == sizeof(uint8_t), "a flag is a byte as bits are");

static uint8_t get(const struct websocket_deflate *d, const struct param *p)
{
    return ((const uint8_t *)d)[p->at];
}

void websocket_deflate_add(struct str *to, const struct websocket_deflate *d)
{
    if (!d->is_on)
        return;
    if (to->len > 0)
        str_add_text(to, ", ");
    str_add_text(to, EXTENSION);
    for (size_t i = 0; i < NPARAMS; i++) {
        uint8_t value = get(d, &params[i]);
        if (value > 0)
            str_printf(to, "; %s", params[i].name);
        if (value >= WEBSOCKET_DEFLATE_BITS_MIN)
            str_printf(to, "=%u", value);
    }
}

static const struct param *find_param(struct span name)
{
    for (size_t i = 0; i < NPARAMS; i++)
        if (span_equal_nocase(name, span_str(params[i].name)))
            return &params[i];
    return NULL;
}

/* A token, or a quoted one (RFC 6455 9.1): without leading zeros (RFC 7692
 * 7.1.2.1). */
static uint8_t read_bits(struct span value)
{
    if (value.len > 2 && value.base[0] == '"' &&
        value.base[value.len - 1] == '"')
        value = span_of(value.base + 1, value.len - 2);
    uint64_t bits = 0;
    if (value.len == 0 || value.base[0] == '0' || !span_to_u64(value, &bits) ||
        bits < WEBSOCKET_DEFLATE_BITS_MIN || bits > WEBSOCKET_DEFLATE_BITS_MAX)
        return WEBSOCKET_DEFLATE_BITS_NONE;
    return (uint8_t)bits;
}

/* 0: it may not stand there like that. */
static uint8_t read_value(const struct param *p, bool has_value,
                          struct span value, bool is_offer)
{
    if (p->value == VALUE_NONE)
        return has_value ? 0 : 1;
    if (has_value)
        return read_bits(value);
    return p->value == VALUE_BITS_OR_NONE && is_offer
               ? WEBSOCKET_DEFLATE_BITS_ANY
               : 0;
}

static bool read_param(struct websocket_deflate *d, struct span part,
                       bool is_offer)
{
    const uint8_t *sign = memchr(part.base, '=', part.len);
    size_t len = sign ? (size_t)(sign - part.base) : part.len;
    const struct param *p = find_param(span_trim(span_of(part.base, len)));
    if (p == NULL || get(d, p) != 0)
        return false;
    struct span value = span_of(NULL, 0);
    if (sign)
        value = span_trim(span_of(sign + 1, part.len - len - 1));
    uint8_t read = read_value(p, sign != NULL, value, is_offer);
    memcpy((uint8_t *)d + p->at, &read, 1);
    return read > 0;
}

/* Of an element of the field: false when it is another extension.  Bad
 * parameters: not on. */
static bool read_extension(struct websocket_deflate *d, struct span element,
                           bool is_offer)
{
    struct span part;
    if (!fields_next_part(&element, ';', &part) ||
        !span_equal_nocase(part, SPAN_LIT(EXTENSION)))
        return false;
    *d = (struct websocket_deflate){.is_on = true};
    while (fields_next_part(&element, ';', &part))
        if (!read_param(d, part, is_offer)) {
            d->is_on = false;
            break;
        }
    return true;
}

/* What the client says of its own window is a bound that it keeps to; to say it
 * back is to rely on it (RFC 7692 7.1.2.2). */
static struct websocket_deflate answer_to(const struct websocket_deflate *offer)
{
    struct websocket_deflate answer = *offer;
    if (answer.client_max_window_bits == WEBSOCKET_DEFLATE_BITS_ANY)
        answer.client_max_window_bits = WEBSOCKET_DEFLATE_BITS_NONE;
    return answer;
}

struct websocket_deflate websocket_deflate_choose(const struct fields *request)
{
    struct fields_list list = fields_list_of(request, FIELD);
    struct span element;
    struct websocket_deflate offer = {0};
    while (!offer.is_on && fields_list_next(&list, &element))
        (void)read_extension(&offer, element, true);
    return offer.is_on ? answer_to(&offer) : (struct websocket_deflate){0};
}

/* What the offer made a condition has to come back, and a limit for the client
 * only where the client said that it knows limits. */
static bool is_answer_to(const struct websocket_deflate *answer,
                         const struct websocket_deflate *offer)
{
    if (offer->server_no_context_takeover &&
        !answer->server_no_context_takeover)
        return false;
    if (answer->client_max_window_bits && !offer->client_max_window_bits)
        return false;
    return offer->server_max_window_bits == WEBSOCKET_DEFLATE_BITS_NONE ||
           (answer->server_max_window_bits &&
            answer->server_max_window_bits <= offer->server_max_window_bits);
}

/* The client keeps to the smaller of the two bounds on its own window, and to
 * what else it promised in its offer. */
static void keep_promises(struct websocket_deflate *agreed,
                          const struct websocket_deflate *offer)
{
    uint8_t promised = offer->client_max_window_bits;
    uint8_t asked = agreed->client_max_window_bits;
    if (promised >= WEBSOCKET_DEFLATE_BITS_MIN && (!asked || asked > promised))
        agreed->client_max_window_bits = promised;
    if (offer->client_no_context_takeover)
        agreed->client_no_context_takeover = true;
}

bool websocket_deflate_confirm(const struct fields *answer,
                               const struct websocket_deflate *offer,
                               struct websocket_deflate *agreed,
                               struct fault *fault)
{
    struct fields_list list = fields_list_of(answer, FIELD);
    struct span element;
    *agreed = (struct websocket_deflate){0};
    while (fields_list_next(&list, &element)) {
        struct websocket_deflate d = {0};
        bool is_known = offer->is_on && !agreed->is_on &&
                        read_extension(&d, element, false);
        if (!is_known || !d.is_on || !is_answer_to(&d, offer)) {
            (void)fault_set(fault, ERR_WEIRD_REPLY, 0,
                            "WebSocket extension that does not answer the "
                            "offer: %.*s",
                            SPAN_ARG(element));
            return false;
        }
        *agreed = d;
        keep_promises(agreed, offer);
    }
    return true;
}
