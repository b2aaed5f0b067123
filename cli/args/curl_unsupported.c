#include "args/curl_unsupported.h"

#include <string.h>

/* After curl 8.23's --help all. */
static const struct {
    const char *name;
    char letter;
    enum curl_unsupported why;
} rows[] = {
    {"append", 'a', UNSUPPORTED_NOT_HTTP},
    {"compressed-ssh", 0, UNSUPPORTED_NOT_HTTP},
    {"crlf", 0, UNSUPPORTED_NOT_HTTP},
    {"delegation", 0, UNSUPPORTED_GSSAPI},
    {"disable-eprt", 0, UNSUPPORTED_NOT_HTTP},
    {"disable-epsv", 0, UNSUPPORTED_NOT_HTTP},
    {"dump-ca-embed", 0, UNSUPPORTED_NO_BUNDLE},
    {"engine", 0, UNSUPPORTED_ENGINE},
    {"false-start", 0, UNSUPPORTED_NOT_SAFE},
    {"ftp-account", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-alternative-to-user", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-create-dirs", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-method", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-pasv", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-port", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-pret", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-skip-pasv-ip", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-ssl-ccc", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-ssl-ccc-mode", 0, UNSUPPORTED_NOT_HTTP},
    {"ftp-ssl-control", 0, UNSUPPORTED_NOT_HTTP},
    {"hostpubmd5", 0, UNSUPPORTED_NOT_HTTP},
    {"hostpubsha256", 0, UNSUPPORTED_NOT_HTTP},
    {"http0.9", 0, UNSUPPORTED_NOT_SAFE},
    {"ipfs-gateway", 0, UNSUPPORTED_NOT_HTTP},
    {"knownhosts", 0, UNSUPPORTED_NOT_HTTP},
    {"krb", 0, UNSUPPORTED_NOT_HTTP},
    {"libcurl", 0, UNSUPPORTED_LIBCURL},
    {"list-only", 'l', UNSUPPORTED_NOT_HTTP},
    {"login-options", 0, UNSUPPORTED_NOT_HTTP},
    {"mail-auth", 0, UNSUPPORTED_NOT_HTTP},
    {"mail-from", 0, UNSUPPORTED_NOT_HTTP},
    {"mail-rcpt", 0, UNSUPPORTED_NOT_HTTP},
    {"mail-rcpt-allowfails", 0, UNSUPPORTED_NOT_HTTP},
    {"metalink", 0, UNSUPPORTED_NOT_SAFE},
    {"negotiate", 0, UNSUPPORTED_GSSAPI},
    {"ntlm", 0, UNSUPPORTED_NOT_SAFE},
    {"ntlm-wb", 0, UNSUPPORTED_NOT_SAFE},
    {"proxy-negotiate", 0, UNSUPPORTED_GSSAPI},
    {"proxy-ntlm", 0, UNSUPPORTED_NOT_SAFE},
    {"proxy-service-name", 0, UNSUPPORTED_GSSAPI},
    {"proxy-ssl-allow-beast", 0, UNSUPPORTED_NOT_SAFE},
    {"proxy-tlsauthtype", 0, UNSUPPORTED_SRP},
    {"proxy-tlspassword", 0, UNSUPPORTED_SRP},
    {"proxy-tlsuser", 0, UNSUPPORTED_SRP},
    {"pubkey", 0, UNSUPPORTED_NOT_HTTP},
    {"quote", 'Q', UNSUPPORTED_NOT_HTTP},
    {"sasl-authzid", 0, UNSUPPORTED_NOT_HTTP},
    {"sasl-ir", 0, UNSUPPORTED_NOT_HTTP},
    {"service-name", 0, UNSUPPORTED_GSSAPI},
    {"socks5-gssapi", 0, UNSUPPORTED_GSSAPI},
    {"socks5-gssapi-nec", 0, UNSUPPORTED_GSSAPI},
    {"socks5-gssapi-service", 0, UNSUPPORTED_GSSAPI},
    {"ssl", 0, UNSUPPORTED_NOT_HTTP},
    {"ssl-allow-beast", 0, UNSUPPORTED_NOT_SAFE},
    {"ssl-reqd", 0, UNSUPPORTED_NOT_HTTP},
    {"sslv2", 0, UNSUPPORTED_NOT_SAFE},
    {"sslv3", 0, UNSUPPORTED_NOT_SAFE},
    {"telnet-option", 't', UNSUPPORTED_NOT_HTTP},
    {"tftp-blksize", 0, UNSUPPORTED_NOT_HTTP},
    {"tftp-no-options", 0, UNSUPPORTED_NOT_HTTP},
    {"tlsauthtype", 0, UNSUPPORTED_SRP},
    {"tlspassword", 0, UNSUPPORTED_SRP},
    {"tlsuser", 0, UNSUPPORTED_SRP},
    {"upload-flags", 0, UNSUPPORTED_NOT_HTTP},
    {"use-ascii", 'B', UNSUPPORTED_NOT_HTTP},
};

enum {
    NROWS = sizeof rows / sizeof rows[0]
};

enum curl_unsupported curl_unsupported_find(const char *name, size_t len)
{
    for (size_t i = 0; i < NROWS; i++) {
        if (strncmp(rows[i].name, name, len) == 0 && !rows[i].name[len])
            return rows[i].why;
    }
    return UNSUPPORTED_UNKNOWN;
}

enum curl_unsupported curl_unsupported_find_letter(char letter,
                                                   const char **name)
{
    for (size_t i = 0; i < NROWS; i++) {
        if (rows[i].letter && rows[i].letter == letter) {
            *name = rows[i].name;
            return rows[i].why;
        }
    }
    return UNSUPPORTED_UNKNOWN;
}

const char *curl_unsupported_name(size_t i)
{
    return i < NROWS ? rows[i].name : NULL;
}

const char *curl_unsupported_text(enum curl_unsupported f)
{
    static const char *const texts[] = {
        [UNSUPPORTED_UNKNOWN] = "is unknown",
        [UNSUPPORTED_NOT_HTTP] =
            "is not an HTTP option; quiver does not support "
            "it",
        [UNSUPPORTED_GSSAPI] = "needs Kerberos (GSSAPI), which is not built in",
        [UNSUPPORTED_SRP] = "needs TLS-SRP, which is not built in",
        [UNSUPPORTED_ENGINE] = "needs engines of OpenSSL; quiver has wolfSSL",
        [UNSUPPORTED_LIBCURL] = "makes code for libcurl; --as-curl makes a "
                                "command",
        [UNSUPPORTED_NO_BUNDLE] = "is for a bundle that curl has in itself; "
                                  "quiver has none",
        [UNSUPPORTED_NOT_SAFE] = "asks for what is not safe; quiver does not "
                                 "support it",
    };
    return texts[f];
}
