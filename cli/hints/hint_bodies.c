/* Bodies, files, and servers that do not speak HTTP. */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "hints/hint.h"

/* ---- what is written ---- */

static bool is_coded(const struct hint_facts *f, struct str *value)
{
    const char *coding = hint_field(f, "content-encoding");
    if (!hint_says(f, "binary output") || !coding || !*coding ||
        strcasecmp(coding, "identity") == 0)
        return false;
    str_add_text(value, coding);
    return true;
}

static bool is_binary(const struct hint_facts *f, struct str *value)
{
    const char *type = hint_field(f, "content-type");
    if (!hint_says(f, "binary output"))
        return false;
    str_add_text(value, type && *type ? type : "no text");
    return true;
}

static bool is_disk_full(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_errno(f, ENOSPC) || hint_is_errno(f, EDQUOT);
}

static bool is_folder_missing(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_errno(f, ENOENT);
}

static bool is_folder(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_errno(f, EISDIR);
}

static bool is_forbidden(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_errno(f, EACCES) || hint_is_errno(f, EROFS) ||
           hint_is_errno(f, EPERM);
}

/* ---- what is read ---- */

static bool is_file_missing(const struct hint_facts *f, struct str *value)
{
    char folder[256];
    if (!hint_is_errno(f, ENOENT) || hint_says(f, "cannot read /") ||
        !getcwd(folder, sizeof folder))
        return false;
    str_add_text(value, folder);
    return true;
}

/* ---- what came ---- */

static bool is_h2_wanted(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_named(f, "http2_wanted");
}

static bool is_prior_knowledge(const struct hint_facts *f)
{
    return f->options && f->options->http == QV_HTTP_2_PRIOR;
}

static bool is_no_h2(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_prior_knowledge(f) && (f->status == QV_EXIT_H2_FRAMING ||
                                     f->status == QV_EXIT_WEIRD_REPLY ||
                                     f->status == QV_EXIT_EMPTY_REPLY);
}

static bool is_headless(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_named(f, "not_http") && hint_says(f, "\"<");
}

static bool is_no_http(const struct hint_facts *f, struct str *value)
{
    static const struct {
        const char *begins;
        const char *name;
    } known[] = {
        {"\"SSH-", "SSH"},          {"\"220 ", "SMTP or FTP"},
        {"\"+OK", "POP3 or Redis"}, {"\"-ERR", "Redis"},
        {"\"* OK", "IMAP"},         {"\"RFB ", "VNC"},
    };
    if (!hint_is_named(f, "not_http"))
        return false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (hint_says(f, known[i].begins)) {
            str_printf(value, ", it may be %s", known[i].name);
            return true;
        }
    }
    return true;
}

static bool is_partial_file(const struct hint_facts *f, struct str *value)
{
    (void)f;
    (void)value;
    return true;
}

const struct hint hint_bodies[] = {
    {"binary-coded", "a coded body for the terminal", QV_EXIT_WRITE, is_coded,
     "the body is coded ({value}): --compressed asks for that and undoes it"},
    {"binary", "a binary body for the terminal", QV_EXIT_WRITE, is_binary,
     "it is {value}: -O saves it under the name in the URL, --binary shows "
     "it"},
    {"disk-full", "no room for a file", QV_EXIT_WRITE, is_disk_full,
     "there is no room: 'df .' shows it; --output-dir puts files elsewhere"},
    {"folder-missing", "a folder that is not there", QV_EXIT_WRITE,
     is_folder_missing, "--create-dirs makes the folders that are missing"},
    {"is-folder", "a folder in place of a file", QV_EXIT_WRITE, is_folder,
     "-o names a file; --output-dir FOLDER with -O keeps the URL's name"},
    {"not-writable", "a file that may not be written", QV_EXIT_WRITE,
     is_forbidden,
     "you may not write there; -o NAME or --output-dir says another place"},
    {"file-missing", "a file that is not there", QV_EXIT_READ, is_file_missing,
     "its name is relative to {value}"},
    {"http2-server", "a server that speaks HTTP/2 alone", QV_EXIT_WEIRD_REPLY,
     is_h2_wanted,
     "--http2-prior-knowledge speaks HTTP/2 without asking before"},
    {"no-http2", "--http2-prior-knowledge where there is no HTTP/2", HINT_ANY,
     is_no_h2,
     "the server may not have HTTP/2: try without --http2-prior-knowledge"},
    {"http09", "a page without a head (HTTP/0.9)", QV_EXIT_WEIRD_REPLY,
     is_headless,
     "a page without a head (HTTP/0.9) is not taken: nobody could tell whether "
     "it is whole"},
    {"not-http", "a server that does not speak HTTP", QV_EXIT_WEIRD_REPLY,
     is_no_http,
     "port {port} does not speak HTTP{value}; is it the right one?"},
    {"empty-reply", "a server that hangs up without an answer",
     QV_EXIT_EMPTY_REPLY, NULL,
     "the server hung up: it may have crashed, or want TLS (https://{place}/)"},
    {"partial", "a body that broke off", QV_EXIT_PARTIAL, is_partial_file,
     "-C - goes on with a file where it broke off; --retry 3 does so by "
     "itself"},
    {"coding", "a coded body that is damaged", QV_EXIT_CONTENT_CODING, NULL,
     "without --compressed the body is taken as it comes"},
    {"too-large", "a body over --max-filesize", QV_EXIT_TOO_LARGE, NULL,
     "--max-filesize SIZE allows more"},
    {"rewind", "a body that cannot be sent again", QV_EXIT_REWIND, NULL,
     "a pipe is read once: -T FILE or -d @FILE can be sent again"},
    {"channel", "a channel that the server does not have",
     QV_EXIT_NOT_NEGOTIATED, NULL,
     "is the path that of the channel?  --http1.1, --http2 or --http3-only "
     "asks another version, -v shows what the server offers"},
    {NULL, NULL, 0, NULL, NULL},
};
