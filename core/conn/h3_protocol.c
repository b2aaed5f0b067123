#include "conn/h3_protocol.h"

#include <nghttp3/nghttp3.h>

#include "conn/h3_errors.h"

const struct quic_protocol h3_protocol = {
    .alpn = "h3",
    .no_error = NGHTTP3_H3_NO_ERROR,
    .internal_error = NGHTTP3_H3_INTERNAL_ERROR,
    .excessive_load = NGHTTP3_H3_EXCESSIVE_LOAD,
    .closed = h3_errors_closed,
};
