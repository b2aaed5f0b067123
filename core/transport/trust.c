/*
 * A folder with hash links answers "who is called NAME?" by opening one file;
 * a bundle must be read through, of which mapping it, finding the blocks and
 * decoding the first bytes of each up to its subject is a tenth of what
 * parsing all of it costs.  Folders are therefore asked first, and a bundle
 * only for a name that no folder has.  (wolfSSL's own lookup of that kind
 * needs OPENSSL_ALL, works with folders only, and goes through X509 objects.)
 *
 * Names are compared byte for byte, as wolfSSL does when it looks for a
 * signer; the hash of a link is folded, so a link may be another CA's.
 */
#include "transport/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "transport/cert.h"
#include "transport/pem.h"
#include "transport/trust_hash.h"

#define FOLDERS_MAX 8

/* Names that were looked up, of which a peer chooses some: no more than this
 * are remembered, which bounds memory and not the lookups. */
#define ASKED_MAX 64

/* The subject nearly always lies within the first; a certificate whose names
 * need more than the second is not looked at. */
#define START_SIZE ((size_t)512)
#define FULL_SIZE  ((size_t)16384)

/* Links with the same hash. */
#define LINKS_MAX 16

struct asked {
    char *name;
    size_t len;
    enum trust_effort effort;
    bool is_there;
    bool forbids_issuers;
};

struct trust {
    char *file;
    char *folders[FOLDERS_MAX];
    unsigned nfolders;
    struct asked asked[ASKED_MAX];
    unsigned nasked;
    struct trust *next; /* NULL: no other */
};

/* A file as it stands, mapped; empty when it cannot be read. */
static struct span map_file(const char *path)
{
    struct stat st;
    void *base = MAP_FAILED;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return (struct span){.len = 0};
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
        base = mmap(NULL, (size_t)st.st_size, PROT_READ,
                    MAP_PRIVATE | MAP_POPULATE, fd, 0);
    else
        errno = EINVAL;
    int error = errno;
    (void)close(fd);
    errno = error;
    if (base == MAP_FAILED)
        return (struct span){.len = 0};
    return span_of(base, (size_t)st.st_size);
}

static void unmap(struct span file)
{
    if (file.len > 0)
        (void)munmap((void *)(uintptr_t)file.base, file.len);
}

/* Is the certificate in this block called `name`? */
static bool has_subject(struct span base64, struct span name)
{
    uint8_t start[START_SIZE * 4];
    struct cert c;
    for (size_t cap = START_SIZE; cap <= sizeof start; cap *= 4) {
        size_t n = pem_decode(base64, start, cap);
        if (cert_parse_start(&c, span_of(start, n)))
            return span_equal(c.subject, name);
    }
    return false;
}

static void load_block(WOLFSSL_CERT_MANAGER *cm, struct span base64,
                       struct trust_found *found)
{
    uint8_t *der = xalloc_bytes(FULL_SIZE);
    size_t n = pem_decode(base64, der, FULL_SIZE);
    struct cert c;
    if (cert_parse(&c, span_of(der, n)) &&
        wolfSSL_CertManagerLoadCABuffer(
            cm, der, (long)n, WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS) {
        found->loaded++;
        found->forbids_issuers |= c.has_path_len && c.path_len == 0;
    }
    free(der);
}

/* Those of one file that are called `name`; false: there is no such file. */
static bool load_from(WOLFSSL_CERT_MANAGER *cm, const char *path,
                      struct span name, struct trust_found *found)
{
    struct span file = map_file(path);
    struct span rest = file;
    struct span base64;
    while (pem_next(&rest, &base64))
        if (has_subject(base64, name))
            load_block(cm, base64, found);
    unmap(file);
    return file.len > 0;
}

static void load_links(const struct trust *t, WOLFSSL_CERT_MANAGER *cm,
                       struct span name, struct trust_found *found)
{
    char path[4096];
    uint32_t hash = 0;
    if (t->nfolders == 0 || !trust_hash_name(name, &hash))
        return;
    for (unsigned i = 0; i < t->nfolders; i++) {
        for (unsigned link = 0; link < LINKS_MAX; link++) {
            int len = snprintf(path, sizeof path, "%s/%08x.%u", t->folders[i],
                               (unsigned)hash, link);
            if (len < 0 || (size_t)len >= sizeof path ||
                !load_from(cm, path, name, found))
                break;
        }
    }
}

static struct asked *find_asked(struct trust *t, struct span name)
{
    for (unsigned i = 0; i < t->nasked; i++)
        if (span_equal(span_of(t->asked[i].name, t->asked[i].len), name))
            return &t->asked[i];
    return NULL;
}

static void remember(struct trust *t, struct asked *before, struct span name,
                     enum trust_effort effort, const struct trust_found *found)
{
    if (before == NULL && t->nasked == ASKED_MAX)
        return;
    if (before == NULL) {
        before = &t->asked[t->nasked++];
        *before = (struct asked){.name = xalloc_copy(name.base, name.len),
                                 .len = name.len};
    }
    before->effort = effort;
    before->is_there = found->is_there;
    before->forbids_issuers = found->forbids_issuers;
}

static struct trust_found load_one(struct trust *t, WOLFSSL_CERT_MANAGER *cm,
                                   struct span name, enum trust_effort effort)
{
    struct trust_found found = {.loaded = 0};
    struct asked *before = find_asked(t, name);
    if (before && (before->is_there || before->effort >= effort)) {
        found.is_there = before->is_there;
        found.forbids_issuers = before->forbids_issuers;
        return found;
    }
    if (before == NULL)
        load_links(t, cm, name, &found);
    if (found.loaded == 0 && t->file && effort == TRUST_THOROUGH)
        (void)load_from(cm, t->file, name, &found);
    found.is_there = found.loaded > 0;
    remember(t, before, name, effort, &found);
    return found;
}

struct trust_found trust_load(struct trust *t, struct WOLFSSL_CERT_MANAGER *cm,
                              struct span name, enum trust_effort effort)
{
    struct trust_found found = load_one(t, cm, name, effort);
    if (t->next == NULL)
        return found;
    struct trust_found more = load_one(t->next, cm, name, effort);
    found.loaded += more.loaded;
    found.is_there |= more.is_there;
    found.forbids_issuers |= more.forbids_issuers;
    return found;
}

void trust_add(struct trust *t, struct trust *other)
{
    t->next = other;
}

static void add_folder(struct trust *t, struct span path)
{
    if (path.len > 0 && t->nfolders < FOLDERS_MAX)
        t->folders[t->nfolders++] = xalloc_copy(path.base, path.len);
}

/* Debian, Alpine and their children; Fedora; SUSE; BSDs and macOS. */
static const char *const system_files[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
};

static const char *const system_folders[] = {
    "/etc/ssl/certs",
    "/etc/pki/ca-trust/extracted/pem/directory-hash",
};

static void use_system_folders(struct trust *t)
{
    for (size_t i = 0; i < sizeof system_folders / sizeof *system_folders; i++)
        if (access(system_folders[i], R_OK) == 0)
            add_folder(t, span_str(system_folders[i]));
}

static void use_system_bundle(struct trust *t)
{
    for (size_t i = 0; i < sizeof system_files / sizeof *system_files; i++) {
        if (access(system_files[i], R_OK) == 0) {
            t->file = xalloc_string(system_files[i]);
            return;
        }
    }
}

/* OpenSSL takes no notice of a folder that is not there. */
static void drop_absent(struct trust *t)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < t->nfolders; i++) {
        if (access(t->folders[i], R_OK) == 0)
            t->folders[kept++] = t->folders[i];
        else
            free(t->folders[i]);
    }
    t->nfolders = kept;
}

struct trust *trust_system(void)
{
    struct trust *t = XALLOC_NEW(struct trust);
    const char *file = getenv("SSL_CERT_FILE");
    const char *folders = getenv("SSL_CERT_DIR");
    if (file && *file)
        t->file = xalloc_string(file);
    if (folders && *folders) {
        struct span rest = span_str(folders);
        struct span folder;
        while (span_next(&rest, ':', &folder))
            add_folder(t, folder);
        drop_absent(t);
    }
    if (t->file)
        return t;
    if (t->nfolders == 0)
        use_system_folders(t);
    use_system_bundle(t);
    return t;
}

struct trust *trust_native(void)
{
    struct trust *t = XALLOC_NEW(struct trust);
    use_system_folders(t);
    use_system_bundle(t);
    return t;
}

struct trust *trust_bundle(void)
{
    struct trust *t = XALLOC_NEW(struct trust);
    use_system_bundle(t);
    return t;
}

struct trust *trust_file(const char *path, struct fault *fault)
{
    struct cert c;
    struct span base64;
    uint8_t start[START_SIZE * 4];
    struct span file = map_file(path);
    struct span rest = file;
    if (file.len == 0) {
        (void)fault_set_errno(fault, ERR_CA_FILE, errno, "%.150s", path);
        return NULL;
    }
    bool is_good =
        pem_next(&rest, &base64) &&
        cert_parse_start(
            &c, span_of(start, pem_decode(base64, start, sizeof start)));
    unmap(file);
    if (!is_good) {
        (void)fault_set(fault, ERR_CA_FILE, 0, "%.100s: no certificate in it",
                        path);
        return NULL;
    }
    struct trust *t = XALLOC_NEW(struct trust);
    t->file = xalloc_string(path);
    return t;
}

void trust_free(struct trust *t)
{
    if (t == NULL)
        return;
    trust_free(t->next);
    for (unsigned i = 0; i < t->nasked; i++)
        free(t->asked[i].name);
    for (unsigned i = 0; i < t->nfolders; i++)
        free(t->folders[i]);
    free(t->file);
    free(t);
}

const char *trust_place(const struct trust *t)
{
    if (t->file)
        return t->file;
    return t->nfolders ? t->folders[0] : NULL;
}
