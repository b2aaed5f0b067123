/*
 * What a record costs: `cmake --build BUILD --target bench_record`, in a build
 * with optimisation, and run it.  It prints, it judges nothing.
 */
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/record/record_sample.h"

enum {
    ROUNDS = 200000,
    BODY = 1024
};

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void measure(const char *name, const char *body, size_t len)
{
    struct record_entry e = sample_entry;
    struct writeout_facts f = sample_facts(&sample_result, &e);
    struct str out = {0};
    double begin;

    e.body.bytes = body;
    e.body.len = len;
    e.body.total = len;
    begin = now();
    for (int i = 0; i < ROUNDS; i++) {
        str_clear(&out);
        record_render(&f, &out);
    }
    printf("%-22s %5zu bytes %7.0f ns\n", name, out.len,
           (now() - begin) / ROUNDS * 1e9);
    str_fini(&out);
}

static void measure_sha256(const char *body, size_t len)
{
    struct qv_sha256 s;
    char hex[65];
    double begin = now();

    for (int i = 0; i < ROUNDS; i++) {
        qv_sha256_init(&s);
        qv_sha256_add(&s, body, len);
        qv_sha256_hex(&s, hex);
    }
    printf("%-22s %5zu bytes %7.0f ns\n", "sha256", len,
           (now() - begin) / ROUNDS * 1e9);
}

int main(void)
{
    static char body[BODY];
    static const char json[] = "{\"id\":4711,\"name\":\"Ada\",\"ok\":true},\n";

    measure("no body", "", 0);
    memset(body, 'x', sizeof(body));
    measure("text of 1 KiB", body, sizeof(body));
    for (size_t i = 0; i < sizeof(body); i++)
        body[i] = json[i % (sizeof(json) - 1)];
    measure("JSON of 1 KiB", body, sizeof(body));
    for (size_t i = 0; i + 1 < sizeof(body); i += 2)
        memcpy(body + i, "\xd0\xb6", 2);
    measure("Cyrillic of 1 KiB", body, sizeof(body));
    for (size_t i = 0; i < sizeof(body); i++)
        body[i] = (char)(i * 7);
    measure("bytes of 1 KiB, base64", body, sizeof(body));
    measure_sha256(body, sizeof(body));
    return 0;
}
