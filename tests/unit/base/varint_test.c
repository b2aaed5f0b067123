#include "base/varint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct form {
    uint64_t value;
    struct span bytes;
    bool is_shortest;
};

/* RFC 9000 A.1, and the ends of each length. */
static const struct form forms[] = {
    {0, {(const uint8_t *)"\x00", 1}, true},
    {37, {(const uint8_t *)"\x25", 1}, true},
    {37, {(const uint8_t *)"\x40\x25", 2}, false},
    {37, {(const uint8_t *)"\x80\x00\x00\x25", 4}, false},
    {37, {(const uint8_t *)"\xc0\x00\x00\x00\x00\x00\x00\x25", 8}, false},
    {63, {(const uint8_t *)"\x3f", 1}, true},
    {64, {(const uint8_t *)"\x40\x40", 2}, true},
    {15293, {(const uint8_t *)"\x7b\xbd", 2}, true},
    {16383, {(const uint8_t *)"\x7f\xff", 2}, true},
    {16384, {(const uint8_t *)"\x80\x00\x40\x00", 4}, true},
    {494878333, {(const uint8_t *)"\x9d\x7f\x3e\x7d", 4}, true},
    {1073741823, {(const uint8_t *)"\xbf\xff\xff\xff", 4}, true},
    {1073741824,
     {(const uint8_t *)"\xc0\x00\x00\x00\x40\x00\x00\x00", 8},
     true},
    {UINT64_C(151288809941952652),
     {(const uint8_t *)"\xc2\x19\x7c\x5e\xff\x14\xe8\x8c", 8},
     true},
    {VARINT_MAX - 1,
     {(const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff", 8},
     true},
};

#define NFORMS (sizeof forms / sizeof *forms)

static void each_form_is_read_whole_and_byte_by_byte(void **state)
{
    (void)state;
    struct varint v = {0};
    for (size_t i = 0; i < NFORMS; i++) {
        const struct form *f = &forms[i];
        uint8_t bytes[VARINT_LEN_MAX + 1] = {0};
        memcpy(bytes, f->bytes.base, f->bytes.len);
        struct span from = span_of(bytes, f->bytes.len + 1);
        uint64_t value = 0;
        assert_true(varint_take(&from, &value));
        assert_int_equal(value, f->value);
        assert_int_equal(from.len, 1);
        assert_ptr_equal(from.base, bytes + f->bytes.len);
        for (size_t j = 0; j < f->bytes.len; j++)
            assert_int_equal(varint_add(&v, f->bytes.base[j]),
                             j + 1 == f->bytes.len);
        assert_int_equal(v.value, f->value);
        assert_int_equal(v.wanted, 0);
    }
}

static void one_that_is_not_all_there_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < NFORMS; i++) {
        for (size_t len = 0; len < forms[i].bytes.len; len++) {
            struct span from = span_of(forms[i].bytes.base, len);
            uint64_t value = 99;
            assert_false(varint_take(&from, &value));
            assert_int_equal(from.len, len);
            assert_int_equal(value, 99);
        }
    }
}

static void the_shortest_form_is_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < NFORMS; i++) {
        const struct form *f = &forms[i];
        if (!f->is_shortest)
            continue;
        uint8_t to[VARINT_LEN_MAX];
        assert_int_equal(varint_len(f->value), f->bytes.len);
        assert_int_equal(varint_put(to, f->value), f->bytes.len);
        assert_memory_equal(to, f->bytes.base, f->bytes.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_read_whole_and_byte_by_byte),
        cmocka_unit_test(one_that_is_not_all_there_is_left),
        cmocka_unit_test(the_shortest_form_is_written),
    };
    return cmocka_run_group_tests_name("base/varint", tests, NULL, NULL);
}
