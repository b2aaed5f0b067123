#include "files/descriptors.h"

#include <stdint.h>
#include <sys/resource.h>

enum {
    OURS = 24, /* standard ones, the loop's, input, output, journal, logs */
};

static rlim_t limit_now(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) ? 0 : limit.rlim_cur;
}

void descriptors_raise(unsigned wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* The engine's idle connections have a quarter of all (core/pool/idle.h). */
unsigned descriptors_places(unsigned wanted, unsigned files)
{
    uint64_t each = 1 + files;
    uint64_t need = (wanted * each + OURS) * 4 / 3 + 1;
    descriptors_raise(need < UINT32_MAX ? (unsigned)need : UINT32_MAX);
    uint64_t room = limit_now() / 4 * 3;
    room = room > OURS + each ? (room - OURS) / each : 1;
    return room < wanted ? (unsigned)room : wanted;
}
