#include "api/libraries.h"

#include <ares.h>
#include <brotli/decode.h>
#include <idn2.h>
#include <libpsl.h>
#include <stdio.h>
#include <uv.h>
#include <yyjson.h>
#include <zlib.h>
#include <zstd.h>

#include <llhttp.h>
#include <nghttp2/nghttp2.h>
#include <nghttp3/nghttp3.h>
#include <ngtcp2/ngtcp2.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#define STRING(x) #x
#define VALUE(x)  STRING(x)

static const char *brotli_version(void)
{
    static char text[16];
    uint32_t v = BrotliDecoderVersion();
    (void)snprintf(text, sizeof text, "%u.%u.%u", v >> 24, v >> 12 & 0xfff,
                   v & 0xfff);
    return text;
}

const struct qv_library *libraries_list(void)
{
    static struct qv_library list[] = {
        {"wolfSSL", NULL},
        {"ngtcp2", NULL},
        {"nghttp3", NULL},
        {"nghttp2", NULL},
        {"llhttp", VALUE(LLHTTP_VERSION_MAJOR) "." VALUE(
                       LLHTTP_VERSION_MINOR) "." VALUE(LLHTTP_VERSION_PATCH)},
        {"libuv", NULL},
        {"c-ares", NULL},
        {"zlib", NULL},
        {"brotli", NULL},
        {"zstd", NULL},
        {"libidn2", NULL},
        {"libpsl", PSL_VERSION},
        {"yyjson", YYJSON_VERSION_STRING},
        {NULL, NULL},
    };
    list[0].version = wolfSSL_lib_version();
    list[1].version = ngtcp2_version(0)->version_str;
    list[2].version = nghttp3_version(0)->version_str;
    list[3].version = nghttp2_version(0)->version_str;
    list[5].version = uv_version_string();
    list[6].version = ares_version(NULL);
    list[7].version = zlibVersion();
    list[8].version = brotli_version();
    list[9].version = ZSTD_versionString();
    list[10].version = idn2_check_version(NULL);
    return list;
}
