/* Format specs: reading and applying them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vm/runtime/format.h"

static void check_parts(const FormatSpec *spec, const FormatParts *parts, const char *expected) {
    size_t length = format_length(spec, parts);
    char *text = malloc(length + 1);
    format_write(spec, parts, text);
    text[length] = '\0';
    assert_string_equal(text, expected);
    free(text);
}

static void check_integer(const char *spec_text, int64_t value, unsigned width, const char *expected) {
    FormatSpec spec;
    FormatParts parts;
    char buffer[FORMAT_INTEGER];
    uint64_t bits = width < 64 ? (uint64_t)value & (((uint64_t)1 << width) - 1) : (uint64_t)value;
    assert_true(format_read(spec_text, strlen(spec_text), "xXob", &spec));
    format_integer(&spec, value < 0 ? -(uint64_t)value : (uint64_t)value, value < 0, bits, buffer, &parts);
    check_parts(&spec, &parts, expected);
}

static void check_float(const char *spec_text, double value, const char *expected) {
    FormatSpec spec;
    FormatParts parts;
    assert_true(format_read(spec_text, strlen(spec_text), "eEf", &spec));
    char *buffer = malloc(format_float_size(&spec));
    format_float(&spec, value, false, buffer, &parts);
    check_parts(&spec, &parts, expected);
    free(buffer);
}

static void check_text(const char *spec_text, const char *value, const char *expected) {
    FormatSpec spec;
    FormatParts parts;
    assert_true(format_read(spec_text, strlen(spec_text), "?", &spec));
    format_text(&spec, value, strlen(value), &parts);
    check_parts(&spec, &parts, expected);
}

static void test_integers(void **state) {
    (void)state;
    check_integer("", -42, 64, "-42");
    check_integer("5", 42, 64, "   42");
    check_integer("<5", 42, 64, "42   ");
    check_integer("^7", 42, 64, "  42   ");
    check_integer("*^7", 42, 64, "**42***");
    check_integer("05", -42, 64, "-0042");
    check_integer("<05", -42, 64, "-0042"); /* zeros come before alignment */
    check_integer("+", 5, 64, "+5");
    check_integer("x", -1, 8, "ff");
    check_integer("x", -1, 64, "ffffffffffffffff");
    check_integer("#X", -1, 16, "0xFFFF");
    check_integer("#010x", 255, 64, "0x000000ff");
    check_integer("#b", 5, 64, "0b101");
    check_integer("o", 8, 64, "10");
    check_integer("\xc3\xa9>4", 7, 64,
                  "\xc3\xa9\xc3\xa9\xc3\xa9"
                  "7");
    check_integer("", INT64_MIN, 64, "-9223372036854775808");
}

static void test_floats(void **state) {
    (void)state;
    check_float("", 1, "1.0");
    check_float("f", 1.25, "1.25");
    check_float(".2", 3.14159, "3.14");
    check_float(".0", 2.5, "2"); /* halves to even, as the exact value says */
    check_float("08.2", -3.14159, "-0003.14");
    check_float(".1e", 15000, "1.5e4");
    check_float("e", 15000, "1.5e4");
    check_float("E", 1e-7, "1E-7");
    check_float("e", 0, "0e0");
    check_float("+.1", -0.0, "-0.0");
    check_float("05", INFINITY, "  inf");
    check_float("<5", NAN, "nan  ");
    check_float(".3", -INFINITY, "-inf");
    check_float(".25", 0.1, "0.1000000000000000055511151");
    check_float(".1", 1e22, "10000000000000000000000.0");
}

static void test_texts(void **state) {
    (void)state;
    check_text("5", "ab", "ab   ");
    check_text(">5", "ab", "   ab");
    check_text(".2", "h\xc3\xa9llo", "h\xc3\xa9");
    check_text("-^6.3", "abcdef", "-abc--");
    check_text("4", "\xf0\x9f\x9b\xb6", "\xf0\x9f\x9b\xb6   ");
}

static void test_wrong_specs(void **state) {
    (void)state;
    static const char *const wrong[] = {"q", "5q", ".", "x#", "99999", ".99999", "+-", "5 "};
    FormatSpec spec;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(format_read(wrong[i], strlen(wrong[i]), "xXob", &spec));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_wrong_specs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
