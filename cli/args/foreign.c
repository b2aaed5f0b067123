#include "args/foreign.h"

#include <string.h>

/* After curl 8.23's --help all. */
static const struct {
    const char *name;
    char letter;
    enum foreign why;
} rows[] = {
    {"abstract-unix-socket", 0, FOREIGN_NOT_YET},
    {"alt-svc", 0, FOREIGN_NOT_YET},
    {"anyauth", 0, FOREIGN_NOT_YET},
    {"append", 'a', FOREIGN_NOT_HTTP},
    {"aws-sigv4", 0, FOREIGN_NOT_YET},
    {"ca-native", 0, FOREIGN_NOT_YET},
    {"cert-status", 0, FOREIGN_NOT_YET},
    {"cert-type", 0, FOREIGN_NOT_YET},
    {"compressed-ssh", 0, FOREIGN_NOT_HTTP},
    {"continue-at", 'C', FOREIGN_NOT_YET},
    {"cookie-jar", 'c', FOREIGN_NOT_YET},
    {"create-file-mode", 0, FOREIGN_NOT_YET},
    {"crlf", 0, FOREIGN_NOT_HTTP},
    {"crlfile", 0, FOREIGN_NOT_YET},
    {"delegation", 0, FOREIGN_NOT_YET},
    {"digest", 0, FOREIGN_NOT_YET},
    {"disable-eprt", 0, FOREIGN_NOT_HTTP},
    {"disable-epsv", 0, FOREIGN_NOT_HTTP},
    {"disallow-username-in-url", 0, FOREIGN_NOT_YET},
    {"dns-interface", 0, FOREIGN_NOT_YET},
    {"dns-ipv4-addr", 0, FOREIGN_NOT_YET},
    {"dns-ipv6-addr", 0, FOREIGN_NOT_YET},
    {"dns-servers", 0, FOREIGN_NOT_YET},
    {"doh-cert-status", 0, FOREIGN_NOT_YET},
    {"doh-insecure", 0, FOREIGN_NOT_SAFE},
    {"doh-url", 0, FOREIGN_NOT_YET},
    {"dump-ca-embed", 0, FOREIGN_NOT_YET},
    {"ech", 0, FOREIGN_NOT_YET},
    {"egd-file", 0, FOREIGN_NOT_SAFE},
    {"engine", 0, FOREIGN_NOT_YET},
    {"etag-compare", 0, FOREIGN_NOT_YET},
    {"etag-save", 0, FOREIGN_NOT_YET},
    {"expect100-timeout", 0, FOREIGN_NOT_YET},
    {"false-start", 0, FOREIGN_NOT_SAFE},
    {"follow", 0, FOREIGN_NOT_YET},
    {"form", 'F', FOREIGN_NOT_YET},
    {"form-escape", 0, FOREIGN_NOT_YET},
    {"form-string", 0, FOREIGN_NOT_YET},
    {"ftp-account", 0, FOREIGN_NOT_HTTP},
    {"ftp-alternative-to-user", 0, FOREIGN_NOT_HTTP},
    {"ftp-create-dirs", 0, FOREIGN_NOT_HTTP},
    {"ftp-method", 0, FOREIGN_NOT_HTTP},
    {"ftp-pasv", 0, FOREIGN_NOT_HTTP},
    {"ftp-port", 0, FOREIGN_NOT_HTTP},
    {"ftp-pret", 0, FOREIGN_NOT_HTTP},
    {"ftp-skip-pasv-ip", 0, FOREIGN_NOT_HTTP},
    {"ftp-ssl-ccc", 0, FOREIGN_NOT_HTTP},
    {"ftp-ssl-ccc-mode", 0, FOREIGN_NOT_HTTP},
    {"ftp-ssl-control", 0, FOREIGN_NOT_HTTP},
    {"happy-eyeballs-timeout-ms", 0, FOREIGN_NOT_YET},
    {"haproxy-clientip", 0, FOREIGN_NOT_YET},
    {"haproxy-protocol", 0, FOREIGN_NOT_YET},
    {"hostpubmd5", 0, FOREIGN_NOT_HTTP},
    {"hostpubsha256", 0, FOREIGN_NOT_HTTP},
    {"hsts", 0, FOREIGN_NOT_YET},
    {"http0.9", 0, FOREIGN_NOT_SAFE},
    {"ignore-content-length", 0, FOREIGN_NOT_YET},
    {"ip-tos", 0, FOREIGN_NOT_YET},
    {"ipfs-gateway", 0, FOREIGN_NOT_HTTP},
    {"junk-session-cookies", 0, FOREIGN_NOT_YET},
    {"keepalive-cnt", 0, FOREIGN_NOT_YET},
    {"keepalive-time", 0, FOREIGN_NOT_YET},
    {"key-type", 0, FOREIGN_NOT_YET},
    {"knownhosts", 0, FOREIGN_NOT_HTTP},
    {"krb", 0, FOREIGN_NOT_HTTP},
    {"libcurl", 0, FOREIGN_NOT_YET},
    {"limit-rate", 0, FOREIGN_NOT_YET},
    {"list-only", 'l', FOREIGN_NOT_HTTP},
    {"local-port", 0, FOREIGN_NOT_YET},
    {"login-options", 0, FOREIGN_NOT_HTTP},
    {"mail-auth", 0, FOREIGN_NOT_HTTP},
    {"mail-from", 0, FOREIGN_NOT_HTTP},
    {"mail-rcpt", 0, FOREIGN_NOT_HTTP},
    {"mail-rcpt-allowfails", 0, FOREIGN_NOT_HTTP},
    {"manual", 'M', FOREIGN_NOT_YET},
    {"metalink", 0, FOREIGN_NOT_SAFE},
    {"mptcp", 0, FOREIGN_NOT_YET},
    {"negotiate", 0, FOREIGN_NOT_YET},
    {"netrc", 'n', FOREIGN_NOT_YET},
    {"netrc-file", 0, FOREIGN_NOT_YET},
    {"netrc-optional", 0, FOREIGN_NOT_YET},
    {"no-clobber", 0, FOREIGN_NOT_YET},
    {"noproxy", 0, FOREIGN_NOT_YET},
    {"npn", 0, FOREIGN_NOT_YET},
    {"ntlm", 0, FOREIGN_NOT_SAFE},
    {"ntlm-wb", 0, FOREIGN_NOT_SAFE},
    {"pinnedpubkey", 0, FOREIGN_NOT_YET},
    {"post301", 0, FOREIGN_NOT_YET},
    {"post302", 0, FOREIGN_NOT_YET},
    {"post303", 0, FOREIGN_NOT_YET},
    {"preproxy", 0, FOREIGN_NOT_YET},
    {"proto", 0, FOREIGN_NOT_YET},
    {"proto-redir", 0, FOREIGN_NOT_YET},
    {"proxy", 'x', FOREIGN_NOT_YET},
    {"proxy-anyauth", 0, FOREIGN_NOT_YET},
    {"proxy-basic", 0, FOREIGN_NOT_YET},
    {"proxy-ca-native", 0, FOREIGN_NOT_YET},
    {"proxy-cacert", 0, FOREIGN_NOT_YET},
    {"proxy-capath", 0, FOREIGN_NOT_YET},
    {"proxy-cert", 0, FOREIGN_NOT_YET},
    {"proxy-cert-type", 0, FOREIGN_NOT_YET},
    {"proxy-ciphers", 0, FOREIGN_NOT_YET},
    {"proxy-crlfile", 0, FOREIGN_NOT_YET},
    {"proxy-digest", 0, FOREIGN_NOT_YET},
    {"proxy-header", 0, FOREIGN_NOT_YET},
    {"proxy-http2", 0, FOREIGN_NOT_YET},
    {"proxy-http3", 0, FOREIGN_NOT_YET},
    {"proxy-insecure", 0, FOREIGN_NOT_YET},
    {"proxy-key", 0, FOREIGN_NOT_YET},
    {"proxy-key-type", 0, FOREIGN_NOT_YET},
    {"proxy-negotiate", 0, FOREIGN_NOT_YET},
    {"proxy-ntlm", 0, FOREIGN_NOT_SAFE},
    {"proxy-pass", 0, FOREIGN_NOT_YET},
    {"proxy-pinnedpubkey", 0, FOREIGN_NOT_YET},
    {"proxy-service-name", 0, FOREIGN_NOT_YET},
    {"proxy-ssl-allow-beast", 0, FOREIGN_NOT_SAFE},
    {"proxy-ssl-auto-client-cert", 0, FOREIGN_NOT_YET},
    {"proxy-tls13-ciphers", 0, FOREIGN_NOT_YET},
    {"proxy-tlsauthtype", 0, FOREIGN_NOT_YET},
    {"proxy-tlspassword", 0, FOREIGN_NOT_YET},
    {"proxy-tlsuser", 0, FOREIGN_NOT_YET},
    {"proxy-tlsv1", 0, FOREIGN_NOT_SAFE},
    {"proxy-user", 'U', FOREIGN_NOT_YET},
    {"proxy1.0", 0, FOREIGN_NOT_YET},
    {"proxytunnel", 'p', FOREIGN_NOT_YET},
    {"pubkey", 0, FOREIGN_NOT_HTTP},
    {"quote", 'Q', FOREIGN_NOT_HTTP},
    {"random-file", 0, FOREIGN_NOT_SAFE},
    {"raw", 0, FOREIGN_NOT_YET},
    {"remote-header-name", 'J', FOREIGN_NOT_YET},
    {"remote-time", 'R', FOREIGN_NOT_YET},
    {"request-target", 0, FOREIGN_NOT_YET},
    {"sasl-authzid", 0, FOREIGN_NOT_HTTP},
    {"sasl-ir", 0, FOREIGN_NOT_HTTP},
    {"service-name", 0, FOREIGN_NOT_YET},
    {"sessionid", 0, FOREIGN_NOT_YET},
    {"sigalgs", 0, FOREIGN_NOT_YET},
    {"skip-existing", 0, FOREIGN_NOT_YET},
    {"socks4", 0, FOREIGN_NOT_YET},
    {"socks4a", 0, FOREIGN_NOT_YET},
    {"socks5", 0, FOREIGN_NOT_YET},
    {"socks5-basic", 0, FOREIGN_NOT_YET},
    {"socks5-gssapi", 0, FOREIGN_NOT_YET},
    {"socks5-gssapi-nec", 0, FOREIGN_NOT_YET},
    {"socks5-gssapi-service", 0, FOREIGN_NOT_YET},
    {"socks5-hostname", 0, FOREIGN_NOT_YET},
    {"ssl", 0, FOREIGN_NOT_HTTP},
    {"ssl-allow-beast", 0, FOREIGN_NOT_SAFE},
    {"ssl-auto-client-cert", 0, FOREIGN_NOT_YET},
    {"ssl-no-revoke", 0, FOREIGN_NOT_YET},
    {"ssl-reqd", 0, FOREIGN_NOT_HTTP},
    {"ssl-revoke-best-effort", 0, FOREIGN_NOT_YET},
    {"ssl-sessions", 0, FOREIGN_NOT_YET},
    {"sslv2", 0, FOREIGN_NOT_SAFE},
    {"sslv3", 0, FOREIGN_NOT_SAFE},
    {"suppress-connect-headers", 0, FOREIGN_NOT_YET},
    {"tcp-fastopen", 0, FOREIGN_NOT_YET},
    {"telnet-option", 't', FOREIGN_NOT_HTTP},
    {"tftp-blksize", 0, FOREIGN_NOT_HTTP},
    {"tftp-no-options", 0, FOREIGN_NOT_HTTP},
    {"time-cond", 'z', FOREIGN_NOT_YET},
    {"tls-earlydata", 0, FOREIGN_NOT_YET},
    {"tlsauthtype", 0, FOREIGN_NOT_YET},
    {"tlspassword", 0, FOREIGN_NOT_YET},
    {"tlsuser", 0, FOREIGN_NOT_YET},
    {"tlsv1", '1', FOREIGN_NOT_SAFE},
    {"tlsv1.0", 0, FOREIGN_NOT_SAFE},
    {"tlsv1.1", 0, FOREIGN_NOT_SAFE},
    {"tr-encoding", 0, FOREIGN_NOT_YET},
    {"trace", 0, FOREIGN_NOT_YET},
    {"trace-ascii", 0, FOREIGN_NOT_YET},
    {"trace-config", 0, FOREIGN_NOT_YET},
    {"trace-ids", 0, FOREIGN_NOT_YET},
    {"trace-time", 0, FOREIGN_NOT_YET},
    {"upload-flags", 0, FOREIGN_NOT_HTTP},
    {"use-ascii", 'B', FOREIGN_NOT_HTTP},
    {"variable", 0, FOREIGN_NOT_YET},
    {"vlan-priority", 0, FOREIGN_NOT_YET},
    {"xattr", 0, FOREIGN_NOT_YET},
};

enum {
    NROWS = sizeof(rows) / sizeof(rows[0])
};

enum foreign foreign_find(const char *name, size_t len)
{
    for (size_t i = 0; i < NROWS; i++) {
        if (!strncmp(rows[i].name, name, len) && !rows[i].name[len])
            return rows[i].why;
    }
    return FOREIGN_UNKNOWN;
}

enum foreign foreign_find_letter(char letter, const char **name)
{
    for (size_t i = 0; i < NROWS; i++) {
        if (rows[i].letter && rows[i].letter == letter) {
            *name = rows[i].name;
            return rows[i].why;
        }
    }
    return FOREIGN_UNKNOWN;
}

const char *foreign_text(enum foreign f)
{
    static const char *const texts[] = {
        [FOREIGN_UNKNOWN] = "is unknown",
        [FOREIGN_NOT_HTTP] = "is not an HTTP option; quiver does not support "
                             "it",
        [FOREIGN_NOT_YET] = "is not supported by this version",
        [FOREIGN_NOT_SAFE] = "asks for what is not safe; quiver does not "
                             "support it",
    };

    return texts[f];
}
