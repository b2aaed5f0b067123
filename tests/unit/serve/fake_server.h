/*
 * fake_server -- the server that a codec stands on, for tests that are programs apart:
 * options, settings and counters, and no listener.
 *
 * It takes server.c's place at link time.
 */
#ifndef TESTS_UNIT_SERVE_FAKE_SERVER_H
#define TESTS_UNIT_SERVE_FAKE_SERVER_H

#include "serve/server.h"
#include "serve/server_counters.h"

struct server {
    struct loop *loop;
    struct server_options options;
    struct settings settings;
    struct server_counters counters;
};

const struct server_options *server_get_options(const struct server *srv)
{
    return &srv->options;
}

const struct settings *server_settings(const struct server *srv)
{
    return &srv->settings;
}

struct loop *server_loop(struct server *srv)
{
    return srv->loop;
}

struct server_counters *server_counters(struct server *srv)
{
    return &srv->counters;
}

const char *server_date(struct server *srv)
{
    (void)srv;
    return "today";
}

#endif
