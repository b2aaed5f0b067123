/*
 * fault -- filling a struct fault where the failure is seen.
 */
#ifndef CORE_BASE_FAULT_H
#define CORE_BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * Makes *f this error, with REMEDY_UNKNOWN.  The text is cut to
 * FAULT_DETAIL_MAX; bytes of it that are no printable ASCII (a peer may have
 * chosen them) become '?'.  Returns IO_FAILED, so that a reader can
 * `return fault_set(...)`.
 */
enum io fault_set(struct fault *f, enum err code, uint64_t wire,
                  const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same with ": <strerror(error)>" after the text and `error` as wire.  A
 * refused connection (ERR_CONNECT, ECONNREFUSED) has REMEDY_LISTENER. */
enum io fault_set_errno(struct fault *f, enum err code, int error,
                        const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The process or the system has no descriptor left: it may work as soon as
 * something is closed. */
bool fault_is_shortage(const struct fault *f);

/* Puts text in front of the detail ("proxy: " + ...). */
void fault_prefix(struct fault *f, const char *text);

/* From the first quotation mark of the detail to the last nothing is shown: it
 * may be a part of a secret. */
void fault_hide_quoted(struct fault *f);

/* Another text for the same fault: code, wire and remedy stay. */
void fault_reword(struct fault *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
