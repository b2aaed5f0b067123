/*
 * test_certs -- the folder that tests/faults/certs.py makes, for unit tests.
 *
 * Made once a program and removed at its end.
 */
#ifndef TESTS_UNIT_SUPPORT_TEST_CERTS_H
#define TESTS_UNIT_SUPPORT_TEST_CERTS_H

#include <stdbool.h>

/* NULL when there is no Python with `cryptography`: skip the test. */
const char *test_certs_folder(void);

/* A path inside it; valid until the next call but seven. */
const char *test_certs_path(const char *name, const char *suffix);

struct test_certs_row {
    char name[64];
    char host[64];
    bool is_good;
    char reason[128]; /* a part of it; "" for any */
};

/* All rows of the manifest, one after the other; false at the end. */
bool test_certs_next(struct test_certs_row *row);

#endif
