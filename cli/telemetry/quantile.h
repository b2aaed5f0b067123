/*
 * quantile -- what part of the values of a histogram lie below.
 */
#ifndef CLI_TELEMETRY_QUANTILE_H
#define CLI_TELEMETRY_QUANTILE_H

#include "core/quiver.h"

/* In seconds, evenly between the bounds of its bucket and never above the largest
 * value; below 0: the histogram is empty.  part: 0.5 is the median. */
double quantile_of(const struct qv_histogram *h, double part);

#endif
