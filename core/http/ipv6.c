#include "http/ipv6.h"

#include <stdio.h>

#define GROUPS 8

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One to four hexadecimal digits from the front of *text. */
static bool take_group(struct span *text, uint16_t *group)
{
    unsigned value = 0;
    size_t n = 0;
    while (n < text->len && n < 4 && hex_digit(text->base[n]) >= 0)
        value = value * 16 + (unsigned)hex_digit(text->base[n++]);
    *group = (uint16_t)value;
    *text = span_of(text->base + n, text->len - n);
    return n > 0;
}

/* Four decimal parts without leading zeros, to the end of the text. */
static bool take_ipv4_tail(struct span text, uint16_t groups[2])
{
    uint64_t parts[4];
    struct span part;
    size_t n = 0;
    while (span_next(&text, '.', &part)) {
        if (n == 4 || part.len > 3 || !span_to_u64(part, &parts[n]) ||
            parts[n] > 255 || (part.len > 1 && part.base[0] == '0'))
            return false;
        n++;
    }
    if (n != 4)
        return false;
    groups[0] = (uint16_t)(parts[0] << 8 | parts[1]);
    groups[1] = (uint16_t)(parts[2] << 8 | parts[3]);
    return true;
}

static bool has_dot_before_colon(struct span text)
{
    for (size_t i = 0; i < text.len && text.base[i] != ':'; i++)
        if (text.base[i] == '.')
            return true;
    return false;
}

static bool starts_with_gap(struct span text)
{
    return text.len >= 2 && text.base[0] == ':' && text.base[1] == ':';
}

/* Fills groups in order; *gap is where "::" stood, or -1. */
static bool take_groups(struct span text, uint16_t groups[GROUPS], int *count,
                        int *gap)
{
    int n = 0;
    *gap = -1;
    if (starts_with_gap(text)) {
        *gap = 0;
        text = span_of(text.base + 2, text.len - 2);
    } else if (text.len == 0) {
        return false;
    }
    while (text.len > 0) {
        if (n == GROUPS)
            return false;
        if (has_dot_before_colon(text)) {
            if (n > GROUPS - 2 || !take_ipv4_tail(text, groups + n))
                return false;
            n += 2;
            break;
        }
        if (!take_group(&text, &groups[n++]))
            return false;
        if (text.len == 0)
            break;
        if (starts_with_gap(text) && *gap < 0) {
            *gap = n;
            text = span_of(text.base + 2, text.len - 2);
        } else if (text.base[0] == ':' && text.len > 1) {
            text = span_of(text.base + 1, text.len - 1);
        } else {
            return false;
        }
    }
    *count = n;
    return *gap < 0 ? n == GROUPS : n < GROUPS;
}

bool ipv6_parse(uint8_t address[16], struct span text)
{
    uint16_t groups[GROUPS] = {0};
    int count = 0;
    int gap = -1;
    if (!take_groups(text, groups, &count, &gap))
        return false;
    int missing = GROUPS - count;
    for (int i = 0, at = 0; i < GROUPS; i++) {
        bool is_zero = gap >= 0 && i >= gap && i < gap + missing;
        uint16_t group = is_zero ? 0 : groups[at++];
        *address++ = (uint8_t)(group >> 8);
        *address++ = (uint8_t)group;
    }
    return true;
}

/* The first of the longest runs of two or more zero groups (RFC 5952 4.2). */
static void find_gap(const uint16_t groups[GROUPS], int *start, int *len)
{
    *start = -1;
    *len = 1;
    for (int i = 0; i < GROUPS; i++) {
        int n = 0;
        while (i + n < GROUPS && groups[i + n] == 0)
            n++;
        if (n > *len) {
            *start = i;
            *len = n;
        }
    }
}

void ipv6_format(const uint8_t address[16], char text[IPV6_TEXT_MAX])
{
    uint16_t groups[GROUPS];
    int gap = -1;
    int gap_len = 0;
    size_t at = 0;
    for (size_t i = 0; i < GROUPS; i++)
        groups[i] = (uint16_t)(address[2 * i] << 8 | address[2 * i + 1]);
    find_gap(groups, &gap, &gap_len);
    for (int i = 0; i < GROUPS;) {
        const char *colon = i > 0 && i != gap + gap_len ? ":" : "";
        int n = 0;
        if (i == gap) {
            n = snprintf(text + at, IPV6_TEXT_MAX - at, "::");
            i += gap_len;
        } else {
            n = snprintf(text + at, IPV6_TEXT_MAX - at, "%s%x", colon,
                         groups[i]);
            i++;
        }
        at += (size_t)n;
    }
}
