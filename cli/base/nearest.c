#include "base/nearest.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/*
 * Costs are in half edits: a letter of the other case, and - for _ or left out,
 * are half as wrong as others, so that "maxtime" and "max_time" are max-time
 * before anything else.
 */
enum {
    EDIT = 2,
    HALF_EDIT = 1,
    PREFIX_MIN = 3, /* letters: fewer begin too many words */
    PREFIX_COST = 2,
    UNRELATED = 100,
};

static bool is_joint(char c)
{
    return c == '-' || c == '_';
}

static unsigned cost_of_change(char a, char b)
{
    if (a == b)
        return 0;
    if ((is_joint(a) && is_joint(b)) ||
        tolower((unsigned char)a) == tolower((unsigned char)b))
        return HALF_EDIT;
    return EDIT;
}

static unsigned cost_of_one(char c)
{
    return is_joint(c) ? HALF_EDIT : EDIT;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Three rows of the usual table are enough: two letters may be exchanged, none of
 * them is looked at again. */
static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
    unsigned rows[3][NEAREST_LEN_MAX + 1];
    unsigned *before = rows[0];
    unsigned *last = rows[1];
    unsigned *now = rows[2];
    last[0] = 0;
    for (size_t k = 1; k <= nb; k++)
        last[k] = last[k - 1] + cost_of_one(b[k - 1]);
    for (size_t i = 1; i <= na; i++) {
        now[0] = last[0] + cost_of_one(a[i - 1]);
        for (size_t k = 1; k <= nb; k++) {
            now[k] = least(last[k] + cost_of_one(a[i - 1]),
                           now[k - 1] + cost_of_one(b[k - 1]));
            now[k] =
                least(now[k], last[k - 1] + cost_of_change(a[i - 1], b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                now[k] = least(now[k], before[k - 2] + EDIT);
        }
        unsigned *free = before;
        before = last;
        last = now;
        now = free;
    }
    return last[nb];
}

/* Of a short word too little would be left. */
static unsigned cost_max(size_t len)
{
    if (len < 3)
        return HALF_EDIT;
    if (len < 6)
        return EDIT;
    return len < 10 ? 2 * EDIT : 3 * EDIT;
}

void nearest_begin(struct nearest *n, const char *typed, size_t len)
{
    *n = (struct nearest){.typed = typed, .len = len, .cost = UNRELATED};
}

static unsigned cost_of(const struct nearest *n, const char *word)
{
    size_t len = strlen(word);
    if (n->len > NEAREST_LEN_MAX || len > NEAREST_LEN_MAX)
        return UNRELATED;
    if (n->len == len && strncasecmp(n->typed, word, len) == 0)
        return strncmp(n->typed, word, len) == 0 ? 0 : HALF_EDIT;
    unsigned cost = distance(n->typed, n->len, word, len);
    if (cost > PREFIX_COST && n->len >= PREFIX_MIN &&
        strncmp(n->typed, word, n->len) == 0)
        return PREFIX_COST;
    return cost <= cost_max(least((unsigned)n->len, (unsigned)len)) ? cost
                                                                    : UNRELATED;
}

static bool has(const struct nearest *n, const char *word)
{
    for (size_t i = 0; i < n->nwords; i++) {
        if (strcmp(n->words[i], word) == 0)
            return true;
    }
    return false;
}

void nearest_try(struct nearest *n, const char *word)
{
    unsigned cost = cost_of(n, word);
    if (cost >= UNRELATED || cost > n->cost || has(n, word))
        return;
    if (cost < n->cost)
        n->nwords = 0;
    n->cost = cost;
    if (n->nwords < NEAREST_MAX)
        n->words[n->nwords++] = word;
}

void nearest_try_all(struct nearest *n, const char *const *words)
{
    for (; *words; words++)
        nearest_try(n, *words);
}

const char *nearest_word(const struct nearest *n)
{
    return n->nwords ? n->words[0] : NULL;
}

bool nearest_is_nearer(const struct nearest *a, const struct nearest *b)
{
    return a->cost < b->cost;
}

void nearest_add(const struct nearest *n, const char *before, struct str *out)
{
    for (size_t i = 0; i < n->nwords; i++) {
        const char *joint = i + 1 == n->nwords ? " or " : ", ";
        str_printf(out, "%s%s%s", i ? joint : "; did you mean ", before,
                   n->words[i]);
    }
    if (n->nwords)
        str_add_char(out, '?');
}
