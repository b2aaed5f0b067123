#include "channel/websocket_handshake.h"

#include <assert.h>

/* options.h comes before everything else of wolfSSL's. */
/* clang-format off */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/sha.h>
/* clang-format on */

#include "base/base64.h"
#include "base/fault.h"
#include "base/random.h"

#define VERSION    "sec-websocket-version"
#define KEY        "sec-websocket-key"
#define ACCEPT     "sec-websocket-accept"
#define PROTOCOL   "sec-websocket-protocol"
#define EXTENSIONS "sec-websocket-extensions"

#define VERSION_WE_SPEAK "13"

/* What is hashed behind the key (RFC 6455 1.3). */
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

#define NONCE_LEN 16

static void write_base64(char *to, size_t len, struct span bytes)
{
    struct str text;
    str_init(&text);
    base64_add(&text, bytes);
    assert(text.len == len);
    memcpy(to, text.base, len + 1);
    str_fini(&text);
}

void websocket_handshake_make_key(char key[WEBSOCKET_HANDSHAKE_KEY_LEN + 1])
{
    uint8_t nonce[NONCE_LEN];
    random_bytes(nonce, sizeof nonce);
    write_base64(key, WEBSOCKET_HANDSHAKE_KEY_LEN,
                 span_of(nonce, sizeof nonce));
}

/* It fails for bad arguments and for want of memory only. */
void websocket_handshake_accept(struct span key,
                                char accept[WEBSOCKET_HANDSHAKE_ACCEPT_LEN + 1])
{
    wc_Sha sha;
    uint8_t hash[WC_SHA_DIGEST_SIZE];
    int error = wc_InitSha(&sha);
    error |= wc_ShaUpdate(&sha, key.base, (word32)key.len);
    error |= wc_ShaUpdate(&sha, (const byte *)GUID, sizeof GUID - 1);
    error |= wc_ShaFinal(&sha, hash);
    wc_ShaFree(&sha);
    assert(error == 0);
    (void)error;
    write_base64(accept, WEBSOCKET_HANDSHAKE_ACCEPT_LEN,
                 span_of(hash, sizeof hash));
}

static void set(struct fields *f, const char *name, struct span value)
{
    fields_set(f, span_str(name), value);
}

void websocket_handshake_add_version(struct fields *answer)
{
    set(answer, VERSION, SPAN_LIT(VERSION_WE_SPEAK));
}

static void add_extensions(struct fields *f, const struct websocket_deflate *d)
{
    struct str text;
    str_init(&text);
    websocket_deflate_add(&text, d);
    if (text.len > 0)
        set(f, EXTENSIONS, str_span(&text));
    str_fini(&text);
}

/* ---- the client ---- */

void websocket_handshake_offer(const struct websocket_offer *offer,
                               struct fields *fields,
                               struct fields *upgrade_fields)
{
    struct str list;
    str_init(&list);
    for (size_t i = 0; i < offer->nsubprotocols; i++)
        str_printf(&list, "%s%s", i > 0 ? ", " : "", offer->subprotocols[i]);
    set(fields, VERSION, SPAN_LIT(VERSION_WE_SPEAK));
    if (list.len > 0)
        set(fields, PROTOCOL, str_span(&list));
    str_fini(&list);
    add_extensions(fields, &offer->deflate);
    set(upgrade_fields, KEY, span_str(offer->key));
}

static bool confirm_key(const struct websocket_offer *offer,
                        const struct response_head *head, struct fault *fault)
{
    char wanted[WEBSOCKET_HANDSHAKE_ACCEPT_LEN + 1];
    if (head->version > HTTP_VERSION_1_1)
        return true;
    websocket_handshake_accept(span_str(offer->key), wanted);
    struct span accept = fields_only_value(head->fields, ACCEPT);
    if (span_equal(accept, span_str(wanted)))
        return true;
    (void)fault_set(fault, ERR_WEIRD_REPLY, 0,
                    accept.base ? "Sec-WebSocket-Accept does not belong to the "
                                  "key that was sent"
                                : "no Sec-WebSocket-Accept in the answer");
    return false;
}

static bool is_offered(const struct websocket_offer *offer, struct span name)
{
    for (size_t i = 0; i < offer->nsubprotocols; i++)
        if (span_equal(name, span_str(offer->subprotocols[i])))
            return true;
    return false;
}

static bool confirm_subprotocol(const struct websocket_offer *offer,
                                const struct response_head *head,
                                struct span *chosen, struct fault *fault)
{
    *chosen = span_of(NULL, 0);
    if (fields_find(head->fields, SPAN_LIT(PROTOCOL)) == NULL)
        return true;
    *chosen = fields_only_value(head->fields, PROTOCOL);
    if (chosen->base && is_offered(offer, *chosen))
        return true;
    struct span said = fields_value(head->fields, PROTOCOL);
    (void)fault_set(fault, ERR_WEIRD_REPLY, 0,
                    "WebSocket subprotocol that was not offered: %.*s",
                    SPAN_ARG(said));
    return false;
}

bool websocket_handshake_confirm(const struct websocket_offer *offer,
                                 const struct response_head *head,
                                 struct websocket_handshake *agreed,
                                 struct fault *fault)
{
    return confirm_key(offer, head, fault) &&
           confirm_subprotocol(offer, head, &agreed->subprotocol, fault) &&
           websocket_deflate_confirm(head->fields, &offer->deflate,
                                     &agreed->deflate, fault);
}

/* ---- the server ---- */

static bool is_base64_digit(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* Base64 of 16 bytes: 22 digits (RFC 6455 4.1). */
static bool is_key(struct span key)
{
    if (key.len != WEBSOCKET_HANDSHAKE_KEY_LEN)
        return false;
    for (size_t i = 0; i < key.len - 2; i++)
        if (!is_base64_digit(key.base[i]))
            return false;
    return key.base[key.len - 2] == '=' && key.base[key.len - 1] == '=';
}

static void choose_subprotocol(const struct request *request,
                               const struct websocket_policy *policy,
                               struct fields *answer,
                               struct websocket_handshake *agreed)
{
    struct fields_list list = fields_list_of(&request->fields, PROTOCOL);
    struct span offered;
    while (policy->subprotocol.base && fields_list_next(&list, &offered)) {
        if (!span_equal(offered, policy->subprotocol))
            continue;
        agreed->subprotocol = offered;
        set(answer, PROTOCOL, offered);
        return;
    }
}

int websocket_handshake_answer(const struct request *request,
                               enum http_version version,
                               const struct websocket_policy *policy,
                               struct fields *answer,
                               struct websocket_handshake *agreed)
{
    *agreed = (struct websocket_handshake){.subprotocol = {NULL, 0}};
    struct span spoken = fields_only_value(&request->fields, VERSION);
    if (!span_equal(spoken, SPAN_LIT(VERSION_WE_SPEAK))) {
        websocket_handshake_add_version(answer);
        return 426;
    }
    if (version <= HTTP_VERSION_1_1) {
        struct span key = fields_only_value(&request->fields, KEY);
        if (!is_key(key))
            return 400;
        char accept[WEBSOCKET_HANDSHAKE_ACCEPT_LEN + 1];
        websocket_handshake_accept(key, accept);
        set(answer, ACCEPT, span_str(accept));
    }
    choose_subprotocol(request, policy, answer, agreed);
    if (!policy->no_deflate)
        agreed->deflate = websocket_deflate_choose(&request->fields);
    add_extensions(answer, &agreed->deflate);
    return 0;
}
