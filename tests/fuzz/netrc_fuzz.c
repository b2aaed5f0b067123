/*
 * .netrc files: what a host gets comes from an entry of its own or from
 * `default`, in the order of the file, and what is added behind changes nothing
 * of what stood before.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "request/netrc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char stranger[] = "nobody.invalid";
static const char more[] =
    "\n\n\"\"\nmachine last.invalid login l password p\n";

static int is_same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static int is_same(const struct netrc_entry *a, const struct netrc_entry *b)
{
    return is_same_text(a->host, b->host) && is_same_text(a->login, b->login) &&
           is_same_text(a->password, b->password);
}

/* Whose entry is it? */
static void check_found(const struct netrc *n, const char *host,
                        const char *user)
{
    const struct netrc_entry *e = netrc_find(n, host, user);
    if (e == NULL)
        return;
    assert(e->host == NULL || strcasecmp(e->host, host) == 0);
    assert(e->login || e->password);
    if (user && e->login)
        assert(strcmp(e->login, user) == 0 && e->password);
    for (const struct netrc_entry *k = n->entries; k < e && !user; k++)
        assert(!(k->host == NULL || strcasecmp(k->host, host) == 0) ||
               !(k->login || k->password));
}

static void check_all(const struct netrc *n, size_t len)
{
    assert(n->broken_at <= len + 1);
    check_found(n, stranger, NULL);
    for (size_t i = 0; i < n->n; i++) {
        const struct netrc_entry *e = &n->entries[i];
        const char *host = e->host ? e->host : stranger;
        check_found(n, host, NULL);
        check_found(n, host, "me");
        if (e->login)
            check_found(n, host, e->login);
        if (e->login || e->password)
            assert(netrc_find(n, host, NULL));
    }
}

/* The entry that was read last may take what follows; the others are closed. */
static void check_longer(const struct netrc *n, const struct netrc *longer)
{
    if (longer->broken_at && longer->n == 0)
        return; /* too long now */
    assert(n->broken_at || longer->n >= n->n);
    for (size_t i = 0; i + 1 < n->n; i++)
        assert(is_same(&n->entries[i], &longer->entries[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct netrc n;
    struct netrc longer;
    char *text = malloc(len + sizeof more);
    assert(text);
    if (len > 0)
        memcpy(text, data, len);
    text[len] = '\0';
    netrc_read(&n, text, len);
    check_all(&n, len);
    memcpy(text + len, more, sizeof more);
    netrc_read(&longer, text, len + sizeof more - 1);
    check_all(&longer, len + sizeof more - 1);
    check_longer(&n, &longer);
    netrc_fini(&n);
    netrc_fini(&longer);
    free(text);
    return 0;
}
