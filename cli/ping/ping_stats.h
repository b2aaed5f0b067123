/*
 * ping_stats -- what became of numbered questions.
 *
 *     sent = answered + lost + still out
 *
 * A late answer is one to a question that was counted as lost.  No clock:
 * times are ns of the caller's.
 */
#ifndef CLI_PING_PING_STATS_H
#define CLI_PING_PING_STATS_H

#include <stdbool.h>
#include <stdint.h>

struct ping_stats {
    uint64_t sent;
    uint64_t answered;
    uint64_t lost;
    uint64_t late;
    /* Of the answers that have a time of their own: */
    uint64_t timed;
    uint64_t min;
    uint64_t max;
    /* private: */
    double mean;
    double squares; /* of differences from the mean */
    double steps;   /* between answers, one after the other */
    uint64_t last;
};

void ping_stats_time(struct ping_stats *s, uint64_t rtt);
double ping_stats_mean(const struct ping_stats *s);
/* Standard deviation of all that there were. */
double ping_stats_deviation(const struct ping_stats *s);
/* Mean of the differences between an answer's time and that of the one before. */
double ping_stats_jitter(const struct ping_stats *s);
/* Of those that are not out any more, in percent. */
double ping_stats_loss(const struct ping_stats *s);

#endif
