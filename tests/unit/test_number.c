/* Numbers as text and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gmp.h>

#include "vm/runtime/format.h"
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

static uint64_t next_random(uint64_t *state) { /* xorshift, Marsaglia 2003 */
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

/* Any bits, integers, decimals, and what is close to 1. */
static double next_float(uint64_t *state, int i) {
    uint64_t bits = next_random(state) & INT64_MAX;
    double value;
    if (i % 4 == 1)
        return (double)(bits >> (bits % 50));
    if (i % 4 == 2)
        return (double)(bits % 1000000) / pow(10, (double)(bits >> 32 & 7));
    if (i % 4 == 3)
        bits = (bits & 0x00ffffffffffffff) | 0x3f00000000000000;
    memcpy(&value, &bits, sizeof value);
    return value;
}

enum { SAMPLES = 20000 };

/* The decimal of the C library with as many digits is the same, and with one digit less it is another number. */
static void check_digits(double value, bool is_f32) {
    char text[64], shorter[64];
    NumberDecimal decimal = number_shortest(value, is_f32);
    snprintf(text, sizeof text, "%se%d", decimal.digits, decimal.exponent - decimal.count + 1);
    snprintf(shorter, sizeof shorter, "%.*e", decimal.count > 1 ? decimal.count - 2 : 0, value);
    assert_true((is_f32 ? (double)strtof(text, NULL) : strtod(text, NULL)) == value);
    if (decimal.count > 1)
        assert_true((is_f32 ? (double)strtof(shorter, NULL) : strtod(shorter, NULL)) != value);
    char closest[64], digits[64];
    snprintf(closest, sizeof closest, "%.*e", decimal.count - 1, value);
    double back = is_f32 ? (double)strtof(closest, NULL) : strtod(closest, NULL);
    snprintf(digits, sizeof digits, "%c%s%s", decimal.digits[0], decimal.count > 1 ? "." : "",
             decimal.digits + 1);
    if (back == value) /* at a power of two the closest one may not read back */
        assert_memory_equal(digits, closest, strlen(digits));
}

static void test_random_shortest(void **state) {
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < SAMPLES; i++) {
        double value = next_float(&seed, i);
        if (isfinite(value) && value != 0)
            check_digits(value, false);
        float single = (float)value;
        uint32_t bits = (uint32_t)next_random(&seed) & INT32_MAX;
        if (i % 4 == 0)
            memcpy(&single, &bits, sizeof single);
        if (isfinite(single) && single != 0)
            check_digits((double)single, true);
    }
}

/* Texts of one digit more than needed, of many digits, and of the middle of two numbers, as strtod reads them. */
static void test_random_read(void **state) {
    (void)state;
    uint64_t seed = 2;
    for (int i = 0; i < SAMPLES; i++) {
        char text[900];
        double value = next_float(&seed, i), read;
        float single;
        if (!isfinite(value))
            continue;
        if (i % 5 == 0) {
            float below = (float)value;
            snprintf(text, sizeof text, "%.60e", ((double)below + (double)nextafterf(below, INFINITY)) / 2);
        } else {
            snprintf(text, sizeof text, "%.*e", (int)(next_random(&seed) % (i % 5 == 1 ? 800 : 24)), value);
        }
        assert_true(number_read_f64(text, strlen(text), &read) && read == strtod(text, NULL));
        assert_true(number_read_f32(text, strlen(text), &single) && single == strtof(text, NULL));
    }
}

static void test_random_decimals(void **state) {
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < SAMPLES; i++) {
        char spec_text[8], expected[512], buffer[512];
        double value = next_float(&seed, i);
        if (i % 8 == 0)
            value = (double)(next_random(&seed) % 20001) / 1024; /* halves among them */
        int decimals = (int)(next_random(&seed) % (i % 8 == 0 ? 11 : 22));
        if (!isfinite(value))
            continue;
        snprintf(spec_text, sizeof spec_text, ".%d", decimals);
        snprintf(expected, sizeof expected, "%.*f", decimals, value);
        FormatSpec spec;
        FormatParts parts;
        assert_true(format_read(spec_text, strlen(spec_text), "eEf", &spec));
        format_float(&spec, value, false, buffer, &parts);
        assert_int_equal(parts.body_length, strlen(expected));
        assert_memory_equal(parts.body, expected, parts.body_length);
    }
}

static void test_powers_of_ten(void **state) {
    (void)state;
    static const struct {
        uint64_t high, low;
    } powers[] = {
#define P(high, low) {high, low},
#include "vm/runtime/decimal.def"
#undef P
    };
    mpz_t power, one, row;
    mpz_inits(power, one, row, NULL);
    for (int k = -342; k <= 324; k++) {
        mpz_ui_pow_ui(power, 10, (unsigned long)abs(k));
        mpz_set_ui(one, 1);
        mpz_mul_2exp(one, one, 2000); /* more than enough to cut 128 bits from, rounded up */
        if (k < 0)
            mpz_cdiv_q(power, one, power);
        long surplus = (long)mpz_sizeinbase(power, 2) - 128;
        if (surplus > 0)
            mpz_cdiv_q_2exp(power, power, (unsigned long)surplus);
        else
            mpz_mul_2exp(power, power, (unsigned long)-surplus);
        mpz_import(row, 2, 1, sizeof(uint64_t), 0, 0, &powers[k + 342]);
        assert_int_equal(mpz_cmp(row, power), 0);
    }
    mpz_clears(power, one, row, NULL);
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
        cmocka_unit_test(test_floats),          cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_random_shortest), cmocka_unit_test(test_random_read),
        cmocka_unit_test(test_random_decimals), cmocka_unit_test(test_powers_of_ten),
        cmocka_unit_test(test_read_floats),     cmocka_unit_test(test_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
