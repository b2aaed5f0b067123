/*
 * Only what stands on the command line is asked about: in a configuration the
 * question would come at every start.  Of PEM alone it can be told by looking; a
 * PKCS #12 file without a pass phrase may be meant so.
 */
#include "request/key_pass.h"

#include <string.h>

#include "base/whole_file.h"
#include "terminal/secret.h"

static bool is_encrypted(const char *path)
{
    struct str text = {0};
    bool is_so = whole_file_read(&text, path) &&
                 strstr(str_text(&text), "ENCRYPTED") != NULL;
    str_fini(&text);
    return is_so;
}

static void ask(const char *path, const char **pass,
                struct strings_owned *owned)
{
    struct str prompt = {0};
    struct str answer = {0};
    if (path == NULL || *pass || !is_encrypted(path))
        return;
    str_printf(&prompt, "Enter pass phrase for %.200s:", path);
    if (secret_ask(str_text(&prompt), &answer))
        *pass = strings_own(owned, str_take(&answer));
    str_fini(&prompt);
    str_fini(&answer);
}

void key_pass_ask(struct qv_options *o, struct strings_owned *owned)
{
    if (o->cert_file && o->cert_type == QV_TLS_FILE_PEM)
        ask(o->key_file ? o->key_file : o->cert_file, &o->key_pass, owned);
    if (o->proxy_cert_file && o->proxy_cert_type == QV_TLS_FILE_PEM)
        ask(o->proxy_key_file ? o->proxy_key_file : o->proxy_cert_file,
            &o->proxy_key_pass, owned);
}
