/*
 * netrc -- the names and passwords of a .netrc file, by host.
 *
 * The file as curl reads it: words between blanks and line ends; "..." with \n,
 * \r, \t and \" in it is a word; lines that begin with '#' are comments; a macdef
 * lasts until an empty line; other words mean nothing.  A password is given to
 * the host of its own entry and to no other one: an entry ends where the next
 * begins, whatever it lacks.
 */
#ifndef CLI_REQUEST_NETRC_H
#define CLI_REQUEST_NETRC_H

#include <stdbool.h>
#include <stddef.h>

/* NULL: the entry does not say. */
struct netrc_entry {
    char *host; /* NULL: `default`, for every host */
    char *login;
    char *password;
};

struct netrc {
    struct netrc_entry *entries; /* as far as the file could be read */
    size_t n;
    size_t cap;
    unsigned broken_at; /* the line that could not be; 0: all of it could */
};

/* Reads the text of a file, which may have a NUL or anything in it. */
void netrc_read(struct netrc *n, const char *text, size_t len);
void netrc_fini(struct netrc *n);

/* The first entry for the host that has something to say: for the user, if the
 * URL names one (NULL: it does not), else for anybody.  NULL: there is none. */
const struct netrc_entry *netrc_find(const struct netrc *n, const char *host,
                                     const char *user);

#endif
