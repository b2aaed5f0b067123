#include "args/other_tools.h"

#include <string.h>

const struct other_tools_option other_tools_options[] = {
    {"all", "HTTPie's", "show-headers", NULL},
    {"auth", "HTTPie's", "user", NULL},
    {"bearer", "xh's", "oauth2-bearer", NULL},
    {"bind-address", "wget's", "interface", NULL},
    {"body-data", "wget's", "data", NULL},
    {"body-file", "wget's", "data-binary", NULL},
    {"ca-certificate", "wget's", "cacert", NULL},
    {"ca-directory", "wget's", "capath", NULL},
    {"cert-key", "HTTPie's", "key", NULL},
    {"certificate", "wget's", "cert", NULL},
    {"check-status", "HTTPie's", "fail", NULL},
    {"content-disposition", "wget's", "remote-header-name", NULL},
    {"continue", "wget's", "continue-at", "-"},
    {"curl", "xh's", "as-curl", NULL},
    {"debug", "HTTPie's", "verbose", NULL},
    {"directory-prefix", "wget's", "output-dir", NULL},
    {"dns-timeout", "wget's", "connect-timeout", NULL},
    {"download", "HTTPie's", "remote-name", NULL},
    {"headers", "HTTPie's", "show-headers", NULL},
    {"http-passwd", "wget's", "user", NULL},
    {"http-password", "wget's", "user", NULL},
    {"http-user", "wget's", "user", NULL},
    {"inet4-only", "wget's", "ipv4", NULL},
    {"inet6-only", "wget's", "ipv6", NULL},
    {"load-cookies", "wget's", "cookie", NULL},
    {"max-redirect", "wget's", "max-redirs", NULL},
    {"multipart", "HTTPie's", "form", NULL},
    {"no-check-certificate", "wget's", "insecure", NULL},
    {"no-proxy", "wget's", "noproxy", "*"},
    {"no-verify", "xh's", "insecure", NULL},
    {"offline", "HTTPie's", "dry-run", NULL},
    {"output-document", "wget's", "output", NULL},
    {"output-file", "wget's", "stderr", NULL},
    {"password", "wget's", "user", NULL},
    {"post-data", "wget's", "data", NULL},
    {"post-file", "wget's", "data-binary", NULL},
    {"prefer-family", "wget's", "ipv4", NULL},
    {"private-key", "wget's", "key", NULL},
    {"proxy-password", "wget's", "proxy-user", NULL},
    {"quiet", "wget's", "silent", NULL},
    {"read-timeout", "wget's", "speed-time", NULL},
    {"save-cookies", "wget's", "cookie-jar", NULL},
    {"save-headers", "wget's", "show-headers", NULL},
    {"secure-protocol", "wget's", "tls-max", NULL},
    {"server-response", "wget's", "show-headers", NULL},
    {"spider", "wget's", "head", NULL},
    {"ssl", "HTTPie's", "tls-max", NULL},
    {"stream", "HTTPie's", "no-buffer", NULL},
    {"timeout", "HTTPie's", "max-time", NULL},
    {"timestamping", "wget's", "time-cond", NULL},
    {"tries", "wget's", "retry", NULL},
    {"trust-server-names", "wget's", "remote-header-name", NULL},
    {"verify", "HTTPie's", "insecure", NULL},
    {"wait", "wget's", "rate", NULL},
    {NULL, NULL, NULL, NULL},
};

const struct other_tools_option *other_tools_find(const char *name, size_t len)
{
    const struct other_tools_option *o = other_tools_options;
    for (; o->name; o++) {
        if (strncmp(o->name, name, len) == 0 && !o->name[len])
            return o;
    }
    return NULL;
}
