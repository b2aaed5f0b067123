#include "http/allowed.h"

void allowed_init(struct allowed *a)
{
    *a = (struct allowed){
        .streams = -1,
        .datagram_max = -1,
        .path_mtu = -1,
        .idle = -1,
        .datagrams = ALLOWED_UNKNOWN,
        .connect = ALLOWED_UNKNOWN,
        .webtransport = ALLOWED_UNKNOWN,
        .early_data = ALLOWED_UNKNOWN,
        .migration = ALLOWED_UNKNOWN,
    };
}

void allowed_add(struct allowed *a, const char *name, uint64_t value)
{
    if (a->nsettings < ALLOWED_SETTINGS_MAX)
        a->settings[a->nsettings++] = (struct allowed_setting){name, value};
}
