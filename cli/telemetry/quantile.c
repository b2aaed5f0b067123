#include "telemetry/quantile.h"

double quantile_of(const struct qv_histogram *h, double part)
{
    const uint64_t *bounds = qv_histogram_bounds();
    double wanted = part * (double)h->count;
    double before = 0;
    for (int i = 0; i <= QV_HISTOGRAM_BOUNDS && h->count; i++) {
        double n = (double)h->buckets[i];
        if (before + n < wanted || n == 0) {
            before += n;
            continue;
        }
        double low = i ? (double)bounds[i - 1] : 0;
        double high =
            i < QV_HISTOGRAM_BOUNDS ? (double)bounds[i] : (double)h->max;
        double at = low + (high - low) * (wanted - before) / n;
        return (at < (double)h->max ? at : (double)h->max) / 1e9;
    }
    return -1;
}
