/* The tables of intrinsics and syscalls, their signatures, and the number encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "vm/bytecode/builder.h"
#include "vm/bytecode/intrinsic.h"
#include "vm/bytecode/leb128.h"
#include "vm/bytecode/sha256.h"
#include "vm/bytecode/signature.h"
#include "vm/bytecode/syscall.h"
#include "vm/bytecode/utf8.h"

static void every_signature_is_well_formed(void **state) {
    (void)state;
    for (uint32_t i = 0; i < COR_INTRINSIC_COUNT; i++) {
        const char *name = cor_intrinsic_info[i].name;
        assert_true(cor_signature_parameter_count(cor_intrinsic_info[i].signature) <= 16);
        assert_int_equal(cor_intrinsic_find(name, strlen(name)), i);
    }
    for (uint32_t i = 0; i < COR_SYSCALL_COUNT; i++) {
        const char *name = cor_syscall_info[i].name;
        assert_true(cor_signature_parameter_count(cor_syscall_info[i].signature) <= 16);
        assert_int_equal(cor_syscall_find(name, strlen(name)), i);
    }
    assert_int_equal(cor_intrinsic_find("string.a", 8), COR_NONE);
    assert_int_equal(cor_syscall_find("", 0), COR_NONE);
    assert_int_equal(cor_signature_parameter_count("int, "), COR_NONE);
    assert_int_equal(cor_signature_parameter_count("Array<int: int"), COR_NONE);
}

static void signatures_match_types(void **state) {
    (void)state;
    CorBuilder *builder = cor_builder_new("m");
    uint32_t int_type = cor_builder_plain_type(builder, COR_TYPE_I64);
    uint32_t text = cor_builder_plain_type(builder, COR_TYPE_STRING);
    uint32_t ints = cor_builder_wrapped_type(builder, COR_TYPE_ARRAY, int_type);
    uint32_t texts = cor_builder_wrapped_type(builder, COR_TYPE_ARRAY, text);
    uint32_t maybe = cor_builder_wrapped_type(builder, COR_TYPE_OPTIONAL, ints);
    uint32_t parts[] = {int_type, text, int_type};
    uint32_t pair = cor_builder_type(builder, COR_TYPE_TUPLE, 0, parts, 2);
    uint32_t function = cor_builder_type(builder, COR_TYPE_FUNCTION, 0, parts, 3);
    CorModule *module = cor_builder_finish(builder);
    const struct {
        const char *signature;
        uint32_t count, parameters[3], result;
        bool matches;
    } cases[] = {
        {"int, string: int", 2, {int_type, text}, int_type, true},
        {"int, string: int", 2, {text, int_type}, int_type, false},
        {"int, string: int", 1, {int_type}, int_type, false},
        {"int, string: int", 2, {int_type, text}, text, false},
        {"int, string: int", 2, {int_type, text}, COR_NONE, true},
        {"Array<T>, T: T", 2, {ints, int_type}, int_type, true},
        {"Array<T>, T: T", 2, {ints, text}, int_type, false},
        {"Array<T>, Array<T>: void", 2, {ints, texts}, COR_NONE, false},
        {"Array<T>, Array<U>: void", 2, {ints, texts}, COR_NONE, true},
        {"Array<T>?: T", 1, {maybe}, int_type, true},
        {"Array<T>?: T", 1, {ints}, int_type, false},
        {"(int, T), fn(int, T): int: T", 2, {pair, function}, text, true},
        {"(int, T), fn(int, T): T: T", 2, {pair, function}, text, false},
        {": Array<string>", 0, {0}, texts, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool matches = cor_signature_matches(cases[i].signature, module, cases[i].parameters, cases[i].count,
                                             cases[i].result);
        if (matches != cases[i].matches) {
            fail_msg("case %zu: %s", i, cases[i].signature);
        }
    }
    cor_module_free(module);
}

static void numbers_have_one_form(void **state) {
    (void)state;
    static const uint64_t values[] = {0, 1, 127, 128, 300, UINT32_MAX, UINT64_C(1) << 63, UINT64_MAX};
    uint8_t bytes[COR_LEB128_MAX];
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        size_t size = cor_leb128_write_u64(bytes, values[i]), position = 0;
        uint64_t read;
        assert_int_equal(size, cor_leb128_size_u64(values[i]));
        assert_true(cor_leb128_read_u64(bytes, size, &position, &read));
        assert_true(read == values[i] && position == size);
        position = 0;
        assert_false(cor_leb128_read_u64(bytes, size - 1, &position, &read));
    }
    static const int64_t signed_values[] = {0, -1, 63, 64, -64, -65, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof signed_values / sizeof signed_values[0]; i++) {
        size_t size = cor_leb128_write_i64(bytes, signed_values[i]), position = 0;
        int64_t read;
        assert_true(cor_leb128_read_i64(bytes, size, &position, &read));
        assert_true(read == signed_values[i] && position == size);
    }
    static const char *const overlong[] = {"\x80\0", "\xff\0", "\x80\x80\0"};
    for (size_t i = 0; i < sizeof overlong / sizeof overlong[0]; i++) {
        size_t position = 0;
        int64_t read;
        uint32_t narrow;
        assert_false(cor_leb128_read_u32((const uint8_t *)overlong[i], i == 2 ? 3 : 2, &position, &narrow));
        if (i != 1) { /* 0xff 0x00 is the shortest form of signed 127 */
            assert_false(cor_leb128_read_i64((const uint8_t *)overlong[i], i == 2 ? 3 : 2, &position, &read));
        }
    }
}

static void hashes_are_those_of_the_standard(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint8_t first[4];
    } cases[] = {{"", {0xe3, 0xb0, 0xc4, 0x42}},
                 {"abc", {0xba, 0x78, 0x16, 0xbf}},
                 {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", {0x24, 0x8d, 0x6a, 0x61}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CorSha256 hash;
        uint8_t out[32];
        cor_sha256_begin(&hash);
        for (const char *at = cases[i].text; *at != '\0'; at++) {
            cor_sha256_add(&hash, at, 1);
        }
        cor_sha256_end(&hash, out);
        assert_memory_equal(out, cases[i].first, 4);
    }
}

static void only_utf8_is_valid(void **state) {
    (void)state;
    static const char *const good[] = {
        "", "abc", "\xc2\x80", "\xe2\x82\xac", "\xf0\x9f\x9b\xb6", "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {"\x80",         "\xc2",        "\xc1\xbf",         "\xe0\x80\x80",
                                      "\xed\xa0\x80", "\xe2\x82",    "\xf4\x90\x80\x80", "\xf0\x80\x80\x80",
                                      "\xff",         "\xf8\x88\x80"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(cor_utf8_valid((const uint8_t *)good[i], strlen(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(cor_utf8_valid((const uint8_t *)bad[i], strlen(bad[i])));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_signature_is_well_formed),
        cmocka_unit_test(signatures_match_types),
        cmocka_unit_test(numbers_have_one_form),
        cmocka_unit_test(hashes_are_those_of_the_standard),
        cmocka_unit_test(only_utf8_is_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
