/*
 * A file of its own because Linux' header with the whole struct tcp_info does
 * not go together with the C library's.
 */
#include "transport/tcp_path.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define US UINT64_C(1000)

void tcp_path_stats(int fd, struct path_stats *stats)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return;
    stats->rtt = info.tcpi_rtt * US;
    if (info.tcpi_min_rtt != UINT32_MAX) /* that is: never measured */
        stats->min_rtt = info.tcpi_min_rtt * US;
    stats->cwnd = (uint64_t)info.tcpi_snd_cwnd * info.tcpi_snd_mss;
    stats->packets_sent = info.tcpi_segs_out;
    stats->packets_lost = info.tcpi_total_retrans;
    stats->packets_received = info.tcpi_segs_in;
    stats->packets_missed = info.tcpi_rcv_ooopack;
}
