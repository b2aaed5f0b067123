#include "client/resume.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 100 bytes are here. */
struct row {
    int status;
    const char *name; /* of a field of the answer, or NULL */
    const char *value;
    const char *etag; /* NULL: none */
    /* asked for without a validator, with "\"a\"", and in a retry with it */
    enum resume_verdict plain;
    enum resume_verdict guarded;
    enum resume_verdict implied;
};

#define RANGE  "content-range"
#define LENGTH "content-length"

static const struct row rows[] = {
    {206, RANGE, "bytes 100-199/200", NULL, RESUME_REST, RESUME_REST,
     RESUME_REST},
    {206, RANGE, "Bytes 100-199/*", "\"a\"", RESUME_REST, RESUME_REST,
     RESUME_REST},
    /* of something else */
    {206, RANGE, "bytes 100-199/200", "\"b\"", RESUME_REST, RESUME_ANEW,
     RESUME_ANEW},
    /* of another place, or no place at all */
    {206, RANGE, "bytes 0-199/200", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {206, RANGE, "bytes 101-199/200", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {206, RANGE, "bytes 100-200/200", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {206, RANGE, "bytes 100-99/200", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {206, RANGE, "bytes */200", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {206, RANGE, "bytes 100-/200", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {206, RANGE, "bytes 100-199", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {206, RANGE, "lines 100-199/200", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {206, RANGE, "bytes 18446744073709551716-18446744073709551717/*", NULL,
     RESUME_REFUSED, RESUME_REFUSED, RESUME_ANEW},
    {206, "content-type", "multipart/byteranges", NULL, RESUME_REFUSED,
     RESUME_REFUSED, RESUME_ANEW},
    /* all of it */
    {200, NULL, NULL, NULL, RESUME_REFUSED, RESUME_PLAIN, RESUME_PLAIN},
    {200, LENGTH, "200", NULL, RESUME_REFUSED, RESUME_PLAIN, RESUME_PLAIN},
    {200, LENGTH, "100", NULL, RESUME_COMPLETE, RESUME_PLAIN, RESUME_PLAIN},
    /* there is no more */
    {416, RANGE, "bytes */100", NULL, RESUME_COMPLETE, RESUME_COMPLETE,
     RESUME_COMPLETE},
    {416, RANGE, "bytes */99", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {416, RANGE, "bytes */101", NULL, RESUME_REFUSED, RESUME_REFUSED,
     RESUME_ANEW},
    {416, NULL, NULL, NULL, RESUME_COMPLETE, RESUME_COMPLETE, RESUME_ANEW},
    {416, RANGE, "bytes */*", NULL, RESUME_COMPLETE, RESUME_COMPLETE,
     RESUME_ANEW},
    /* something else */
    {302, NULL, NULL, NULL, RESUME_PLAIN, RESUME_PLAIN, RESUME_PLAIN},
    {304, NULL, NULL, NULL, RESUME_PLAIN, RESUME_PLAIN, RESUME_PLAIN},
    {404, NULL, NULL, NULL, RESUME_REFUSED, RESUME_REFUSED, RESUME_PLAIN},
    {500, NULL, NULL, NULL, RESUME_REFUSED, RESUME_REFUSED, RESUME_PLAIN},
};

static void judge(const struct row *row, const struct resume *r,
                  enum resume_verdict expected)
{
    struct arena arena;
    struct fields fields;
    struct fault fault = {0};
    arena_init(&arena);
    fields_init(&fields, &arena);
    if (row->name)
        fields_add(&fields, span_str(row->name), span_str(row->value));
    if (row->etag)
        fields_add(&fields, SPAN_LIT("ETag"), span_str(row->etag));
    struct response_head head = {.status = row->status, .fields = &fields};
    enum resume_verdict is = resume_judge(r, &head, &fault);
    if (is != expected)
        fail_msg("%d %s: %s: verdict %d, not %d", row->status,
                 row->name ? row->name : "-", row->value ? row->value : "-",
                 (int)is, (int)expected);
    assert_int_equal(fault.code != ERR_NONE, expected == RESUME_REFUSED);
    arena_fini(&arena);
}

static void an_answer_to_a_request_for_the_rest(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct resume r = {.from = 100};
        judge(&rows[i], &r, rows[i].plain);
        r.if_range = "\"a\"";
        judge(&rows[i], &r, rows[i].guarded);
        resume_continue(&r, 100, "\"a\"");
        judge(&rows[i], &r, rows[i].implied);
        resume_fini(&r);
        judge(&rows[i], &r, RESUME_PLAIN); /* all was asked for */
    }
}

/* A date says nothing about an entity tag. */
static void a_date_is_compared_with_nothing(void **state)
{
    (void)state;
    static const struct row row = {206,        RANGE,       "bytes 100-199/200",
                                   "\"b\"",    RESUME_REST, RESUME_REST,
                                   RESUME_REST};
    const struct resume r = {.from = 100,
                             .if_range = "Sun, 06 Nov 1994 08:49:37 GMT"};
    judge(&row, &r, RESUME_REST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_to_a_request_for_the_rest),
        cmocka_unit_test(a_date_is_compared_with_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
