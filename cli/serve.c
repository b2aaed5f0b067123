#include "serve.h"

#include <string.h>
#include <unistd.h>

#include "core/quiver.h"
#include "report.h"
#include "serve_config.h"
#include "text.h"

/* A log that cannot be written does not stop the server. */
static void on_request(void *user, const char *line)
{
    struct text out = {0};

    (void)user;
    text_addf(&out, "%s\n", line);
    text_write(&out, STDOUT_FILENO);
    text_fini(&out);
}

/* Scripts read these lines to learn the ports. */
static void print_places(const struct qv_server *s,
                         const struct qv_server_options *o)
{
    const char *host = o->bind ? o->bind : "localhost";
    const char *open = strchr(host, ':') ? "[" : "";
    const char *close = *open ? "]" : "";
    struct text out = {0};

    if (o->has_tls)
        text_addf(&out, "quiver: serving https://%s%s%s:%u/ (h1 h2 h3)\n", open,
                  host, close, qv_server_port(s));
    if (o->has_plain)
        text_addf(&out, "quiver: serving http://%s%s%s:%u/\n", open, host,
                  close, qv_server_plain_port(s));
    if (o->has_tls && qv_server_ca_file(s))
        text_addf(&out, "quiver: throw-away certificate: --cacert %s\n",
                  qv_server_ca_file(s));
    text_write(&out, STDERR_FILENO);
    text_fini(&out);
}

int serve_main(const struct serve_config *config)
{
    struct qv_server_options o = config->server;
    struct qv_error error = {0};
    struct qv_server *s;

    o.log_json = !strcmp(config->log, "json");
    if (strcmp(config->log, "none") != 0)
        o.on_request = on_request;
    s = qv_server_new(&o, &error);
    if (!s) {
        report_error(error.status, NULL, error.text);
        return error.status;
    }
    if (!config->silent)
        print_places(s, &o);
    qv_server_run(s);
    qv_server_free(s);
    return QV_EXIT_OK;
}
