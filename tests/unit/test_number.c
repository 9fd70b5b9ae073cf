/* Numbers as text and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "vm/runtime/number.h"

static void check_float(double value, bool is_f32, const char *expected) {
    char text[NUMBER_TEXT + 1];
    text[number_write_float(text, value, is_f32)] = '\0';
    assert_string_equal(text, expected);
}

static void test_floats(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {0.1, "0.1"},
        {-1.5, "-1.5"},
        {1e-5, "0.00001"},
        {9.999e-6, "9.999e-6"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1.0e16"},
        {1e21, "1.0e21"},
        {1.5e300, "1.5e300"},
        {0.1 + 0.2, "0.30000000000000004"},
        {5e-324, "5.0e-324"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_MAX, "1.7976931348623157e308"},
        {9007199254740993.0, "9007199254740992.0"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
        {0x1p-44, "5.684341886080802e-14"}, /* a power of two, whose neighbours lie unevenly */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_float(rows[i].value, false, rows[i].text);
    check_float((double)0.1f, true, "0.1");
    check_float((double)FLT_MAX, true, "3.4028235e38");
    check_float((double)1e-45f, true, "1.0e-45");
    check_float(16777216, true, "16777216.0");
}

/* Every power of two and its neighbours read back, and no shorter decimal does. */
static void test_shortest(void **state) {
    (void)state;
    for (int exponent = -1074; exponent <= 1023; exponent++) {
        double power = ldexp(1, exponent),
               values[] = {power, nextafter(power, 0), nextafter(power, INFINITY)};
        for (int i = 0; i < 3; i++) {
            char text[NUMBER_TEXT];
            double back = 0;
            size_t length = number_write_float(text, values[i], false);
            assert_true(number_read_f64(text, length, &back) && back == values[i]);
            assert_true(number_shortest(values[i], false).count <= NUMBER_DIGITS);
        }
    }
}

static void test_read_floats(void **state) {
    (void)state;
    static const char *const wrong[] = {"",    ".",   "e5",       "1e",  "1e+",   " 1", "1 ",
                                        "1_0", "0x1", "infinity", "--1", "1.5.2", "+"};
    double value;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(number_read_f64(wrong[i], strlen(wrong[i]), &value));
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"1", 1},
        {"+1.5", 1.5},
        {".5", .5},
        {"5.", 5},
        {"-0", -0.0},
        {"1e400", INFINITY},
        {"1e-400", 0},
        {"2.2250738585072011e-308", 2.2250738585072011e-308},
        {"inf", INFINITY},
        {"-inf", -INFINITY},
        {"1e99999999999999999999", INFINITY},
        {"0.000001e6", 1},
        {"9007199254740993", 9007199254740992.0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(number_read_f64(rows[i].text, strlen(rows[i].text), &value));
        assert_true(value == rows[i].value);
    }
    assert_true(number_read_f64("nan", 3, &value) && isnan(value));

    char halfway[1200] = "9007199254740993."; /* rounds to even, but for a digit far behind */
    memset(halfway + strlen(halfway), '0', 1000);
    assert_true(number_read_f64(halfway, strlen(halfway), &value) && value == 9007199254740992.0);
    strcat(halfway, "1");
    assert_true(number_read_f64(halfway, strlen(halfway), &value) && value == 9007199254740994.0);

    float single;
    assert_true(number_read_f32("1.00000017881393432617187499", 28, &single) && single == 0x1.000002p0f);
}

static void check_integer(const char *text, unsigned radix, bool good, int64_t expected) {
    int64_t value = 0;
    assert_int_equal(number_read_i64(text, strlen(text), radix, &value), good);
    if (good)
        assert_true(value == expected);
}

static void test_integers(void **state) {
    (void)state;
    check_integer("9223372036854775807", 10, true, INT64_MAX);
    check_integer("-9223372036854775808", 10, true, INT64_MIN);
    check_integer("9223372036854775808", 10, false, 0);
    check_integer("1_000", 10, true, 1000);
    check_integer("_1", 10, false, 0);
    check_integer("1_", 10, false, 0);
    check_integer("1__0", 10, false, 0);
    check_integer("", 10, false, 0);
    check_integer("-", 10, false, 0);
    check_integer("+7", 10, true, 7);
    check_integer("fF", 16, true, 255);
    check_integer("zz", 36, true, 35 * 36 + 35);
    check_integer("2", 2, false, 0);
    uint64_t value;
    assert_true(number_read_u64("18446744073709551615", 20, 10, &value) && value == UINT64_MAX);
    assert_false(number_read_u64("18446744073709551616", 20, 10, &value));
    assert_false(number_read_u64("-1", 2, 10, &value));
    char text[NUMBER_TEXT];
    assert_int_equal(number_write_i64(text, INT64_MIN), 20);
    assert_memory_equal(text, "-9223372036854775808", 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_read_floats),
        cmocka_unit_test(test_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
