/*
 * config_origin -- which origins a section of the configuration file is for.
 *
 * SCHEME://HOST or SCHEME://HOST:PORT.  HOST is a name or an address, "*" for
 * every host, or "*.example.com" for what ends so, with one label or more
 * before it.  PORT is a number or "*" for any; as in any URL, none means 443,
 * or 80 of http.
 */
#ifndef CLI_CONFIG_CONFIG_ORIGIN_H
#define CLI_CONFIG_CONFIG_ORIGIN_H

#include <stdbool.h>

struct config_origin {
    const char *scheme; /* "http" or "https" */
    char *host;         /* normalised, without "*."; "": any host */
    unsigned port;      /* 0: any */
    bool is_wildcard;
};

/* False with a reason in *why (static). */
bool config_origin_parse(struct config_origin *o, const char *text,
                         const char **why);
void config_origin_fini(struct config_origin *o);

bool config_origin_matches(const struct config_origin *o, const char *scheme,
                           const char *host, unsigned port);

/* Negative when `a` is more specific than `b`: an exact host before a
 * wildcard, more labels before fewer, a port before any port.  0: they are
 * the same or never match the same origin. */
int config_origin_compare(const struct config_origin *a,
                          const struct config_origin *b);

bool config_origin_is_same(const struct config_origin *a,
                           const struct config_origin *b);

#endif
