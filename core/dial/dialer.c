#include "dial/dialer.h"

#include <stdlib.h>

#include "base/xalloc.h"

struct shared_context {
    struct str key;
    struct arena arena; /* of the settings */
    struct settings settings;
    struct tls_context *context;
};

void dialer_init(struct dialer *d, struct loop *loop)
{
    *d = (struct dialer){.loop = loop};
    tickets_init(&d->tickets);
    map_init(&d->contexts, (uint64_t)(uintptr_t)d);
    name_servers_init(&d->names, loop);
}

void dialer_fini(struct dialer *d)
{
    size_t at = 0;
    struct shared_context *sc;
    while ((sc = map_next(&d->contexts, &at)) != NULL) {
        tls_context_free(sc->context);
        str_fini(&sc->key);
        arena_fini(&sc->arena);
        free(sc);
    }
    map_fini(&d->contexts);
    tickets_fini(&d->tickets);
    ech_keys_fini(&d->ech_keys);
    name_servers_fini(&d->names);
}

struct tls_context *dialer_tls(struct dialer *d, const struct settings *s,
                               enum tls_carrier carrier, struct fault *fault)
{
    struct str key;
    str_init(&key);
    str_printf(&key, "%d;", (int)carrier);
    settings_key(s, &key);
    struct shared_context *sc = map_find(&d->contexts, str_span(&key));
    if (sc) {
        str_fini(&key);
        return sc->context;
    }
    sc = XALLOC_NEW(struct shared_context);
    arena_init(&sc->arena);
    settings_copy(&sc->settings, s, &sc->arena);
    sc->context = tls_context_client(&sc->settings, carrier, fault);
    if (sc->context == NULL) {
        str_fini(&key);
        arena_fini(&sc->arena);
        free(sc);
        return NULL;
    }
    sc->key = key;
    map_put(&d->contexts, str_span(&sc->key), sc);
    return sc->context;
}

uint64_t dialer_conn_id(struct dialer *d)
{
    return ++d->last_conn_id;
}
