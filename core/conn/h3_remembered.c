/*
 * Written as a version and the numbers, each a varint.  Without limit is the
 * default of MAX_FIELD_SECTION_SIZE, and nghttp3 has the largest varint for it.
 */
#include "conn/h3_remembered.h"

#include "base/varint.h"

#define FORMAT 1

#define NO_LIMIT (VARINT_MAX - 1)

void h3_remembered_default(nghttp3_proto_settings *s)
{
    *s = (nghttp3_proto_settings){.max_field_section_size = NO_LIMIT};
}

size_t h3_remembered_write(const nghttp3_proto_settings *s,
                           uint8_t to[H3_REMEMBERED_MAX])
{
    uint64_t section = s->max_field_section_size;
    const uint64_t numbers[] = {
        FORMAT,
        section < NO_LIMIT ? section : NO_LIMIT,
        s->qpack_max_dtable_capacity,
        s->qpack_blocked_streams,
        s->enable_connect_protocol != 0,
        s->h3_datagram != 0,
    };
    size_t len = 0;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        len += varint_put(to + len, numbers[i]);
    return len;
}

bool h3_remembered_read(struct span from, nghttp3_proto_settings *s)
{
    uint64_t format;
    uint64_t section;
    uint64_t table;
    uint64_t blocked;
    uint64_t connect;
    uint64_t datagram;
    if (!varint_take(&from, &format) || format != FORMAT ||
        !varint_take(&from, &section) || !varint_take(&from, &table) ||
        !varint_take(&from, &blocked) || !varint_take(&from, &connect) ||
        !varint_take(&from, &datagram) || from.len > 0 || connect > 1 ||
        datagram > 1)
        return false;
    *s = (nghttp3_proto_settings){
        .max_field_section_size = section,
        .qpack_max_dtable_capacity = (size_t)table,
        .qpack_blocked_streams = (size_t)blocked,
        .enable_connect_protocol = (uint8_t)connect,
        .h3_datagram = (uint8_t)datagram,
    };
    return true;
}

const char *h3_remembered_reduced(const nghttp3_proto_settings *before,
                                  const nghttp3_proto_settings *now)
{
    if (now->max_field_section_size < before->max_field_section_size)
        return "SETTINGS_MAX_FIELD_SECTION_SIZE";
    /* RFC 9204 3.2.3: once it is not 0, it stays the same. */
    if (before->qpack_max_dtable_capacity != 0 &&
        now->qpack_max_dtable_capacity != before->qpack_max_dtable_capacity)
        return "SETTINGS_QPACK_MAX_TABLE_CAPACITY";
    if (now->qpack_blocked_streams < before->qpack_blocked_streams)
        return "SETTINGS_QPACK_BLOCKED_STREAMS";
    if (now->enable_connect_protocol < before->enable_connect_protocol)
        return "SETTINGS_ENABLE_CONNECT_PROTOCOL";
    if (now->h3_datagram < before->h3_datagram)
        return "SETTINGS_H3_DATAGRAM";
    return NULL;
}
