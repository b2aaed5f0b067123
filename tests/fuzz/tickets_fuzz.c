/*
 * The text of tickets, and the HTTP/3 settings in them: whatever a file holds,
 * reading it keeps to its bounds, and what is written of it is read again as it
 * was.
 */
#include <assert.h>
#include <stdint.h>

#include "base/str.h"
#include "conn/h3_remembered.h"
#include "transport/tickets.h"

#define NOW 1000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void add(void *user, const void *data, size_t len)
{
    str_add(user, span_of(data, len));
}

static void save(struct tickets *s, struct str *text)
{
    str_init(text);
    tickets_save(s, NOW, add, text);
}

static void try_settings(struct span bytes)
{
    nghttp3_proto_settings s;
    uint8_t again[H3_REMEMBERED_MAX];
    if (!h3_remembered_read(bytes, &s))
        return;
    assert(h3_remembered_write(&s, again) <= sizeof again);
    assert(h3_remembered_reduced(&s, &s) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct tickets s;
    struct tickets again;
    struct tickets_report report;
    struct str text;
    struct str second;
    try_settings(span_of(data, len));
    tickets_init(&s);
    tickets_init(&again);
    if (tickets_load(&s, span_of(data, len), NOW, &report)) {
        assert(s.n <= report.taken && s.n <= TICKETS_MAX);
        save(&s, &text);
        assert(tickets_load(&again, str_span(&text), NOW, &report));
        assert(report.bad == 0 && report.expired == 0 && again.n == s.n);
        save(&again, &second);
        assert(span_equal(str_span(&text), str_span(&second)));
        str_fini(&text);
        str_fini(&second);
    }
    tickets_fini(&s);
    tickets_fini(&again);
    return 0;
}
