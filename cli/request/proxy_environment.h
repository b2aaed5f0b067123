/*
 * proxy_environment -- what the environment says of proxies.
 */
#ifndef CLI_REQUEST_PROXY_ENVIRONMENT_H
#define CLI_REQUEST_PROXY_ENVIRONMENT_H

#include "core/quiver.h"

/* Fills *e; false: no proxy is named, nor a host without one. */
bool proxy_environment_read(struct qv_proxy_environment *e);

/* The variable that counts for URLs of a scheme, "http" or "https". */
const struct qv_variable *
proxy_environment_of(const struct qv_proxy_environment *e, const char *scheme);

#endif
