#include "request/expect_words.h"

#include <string.h>

#include "base/nearest.h"
#include "base/number.h"

/* ---- the keys ---- */

static bool take_status(struct expect *e, struct span rest, const char *value)
{
    (void)rest;
    return value && expect_add_statuses(e, value);
}

static bool take_header(struct expect *e, struct span name, const char *value)
{
    if (name.len)
        expect_add_field(e, name, value ? EXPECT_EQUALS : EXPECT_PRESENT,
                         value);
    return name.len > 0;
}

static bool take_no_header(struct expect *e, struct span name,
                           const char *value)
{
    if (name.len && !value)
        expect_add_field(e, name, EXPECT_ABSENT, NULL);
    return name.len && !value;
}

static bool take_sha256(struct expect *e, struct span rest, const char *value)
{
    (void)rest;
    return value && expect_set_sha256(e, value);
}

static bool take_max_time(struct expect *e, struct span rest, const char *value)
{
    uint64_t ns;
    (void)rest;
    if (!value || !number_seconds(value, &ns))
        return false;
    expect_set_max_time(e, (double)ns / 1e9);
    return true;
}

static bool take_contains(struct expect *e, struct span rest, const char *value)
{
    (void)rest;
    if (!value || !*value)
        return false;
    expect_add_needle(e, value, strlen(value));
    return true;
}

static const struct key {
    const char *name; /* with a dot at its end: a name follows */
    bool (*take)(struct expect *e, struct span rest, const char *value);
    const char *form;
} keys[] = {
    {"status", take_status, "status=200-299,304"},
    {"header.", take_header, "header.NAME or header.NAME=VALUE"},
    {"no-header.", take_no_header, "no-header.NAME"},
    {"sha256", take_sha256, "sha256= and 64 hexadecimal digits"},
    {"max-time", take_max_time, "max-time=SECONDS"},
    {"body-contains", take_contains, "body-contains=TEXT"},
};

enum {
    NKEYS = sizeof keys / sizeof *keys
};

/* Is it the key, _ like -, or does it begin as one with a name behind? */
static bool is_key(const char *word, size_t len, const char *key)
{
    size_t n = strlen(key);
    if (len < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (word[i] != key[i] && !(word[i] == '_' && key[i] == '-'))
            return false;
    }
    return len == n || key[n - 1] == '.';
}

static bool fail_unknown(const char *word, size_t len, struct str *message)
{
    struct nearest n;
    nearest_begin(&n, word, len);
    for (size_t i = 0; i < NKEYS; i++)
        nearest_try(&n, keys[i].name);
    str_printf(message, "nothing is known as '%.*s'",
               (int)(len < 60 ? len : 60), word);
    nearest_add(&n, "", message);
    return false;
}

bool expect_words_add(struct expect *e, const char *word, struct str *message)
{
    size_t len = strcspn(word, "=");
    const char *value = word[len] ? word + len + 1 : NULL;
    for (size_t i = 0; i < NKEYS; i++) {
        const struct key *k = &keys[i];
        size_t n = strlen(k->name);
        if (!is_key(word, len, k->name))
            continue;
        if (k->take(e, span_of(word + n, len - n), value))
            return true;
        str_printf(message, "'%.80s' is not as %s", word, k->form);
        return false;
    }
    return fail_unknown(word, len, message);
}

struct expect *expect_words_make(const struct strings *words)
{
    struct str message = {0};
    if (!words->len)
        return NULL;
    struct expect *e = expect_new();
    for (size_t i = 0; i < words->len; i++)
        (void)expect_words_add(e, words->at[i], &message);
    str_fini(&message);
    return e;
}
