/*
 * report_har_message -- a request and its answer as HAR has them.
 */
#ifndef CLI_REPORT_REPORT_HAR_MESSAGE_H
#define CLI_REPORT_REPORT_HAR_MESSAGE_H

#include <stdbool.h>
#include <yyjson.h>

#include "core/base/str.h"

/* One request: that of a record, or of a redirect or an earlier try in it.
 * Everything is borrowed from the record. */
struct har_message {
    const char *method;
    const char *url;     /* absolute, without userinfo and fragment */
    const char *version; /* "1.1", "2"; NULL: no answer */
    yyjson_val *sent;    /* "request" of a record; NULL: not told */
    yyjson_val *headers; /* of the answer; NULL: not told */
    yyjson_val *body;
    const char *content_type;
    const char *redirect; /* where the answer leads; NULL */
    const char *error;    /* NULL: it was answered */
    int status;
    /* Bytes, -1: unknown. */
    double header_size;
    double received;
    double delivered;
    double uploaded;
};

/* Append the members "request" and "response". */
void har_message_request(const struct har_message *m, struct str *out);
void har_message_response(const struct har_message *m, struct str *out);

#endif
