#include "request/request_options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/xalloc.h"

void request_options_init(struct request_options *o)
{
    *o = (struct request_options){.engine.max_redirs = MAX_REDIRS_DEFAULT};
}

void request_options_fini(struct request_options *o)
{
    strings_fini(&o->headers);
    strings_fini(&o->resolve);
    strings_fini(&o->connect_to);
    strings_fini(&o->proxy_headers);
    strings_fini(&o->trailers);
    strings_fini(&o->cookie_files);
    str_fini(&o->query);
    str_fini(&o->cookies);
}

static void copy_strings(struct strings *to, const struct strings *from)
{
    *to = (struct strings){0};
    for (size_t i = 0; i < from->len; i++)
        strings_add(to, from->at[i]);
}

static void copy_text(struct str *to, const struct str *from)
{
    *to = (struct str){0};
    if (from->len > 0)
        str_add(to, span_of(from->base, from->len));
}

void request_options_copy(struct request_options *to,
                          const struct request_options *from)
{
    *to = *from;
    copy_strings(&to->headers, &from->headers);
    copy_strings(&to->resolve, &from->resolve);
    copy_strings(&to->connect_to, &from->connect_to);
    copy_strings(&to->proxy_headers, &from->proxy_headers);
    copy_strings(&to->trailers, &from->trailers);
    copy_strings(&to->cookie_files, &from->cookie_files);
    copy_text(&to->query, &from->query);
    copy_text(&to->cookies, &from->cookies);
    to->engine.resolve = to->resolve.at;
    to->engine.connect_to = to->connect_to.at;
    to->engine.proxy_headers = to->proxy_headers.at;
}

/* ---- what follows ---- */

/* "file:password", where "\:" is a colon of the file's name. */
static void split_cert(const char *cert, const char **cert_file,
                       const char **key_pass, struct strings_owned *owned)
{
    char *file = strings_own(owned, xalloc_string(cert));
    char *to = file;
    const char *from = cert;
    for (; *from && *from != ':'; from++) {
        if (*from == '\\' && (from[1] == ':' || from[1] == '\\'))
            from++;
        *to++ = *from;
    }
    *to = '\0';
    *cert_file = file;
    if (*from == ':' && !*key_pass)
        *key_pass = from + 1;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* Is one of these folders, between colons, there? */
static bool has_folder(const char *list)
{
    char *copy = xalloc_string(list);
    char *rest = copy;
    char *folder;
    bool is_there = false;
    while (!is_there && (folder = strsep(&rest, ":")))
        is_there = *folder && access(folder, R_OK | X_OK) == 0;
    free(copy);
    return is_there;
}

/* curl's order: its own variable, then OpenSSL's two. */
static void default_trust(struct qv_options *o)
{
    if (o->ca_file || o->ca_path || o->insecure)
        return;
    o->ca_file = environment(o->ca_file_source = "CURL_CA_BUNDLE");
    if (o->ca_file)
        return;
    o->ca_file = environment(o->ca_file_source = "SSL_CERT_FILE");
    if (!o->ca_file)
        o->ca_file_source = NULL;
    /* OpenSSL takes no notice of a folder that is not there. */
    o->ca_path = environment("SSL_CERT_DIR");
    if (o->ca_path && !has_folder(o->ca_path))
        o->ca_path = NULL;
    o->ca_path_source = o->ca_path ? "SSL_CERT_DIR" : NULL;
}

void request_options_finish(struct request_options *o,
                            struct strings_owned *owned)
{
    struct qv_options *e = &o->engine;
    if (o->cert)
        split_cert(o->cert, &e->cert_file, &e->key_pass, owned);
    if (o->proxy_cert)
        split_cert(o->proxy_cert, &e->proxy_cert_file, &e->proxy_key_pass,
                   owned);
    o->engine.resolve = o->resolve.at;
    o->engine.connect_to = o->connect_to.at;
    o->engine.proxy_headers = o->proxy_headers.at;
    default_trust(&o->engine);
}
