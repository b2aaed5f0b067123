/*
 * request_settings -- from the public options of a request to the settings of
 * the layers below, as settings.def says.
 */
#ifndef CORE_CLIENT_REQUEST_SETTINGS_H
#define CORE_CLIENT_REQUEST_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "quiver.h"
#include "settings/settings.h"

/* False with *fault when options contradict each other.  The strings of *s are
 * borrowed from the request. */
bool request_settings(struct settings *s, const struct qv_options *o,
                      const struct qv_client_options *client,
                      struct fault *fault);

/* qv_options_adopt(). */
void request_settings_adopt(struct qv_options *options,
                            const struct qv_options *from,
                            const struct qv_options *to);

/* How long the body is: bytes, BODY_LEN_NONE or BODY_LEN_UNKNOWN.  Not for
 * QV_BODY_PARTS, which has to be measured (upload_parts.h). */
int64_t request_settings_body_len(const struct qv_body *body);

#endif
