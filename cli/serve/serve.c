#include "serve/serve.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "core/quiver.h"
#include "files/descriptors.h"
#include "files/ending.h"
#include "serve/serve_config.h"
#include "serve/serve_metrics.h"
#include "terminal/complain.h"

/* A connection is a descriptor, a file that is being sent another one. */
#define DESCRIPTORS 16384

/* A log that cannot be written does not stop the server. */
static void on_request(void *user, const char *line)
{
    struct text out = {0};

    (void)user;
    text_addf(&out, "%s\n", line);
    text_write(&out, STDOUT_FILENO);
    text_fini(&out);
}

/* As it stands in a URL: the first address of --bind, in brackets when it is
 * an IPv6 one. */
static void add_origin(struct text *out, const char *scheme, const char *bind,
                       unsigned port, const char *versions)
{
    const char *host = bind ? bind : "localhost";
    int len = (int)strcspn(host, ",");
    bool is_ipv6 = memchr(host, ':', (size_t)len);

    text_addf(out, "%s://%s%.*s%s:%u (%s)\n", scheme, is_ipv6 ? "[" : "", len,
              host, is_ipv6 ? "]" : "", port, versions);
}

static void add_metrics(struct text *out, const char *target, unsigned port)
{
    const char *colon = strrchr(target, ':');
    const char *host = colon ? target : "localhost";
    int len = (int)(colon ? colon - target : (ptrdiff_t)strlen(host));

    text_addf(out, "metrics http://%.*s:%u/metrics\n", len, host, port);
}

/* Scripts read these lines to learn the ports. */
static void print_places(const struct qv_server *s,
                         const struct serve_config *config,
                         const struct qv_page_port *metrics)
{
    const struct qv_server_options *o = &config->server;
    struct text out = {0};

    if (o->has_tls)
        add_origin(&out, "https", o->bind, qv_server_port(s), "h1, h2, h3");
    if (o->has_plain)
        add_origin(&out, "http", o->bind, qv_server_plain_port(s), "h1, h2");
    if (metrics)
        add_metrics(&out, config->metrics, qv_page_port_number(metrics));
    if (qv_server_ca_file(s))
        text_addf(&out, "--cacert %s\n", qv_server_ca_file(s));
    text_write(&out, STDOUT_FILENO);
    text_fini(&out);
}

int serve_main(const struct serve_config *config)
{
    struct qv_server_options o = config->server;
    struct qv_error error = {0};
    struct qv_page_port *metrics = NULL;
    struct qv_server *s;
    int signum;

    descriptors_raise(DESCRIPTORS);
    o.log_json = !strcmp(config->log, "json");
    if (strcmp(config->log, "none") != 0)
        o.on_request = on_request;
    s = qv_server_new(&o, &error);
    if (s && config->metrics)
        metrics = serve_metrics_open(s, config->metrics, &error);
    if (!s || (config->metrics && !metrics)) {
        qv_server_free(s);
        complain_error(error.status, NULL, error.text);
        return error.status;
    }
    if (!config->silent)
        print_places(s, config, metrics);
    signum = qv_server_run(s);
    qv_page_port_close(metrics);
    qv_server_free(s);
    return signum ? ENDING_STATUS(signum) : QV_EXIT_OK;
}
