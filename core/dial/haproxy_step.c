/*
 * A hundred bytes at the beginning of a byte stream: they find room at once in
 * a socket's buffer, and in a tunnel's.  So there is nothing to wait for, and
 * no transport of its own that all later bytes would have to pass through.
 */
#include "dial/haproxy_step.h"

#include <string.h>

#include "base/fault.h"
#include "base/str.h"
#include "dial/route.h"

/* What is no IPv4 address is one of IPv6, for curl as for us. */
static bool is_ipv4(const char *text)
{
    struct addr a;
    return addr_parse(&a, span_str(text), 0) && addr_family(&a) == AF_INET;
}

static void make_line(struct str *line, const struct step_goal *goal)
{
    const struct settings *s = goal->to->settings;
    const struct conn_facts *ends = goal->ends;
    const char *from = ends->local_addr;
    const char *to = ends->remote_addr;
    if (s->addresses.unix_socket) {
        str_add_text(line, "PROXY UNKNOWN\r\n");
        return;
    }
    if (s->socket.haproxy_client)
        from = to = s->socket.haproxy_client;
    str_printf(line, "PROXY %s %s %s %u %u\r\n",
               is_ipv4(from) ? "TCP4" : "TCP6", from, to, ends->local_port,
               ends->remote_port);
}

static bool send_line(struct transport *below, const struct str *line,
                      struct fault *fault)
{
    struct span rest = str_span(line);
    size_t n = 0;
    enum io io = transport_write(below, &rest, 1, &n);
    if (io == IO_FAILED) {
        *fault = below->fault;
        return false;
    }
    if (io == IO_OK && n == rest.len)
        return true;
    (void)fault_set(fault, ERR_SEND, 0, "no room for the PROXY line");
    return false;
}

static struct transport *start(const struct step_goal *goal,
                               struct transport *below, struct fault *fault)
{
    struct str line = {0};
    make_line(&line, goal);
    bool is_sent = send_line(below, &line, fault);
    str_fini(&line);
    if (is_sent)
        return below;
    transport_close(below);
    return NULL;
}

const struct step_ops haproxy_step = {.name = "haproxy", .start = start};
