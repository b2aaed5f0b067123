/*
 * Files small enough to be somebody's own are loaded at once, so that a bad one
 * is told at once; bundles and the system's store are left to transport/trust
 * until a chain is seen.
 */
#include "transport/tls_trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "transport/tls_crls.h"
#include "transport/tls_verify.h"
#include "transport/trust.h"

/* A CA file up to this size is parsed at once: that costs less than a tenth of
 * a millisecond. */
#define SMALL_FILE 8192

static bool is_small(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && st.st_size <= SMALL_FILE;
}

static void add_place(struct str *text, const char *path, const char *source)
{
    if (path == NULL)
        return;
    str_printf(text, "%s%.100s", text->len > 0 ? ", " : "", path);
    if (source)
        str_printf(text, " (%s)", source);
}

/* What CA certificates are taken from, for messages. */
static char *name_place(const struct tls_verify *v,
                        const struct settings_tls_options *o)
{
    struct str text;
    str_init(&text);
    if (o->ca_file)
        add_place(&text, o->ca_file, o->ca_file_source);
    else if (v->trust)
        add_place(&text, trust_place(v->trust), NULL);
    add_place(&text, o->ca_path, o->ca_path_source);
    if (o->ca_native && (o->ca_file || o->ca_path))
        add_place(&text, "the system's store", NULL);
    if (text.len == 0)
        str_printf(&text, "nobody, this system has no store (see --cacert)");
    char *place = xalloc_string(str_text(&text));
    str_fini(&text);
    return place;
}

/* A file or folder that is not there, or holds no certificate: wolfSSL does not
 * tell which. */
static bool fail_trust(const char *path, const char *source, bool is_folder,
                       struct fault *fault)
{
    struct stat st;
    int error = 0;
    if (stat(path, &st) != 0 || access(path, R_OK) != 0)
        error = errno;
    else if (S_ISDIR(st.st_mode) != is_folder)
        error = is_folder ? ENOTDIR : EISDIR;
    (void)fault_set(fault, ERR_CA_FILE, (uint64_t)error,
                    "no certificates to trust from %.100s%s%s%s: %s", path,
                    source ? " (" : "", source ? source : "", source ? ")" : "",
                    error ? strerror(error) : "there are none in it");
    return false;
}

bool tls_trust_load(struct WOLFSSL_CTX *ctx,
                    const struct settings_tls_options *o, struct fault *fault)
{
    return wolfSSL_CTX_load_verify_locations(ctx, o->ca_file, NULL) ==
               WOLFSSL_SUCCESS ||
           fail_trust(o->ca_file, o->ca_file_source, false, fault);
}

static bool load_folder(WOLFSSL_CTX *ctx, const char *folder,
                        const char *source, struct fault *fault)
{
    int result = wolfSSL_CTX_load_verify_locations_ex(
        ctx, NULL, folder, WOLFSSL_LOAD_FLAG_IGNORE_ERR);
    /* A variable of the environment may name folders that are empty or not
     * there: OpenSSL takes no notice of them. */
    return result == WOLFSSL_SUCCESS || source ||
           fail_trust(folder, source, true, fault);
}

static bool load_folders(WOLFSSL_CTX *ctx, const struct settings_tls_options *o,
                         struct fault *fault)
{
    bool is_good = true;
    struct span rest = span_str(o->ca_path);
    struct span folder;
    while (is_good && span_next(&rest, ':', &folder)) {
        if (folder.len == 0)
            continue;
        char *path = xalloc_copy(folder.base, folder.len);
        is_good = load_folder(ctx, path, o->ca_path_source, fault);
        free(path);
    }
    return is_good;
}

/* A file stands for the system's store, folders stand beside its bundle: that
 * is what curl's built-in defaults come to.  --ca-native puts the whole store
 * beside both. */
static bool load(struct tls_verify *v, WOLFSSL_CTX *ctx,
                 const struct settings_tls_options *o, struct fault *fault)
{
    if (o->ca_path && !load_folders(ctx, o, fault))
        return false;
    if (o->ca_file && is_small(o->ca_file)) {
        v->trust = o->ca_native ? trust_native() : NULL;
        return tls_trust_load(ctx, o, fault);
    }
    if (o->ca_file) {
        v->trust = trust_file(o->ca_file, fault);
        if (v->trust == NULL)
            return fail_trust(o->ca_file, o->ca_file_source, false, fault);
        if (o->ca_native)
            trust_add(v->trust, trust_native());
        return true;
    }
    if (o->ca_native)
        v->trust = trust_native();
    else
        v->trust = o->ca_path ? trust_bundle() : trust_system();
    return true;
}

bool tls_trust_set(struct tls_verify *v, struct WOLFSSL_CTX *ctx,
                   const struct settings_tls_options *o, struct fault *fault)
{
    if (!load(v, ctx, o, fault))
        return false;
    v->place = name_place(v, o);
    if (o->crl_file == NULL)
        return true;
    v->crls = tls_crls_read(o->crl_file, fault);
    return v->crls != NULL;
}
