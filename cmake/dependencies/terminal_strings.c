/*
 * terminal_strings -- termcap's functions for readline, with one terminal: that of
 * ECMA-48 and xterm, whose words every terminal of today knows.  A terminfo library
 * and its database would tell of others, which are in museums; quiver's own output
 * asks nobody either.  What says that it is not one (TERM=dumb, none at all, or one
 * of those that the table names) is a terminal without any words.
 */
#include <stdio.h>
#include <string.h>

char PC;
char *UP, *BC;
short ospeed;

static const char *const others[] = {"dumb",   "unknown", "vt52", "adm3a",
                                     "cons25", "wyse",    NULL};

static const struct {
    char name[3];
    const char *is;
} strings[] = {
    {"@7", "\033[F"},      /* the End key */
    {"BD", "\033[?2004l"}, /* bracketed paste off, on, and around what is pasted */
    {"BE", "\033[?2004h"},  {"DC", "\033[%dP"}, /* delete n characters */
    {"E3", "\033[3J"},  /* clear what has scrolled away */
    {"IC", "\033[%d@"}, /* insert n characters */
    {"PE", "\033[201~"},    {"PS", "\033[200~"}, {"ce", "\033[K"},
    {"cl", "\033[H\033[J"}, {"cr", "\r"},        {"dc", "\033[P"},
    {"ho", "\033[H"},       {"ic", "\033[@"},    {"kD", "\033[3~"},
    {"kI", "\033[2~"},      {"kN", "\033[6~"},   {"kP", "\033[5~"},
    {"kd", "\033[B"},       {"kh", "\033[H"},    {"kl", "\033[D"},
    {"kr", "\033[C"},       {"ku", "\033[A"},    {"le", "\b"},
    {"nd", "\033[C"},       {"se", "\033[27m"},  {"so", "\033[7m"},
    {"up", "\033[A"},
};

/* 1: known; 0: a terminal of which nothing is known. */
int tgetent(char *unused, const char *term)
{
    (void)unused;
    if (term == NULL || *term == '\0')
        return 0;
    for (size_t i = 0; others[i] != NULL; i++) {
        size_t len = strlen(others[i]);
        if (strncmp(term, others[i], len) == 0 &&
            (term[len] == '\0' || term[len] == '-'))
            return 0;
    }
    return 1;
}

/* The last column waits for one more character, and there is a meta key. */
int tgetflag(const char *name)
{
    return strcmp(name, "am") == 0 || strcmp(name, "xn") == 0 ||
           strcmp(name, "km") == 0;
}

/* The kernel knows how large a terminal is. */
int tgetnum(const char *name)
{
    (void)name;
    return -1;
}

char *tgetstr(const char *name, char **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        if (strcmp(strings[i].name, name) == 0)
            return (char *)strings[i].is;
    }
    return NULL;
}

char *tgoto(const char *string, int column, int n)
{
    static char text[32];
    (void)column;
    (void)snprintf(text, sizeof text, string, n);
    return text;
}

int tputs(const char *string, int nlines, int (*put)(int))
{
    (void)nlines;
    for (; string != NULL && *string != '\0'; string++)
        (void)put((unsigned char)*string);
    return 0;
}
