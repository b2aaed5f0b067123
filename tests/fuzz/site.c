#include "site.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "scratch.h"

const char *const site_targets[] = {
    "/a.txt",
    "/d",
    "/d/",
    "/",
    "/l",
    "/up/secret",
    "/../secret",
    "/%2e%2e/secret",
    "/d/..%2f..%2fsecret",
    "/echo",
    "/bytes/5",
    "/bytes/99999999999999999999",
    "/status/204",
    "/status/99999",
    "/delay/0",
    "/headers",
    "/redirect/3",
    "/gzip",
    "/stream/3",
    "/reset",
    "/trailers",
    "/up/",
    "/a.txt/",
    "/%00",
    "/%",
    "//a.txt",
    "/metrics",
    "/chunked/10?size=3",
    "/drip?numbytes=3&duration=0",
    "*",
    "http://x/a.txt",
    "/upload",
    "/bytes/70000",
    "/ws",
    "/datagram",
};
const size_t site_ntargets = sizeof site_targets / sizeof *site_targets;

static const char *top;

static const char *inside(const char *name)
{
    static char path[300];
    (void)snprintf(path, sizeof path, "%s/%s", top, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(inside(name), "w");
    assert(f);
    (void)fputs(text, f);
    (void)fclose(f);
}

static void remove_files(void)
{
    static const char *const files[] = {
        "root/up", "root/l", "root/d/index.html", "root/a.txt", "secret"};
    static const char *const folders[] = {"root/d", "root", ""};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        (void)unlink(inside(files[i]));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        (void)rmdir(inside(folders[i]));
}

static void make_folder(const char *name)
{
    int result = mkdir(inside(name), 0700);
    assert(result == 0);
}

static void make_link(const char *to, const char *name)
{
    int result = symlink(to, inside(name));
    assert(result == 0);
}

static void make_files(void)
{
    top = scratch_folder();
    (void)atexit(remove_files);
    put("secret", SITE_SECRET SITE_SECRET SITE_SECRET);
    make_folder("root");
    put("root/a.txt", "0123456789abcdefghijklmnopqrstuvwxyz");
    make_folder("root/d");
    put("root/d/index.html", "<p>index</p>");
    make_link("../secret", "root/l");
    make_link("..", "root/up");
}

static struct server *open_server(struct loop *loop)
{
    static char root[300];
    struct fault fault = {0};
    make_files();
    (void)snprintf(root, sizeof root, "%s/root", top);
    const struct server_options options = {
        .bind = "127.0.0.1", .has_plain = true, .root = root};
    struct server *server = server_new(loop, &options, &fault);
    if (server == NULL)
        (void)fprintf(stderr, "%s\n", fault.detail);
    assert(server);
    return server;
}

static struct site site;

static void end(void)
{
    server_free(site.server);
    loop_free(site.loop);
}

struct site *site_get(void)
{
    if (site.server == NULL) {
        site.loop = loop_new();
        site.server = open_server(site.loop);
        (void)atexit(end);
    }
    return &site;
}

static void on_gone(struct peer *p)
{
    assert(site.peer == p);
    site.peer = NULL;
}

void site_watch(struct site *s, struct peer *peer)
{
    s->peer = peer;
    peer->on_gone = on_gone;
}

void site_drop(struct site *s)
{
    struct peer *peer = s->peer;
    s->peer = NULL;
    if (peer)
        peer->ops->close(peer);
}

/* Neither memcmp() nor memmem(): libFuzzer learns what they compare with, sends
 * it, and /echo sends it back. */
static bool is_secret(const uint8_t *at)
{
    static const char secret[] = SITE_SECRET;
    size_t matched = 0;
    while (secret[matched] && at[matched] == (uint8_t)secret[matched])
        matched++;
    return secret[matched] == 0;
}

static bool holds_secret(struct span sent)
{
    size_t len = strlen(SITE_SECRET);
    while (sent.len >= len) {
        const uint8_t *at =
            memchr(sent.base, SITE_SECRET[0], sent.len - len + 1);
        if (at == NULL)
            return false;
        if (is_secret(at))
            return true;
        size_t passed = (size_t)(at + 1 - sent.base);
        sent = span_of(at + 1, sent.len - passed);
    }
    return false;
}

void site_check_output(struct span sent)
{
    assert(!holds_secret(sent));
}
