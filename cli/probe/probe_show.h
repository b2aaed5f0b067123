/*
 * probe_show -- the findings for people, and for programs.
 */
#ifndef CLI_PROBE_PROBE_SHOW_H
#define CLI_PROBE_PROBE_SHOW_H

#include <time.h>

#include "core/base/str.h"
#include "probe/probe_finding.h"

/* now: by which a certificate has so many days left.  Lines that are wider than the
 * terminal end between words; width UINT_MAX: it is none. */
void probe_show_text(struct str *out, const struct probe_findings *f,
                     unsigned required, time_t now, unsigned width);
void probe_show_json(struct str *out, const struct probe_findings *f,
                     unsigned required);

/* The look that has the server's certificate, over TCP if there is one. */
const struct probe_finding *
probe_show_certificate(const struct probe_findings *f);
/* The look that knows most of HTTP/3's datagrams and path. */
const struct probe_finding *probe_show_path(const struct probe_findings *f);

#endif
