#include "transport/ticket_key.h"

#include <stddef.h>
#include <sys/stat.h>

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/hash.h>

#include "base/str.h"

_Static_assert(TICKETS_KEY_LEN == WC_SHA256_DIGEST_SIZE, "a key is a SHA-256");

/* Of all settings that connections are told apart by, those that concern TLS
 * and the way; what is spoken over it stands in ALPN, and whether a ticket is
 * used for early data, or certificates are kept for somebody to see, changes
 * nothing about whom it stands for. */
static bool counts(const struct setting *row)
{
    struct span name = span_str(row->name);
    return row->is_apart &&
           row->at != offsetof(struct settings, tls.early_data) &&
           row->at != offsetof(struct settings, tls.keeps_chain) &&
           (span_starts_nocase(name, SPAN_LIT("tls.")) ||
            span_starts_nocase(name, SPAN_LIT("proxy.")) ||
            span_equal(name, SPAN_LIT("quic.version")) ||
            span_equal(name, SPAN_LIT("addresses.unix_socket")) ||
            span_equal(name, SPAN_LIT("addresses.is_abstract")) ||
            span_equal(name, SPAN_LIT("addresses.interface")));
}

static void add_number(struct str *text, uint64_t n)
{
    str_add(text, span_of(&n, sizeof n));
}

/* Its length before it: no two lists of them look alike. */
static void add_bytes(struct str *text, struct span s)
{
    add_number(text, s.len);
    str_add(text, s);
}

static void add_text(struct str *text, const char *s)
{
    add_number(text, s != NULL);
    add_bytes(text, span_str(s));
}

static bool is_zero(const char *at, size_t len)
{
    while (len > 0 && *at == 0)
        at++, len--;
    return len == 0;
}

/* What nobody has set, a number of 0 or no text, is left out: a setting that is there
 * has its name before it. */
static void add_setting(struct str *text, const struct settings *s,
                        const struct setting *row)
{
    const char *at = (const char *)s + row->at;
    if (is_zero(at, row->kind == SETTING_PLAIN ? row->size : sizeof(void *)))
        return;
    const char *const *one = (const void *)at;
    const char *const *const *list = (const void *)at;
    add_text(text, row->name);
    switch (row->kind) {
    case SETTING_PLAIN:
        add_bytes(text, span_of(at, row->size));
        return;
    case SETTING_TEXT:
        add_text(text, *one);
        return;
    case SETTING_LIST:
        for (const char *const *p = *list; p && *p; p++)
            add_text(text, *p);
        add_text(text, NULL);
        return;
    }
}

static void add_file(struct str *text, const char *path)
{
    struct stat st;
    bool is_there = path && stat(path, &st) == 0;
    add_number(text, is_there);
    if (!is_there)
        return;
    add_number(text, st.st_dev);
    add_number(text, st.st_ino);
    add_number(text, (uint64_t)st.st_size);
    add_number(text, (uint64_t)st.st_mtim.tv_sec);
    add_number(text, (uint64_t)st.st_mtim.tv_nsec);
}

static void add_folders(struct str *text, const char *folders)
{
    struct span rest = span_str(folders);
    struct span one;
    struct str path;
    str_init(&path);
    while (span_next(&rest, ':', &one)) {
        str_clear(&path);
        str_add(&path, one);
        add_file(text, str_text(&path));
    }
    str_fini(&path);
}

bool ticket_key_is_wanted(const struct settings_tls_options *tls)
{
    return tls->resume && !tls->staple && !tls->crl_file;
}

void ticket_key(const struct ticket_place *p, uint8_t key[TICKETS_KEY_LEN])
{
    const struct settings_tls_options *tls = &p->settings->tls;
    struct str text;
    str_init(&text);
    add_bytes(&text, p->host);
    add_bytes(&text, p->at);
    add_number(&text, p->port);
    add_number(&text, p->is_proxy);
    add_number(&text, p->carrier);
    add_number(&text, (uint64_t)p->nalpn);
    for (int i = 0; i < p->nalpn; i++)
        add_bytes(&text, p->alpn[i]);
    for (size_t i = 0; i < settings_count; i++)
        if (counts(&settings_table[i]))
            add_setting(&text, p->settings, &settings_table[i]);
    add_file(&text, tls->ca_file);
    add_folders(&text, tls->ca_path);
    add_file(&text, tls->cert_file);
    add_file(&text, tls->key_file);
    add_file(&text, tls->pinned);
    /* It fails for arguments that are NULL alone. */
    (void)wc_Sha256Hash((const byte *)text.base, (word32)text.len, key);
    str_fini(&text);
}
