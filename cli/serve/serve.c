#include "serve/serve.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/line_writer.h"
#include "core/base/str.h"
#include "core/quiver.h"
#include "files/descriptors.h"
#include "files/ending.h"
#include "serve/serve_config.h"
#include "serve/serve_metrics.h"
#include "telemetry/qlog_folder.h"
#include "terminal/complain.h"

/* A connection is a descriptor, a file that is being sent another one. */
#define DESCRIPTORS 16384

enum {
    /* Of the access log: some ten thousand lines. */
    BEHIND_MAX = 1024 * 1024
};

/* A log that cannot be written, or that nobody reads, does not stop the
 * server. */
static void on_request(void *user, const char *line)
{
    struct line_writer *out = user;
    struct str text = {0};
    str_printf(&text, "%s\n", line);
    line_writer_write(out, text.base, text.len);
    str_fini(&text);
}

/* When the reader has taken what waits for him. */
static void close_output(struct line_writer *out)
{
    uint64_t dropped = line_writer_close(out);
    if (dropped)
        complain_notice("%" PRIu64 " lines of the access log were dropped: "
                        "their reader was too slow",
                        dropped);
}

/* As it stands in a URL: the first address of --bind, in brackets when it is
 * an IPv6 one. */
static void add_origin(struct str *out, const char *scheme, const char *bind,
                       unsigned port, const char *versions)
{
    const char *host = bind ? bind : "localhost";
    int len = (int)strcspn(host, ",");
    bool is_ipv6 = memchr(host, ':', (size_t)len);
    str_printf(out, "%s://%s%.*s%s:%u (%s)\n", scheme, is_ipv6 ? "[" : "", len,
               host, is_ipv6 ? "]" : "", port, versions);
}

static void add_metrics(struct str *out, const char *target, unsigned port)
{
    const char *colon = strrchr(target, ':');
    const char *host = colon ? target : "localhost";
    int len = (int)(colon ? colon - target : (ptrdiff_t)strlen(host));
    str_printf(out, "metrics http://%.*s:%u/metrics\n", len, host, port);
}

/* Scripts read these lines to learn the ports. */
static void print_places(struct line_writer *to, const struct qv_server *s,
                         const struct serve_config *config,
                         const struct qv_page_port *metrics)
{
    const struct qv_server_options *o = &config->server;
    struct str out = {0};
    unsigned port;
    for (size_t i = 0; (port = qv_server_port_at(s, i)) != 0; i++)
        add_origin(&out, "https", o->bind, port, "h1, h2, h3");
    for (size_t i = 0; (port = qv_server_plain_port_at(s, i)) != 0; i++)
        add_origin(&out, "http", o->bind, port, "h1, h2");
    if (metrics)
        add_metrics(&out, config->metrics, qv_page_port_number(metrics));
    if (qv_server_ca_file(s))
        str_printf(&out, "--cacert %s\n", qv_server_ca_file(s));
    line_writer_urge(to, out.base, out.len);
    str_fini(&out);
}

static void on_qlog_warning(void *user, const char *text)
{
    (void)user;
    complain_notice("%s", text);
}

int serve_main(const struct serve_config *config)
{
    struct qv_server_options o = config->server;
    struct qv_error error = {0};
    struct qv_page_port *metrics = NULL;
    struct qv_qlog qlog = {.warn = on_qlog_warning};
    struct line_writer out;
    descriptors_raise(DESCRIPTORS);
    o.log_json = strcmp(config->log, "json") == 0;
    if (strcmp(config->log, "none") != 0)
        o.on_request = on_request;
    o.user = &out;
    if (!qlog_folder_make(config->qlog_folder))
        return complain_unwritten("cannot write traces to", config->qlog_folder,
                                  errno);
    o.qlog = qlog_folder_ask(&qlog, config->qlog_folder, false, false);
    struct qv_server *s = qv_server_new(&o, &error);
    if (s && config->metrics)
        metrics = serve_metrics_open(s, config->metrics, &error);
    if (!s || (config->metrics && !metrics)) {
        qv_server_free(s);
        complain_error(error.status, NULL, error.text);
        return error.status;
    }
    line_writer_open(&out, &(struct line_writer_options){.fd = STDOUT_FILENO,
                                                         .max = BEHIND_MAX});
    if (!config->silent)
        print_places(&out, s, config, metrics);
    int signum = qv_server_run(s);
    if (signum) /* it was to stop at once */
        line_writer_give_up();
    qv_page_port_close(metrics);
    qv_server_free(s);
    close_output(&out);
    return signum ? ENDING_STATUS(signum) : QV_EXIT_OK;
}
