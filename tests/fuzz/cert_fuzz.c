/*
 * Certificates: no input reads outside its bytes, in the parser or in what prints
 * names and times.
 */
#include <stdint.h>

#include "transport/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct cert cert;
    char text[64];

    if (!cert_parse(&cert, span_of(data, len)))
        return 0;
    struct span names = cert.names;
    struct span value;
    unsigned kind;
    while (cert_next_name(&names, &kind, &value))
        continue;
    cert_format_name(cert.subject, text, sizeof text);
    cert_format_time(cert.not_after, text);
    return 0;
}
