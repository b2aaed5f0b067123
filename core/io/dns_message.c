#include "io/dns_message.h"

#include <ares.h>
#include <ares_dns_record.h>
#include <string.h>

/* RFC 1035 2.3.4 */
#define NAME_MAX_TEXT ((size_t)255)

bool dns_message_ask(struct span name, enum dns_type type, struct str *to)
{
    char text[NAME_MAX_TEXT + 1];
    ares_dns_record_t *message = NULL;
    unsigned char *wire = NULL;
    size_t len = 0;
    if (name.len == 0 || name.len > NAME_MAX_TEXT ||
        memchr(name.base, '\0', name.len))
        return false;
    memcpy(text, name.base, name.len);
    text[name.len] = '\0';
    bool is_good =
        ares_dns_record_create(&message, 0, ARES_FLAG_RD, ARES_OPCODE_QUERY,
                               ARES_RCODE_NOERROR) == ARES_SUCCESS &&
        ares_dns_record_query_add(message, text, (ares_dns_rec_type_t)type,
                                  ARES_CLASS_IN) == ARES_SUCCESS &&
        ares_dns_write(message, &wire, &len) == ARES_SUCCESS;
    if (is_good)
        str_add(to, span_of(wire, len));
    ares_free_string(wire);
    ares_dns_record_destroy(message);
    return is_good;
}

static void add_addr(struct dns_answer *a, const void *ip, size_t len)
{
    if (ip && a->naddrs < DNS_RECORDS_MAX)
        addr_from_bytes(&a->addrs[a->naddrs++], span_of(ip, len), 0);
}

static void add_record(struct dns_answer *a, const ares_dns_rr_t *rr,
                       struct arena *arena)
{
    size_t len = 0;
    const unsigned char *data =
        ares_dns_rr_get_bin(rr, ARES_RR_RAW_RR_DATA, &len);
    if (data == NULL || a->nrecords == DNS_RECORDS_MAX ||
        ares_dns_rr_get_u16(rr, ARES_RR_RAW_RR_TYPE) != DNS_HTTPS)
        return;
    struct span owner = span_str(ares_dns_rr_get_name(rr));
    if (owner.len > 0 && owner.base[owner.len - 1] == '.')
        owner.len--;
    a->records[a->nrecords++] =
        (struct dns_record){.owner = arena_copy(arena, owner),
                            .rdata = arena_copy(arena, span_of(data, len))};
}

/* Aliases (CNAME) stand among them, and have been followed by the server. */
static void add(struct dns_answer *a, const ares_dns_rr_t *rr,
                enum dns_type type, struct arena *arena)
{
    ares_dns_rec_type_t got = ares_dns_rr_get_type(rr);
    if (ares_dns_rr_get_class(rr) != ARES_CLASS_IN)
        return;
    if (type == DNS_A && got == ARES_REC_TYPE_A)
        add_addr(a, ares_dns_rr_get_addr(rr, ARES_RR_A_ADDR), 4);
    else if (type == DNS_AAAA && got == ARES_REC_TYPE_AAAA)
        add_addr(a, ares_dns_rr_get_addr6(rr, ARES_RR_AAAA_ADDR), 16);
    else if (type == DNS_HTTPS && got == ARES_REC_TYPE_RAW_RR)
        add_record(a, rr, arena);
}

void dns_message_read(struct span wire, enum dns_type type,
                      struct dns_answer *a, struct arena *arena)
{
    ares_dns_record_t *message = NULL;
    *a = (struct dns_answer){.naddrs = 0};
    /* HTTPS records stay as they are: http/svcb is who judges them. */
    ares_status_t status = ares_dns_parse(wire.base, wire.len,
                                          ARES_DNS_PARSE_AN_EXT_RAW, &message);
    if (status != ARES_SUCCESS) {
        a->is_failure = true;
        a->why = "an answer that is none";
        return;
    }
    ares_dns_rcode_t rcode = ares_dns_record_get_rcode(message);
    size_t n = ares_dns_record_rr_cnt(message, ARES_SECTION_ANSWER);
    for (size_t i = 0; rcode == ARES_RCODE_NOERROR && i < n; i++)
        add(a, ares_dns_record_rr_get_const(message, ARES_SECTION_ANSWER, i),
            type, arena);
    if (rcode == ARES_RCODE_NXDOMAIN) {
        a->why = "there is no such name";
    } else if (rcode != ARES_RCODE_NOERROR) {
        a->is_failure = true;
        a->why = ares_dns_rcode_tostr(rcode); /* of a table: it stays */
    } else if (a->naddrs == 0 && a->nrecords == 0) {
        a->why = type == DNS_HTTPS ? "no HTTPS record" : "no address";
    }
    ares_dns_record_destroy(message);
}
