#include "vm/runtime/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Writing ----------------------------------------------------------------------------------- */

size_t number_write_u64(char *out, uint64_t value) {
    char reversed[20];
    size_t count = 0;
    do
        reversed[count++] = (char)('0' + value % 10);
    while (value /= 10);
    for (size_t i = 0; i < count; i++)
        out[i] = reversed[count - 1 - i];
    return count;
}

size_t number_write_i64(char *out, int64_t value) {
    if (value >= 0)
        return number_write_u64(out, (uint64_t)value);
    out[0] = '-';
    return 1 + number_write_u64(out + 1, -(uint64_t)value);
}

/* The `count` digits that are closest to the value. */
static NumberDecimal number_rounded(double value, int count) {
    char text[NUMBER_TEXT + 16];
    snprintf(text, sizeof text, "%.*e", count - 1, value);
    NumberDecimal decimal = {.count = 0};
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at >= '0' && *at <= '9') /* whatever else stands there is the locale's point */
            decimal.digits[decimal.count++] = *at;
    decimal.digits[decimal.count] = '\0';
    decimal.exponent = atoi(at + 1);
    return decimal;
}

static double number_value(const NumberDecimal *decimal, bool is_f32) {
    char text[NUMBER_TEXT];
    snprintf(text, sizeof text, "%se%d", decimal->digits, decimal->exponent - (decimal->count - 1));
    return is_f32 ? (double)strtof(text, NULL) : strtod(text, NULL);
}

/* The next decimal with as many digits. */
static void number_increment(NumberDecimal *decimal) {
    int i = decimal->count - 1;
    for (; i >= 0 && decimal->digits[i] == '9'; i--)
        decimal->digits[i] = '0';
    if (i >= 0) {
        decimal->digits[i]++;
    } else {
        decimal->digits[0] = '1';
        decimal->exponent++;
    }
}

static void number_strip(NumberDecimal *decimal) {
    while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0')
        decimal->digits[--decimal->count] = '\0';
}

/* Any decimal of DBL_DIG digits survives the way through a normal double, so of a shorter text the rounding
 * to that many digits gives it back with zeros.  At a power of two the numbers below lie closer than those
 * above, so the closest decimal may be too low to read back while the next one is not too high. */
NumberDecimal number_shortest(double value, bool is_f32) {
    bool normal = value >= (is_f32 ? (double)FLT_MIN : DBL_MIN);
    int last = is_f32 ? FLT_DECIMAL_DIG : DBL_DECIMAL_DIG;
    NumberDecimal decimal = {.digits = "0", .count = 1};
    if (value == 0)
        return decimal;
    for (int count = !normal ? 1 : is_f32 ? FLT_DIG : DBL_DIG; count <= last; count++) {
        decimal = number_rounded(value, count);
        double back = number_value(&decimal, is_f32);
        if (back < value) {
            NumberDecimal above = decimal;
            number_increment(&above);
            if (number_value(&above, is_f32) == value) {
                decimal = above;
                break;
            }
        }
        if (back == value)
            break;
    }
    number_strip(&decimal);
    return decimal;
}

/* Digits with a point behind the first `whole` ones, which may be none or more than there are. */
static size_t number_write_plain(char *out, const NumberDecimal *decimal, int whole) {
    char *at = out;
    if (whole <= 0) {
        *at++ = '0', *at++ = '.';
        for (int i = whole; i < 0; i++)
            *at++ = '0';
        memcpy(at, decimal->digits, (size_t)decimal->count);
        return (size_t)(at + decimal->count - out);
    }
    for (int i = 0; i < whole; i++)
        *at++ = i < decimal->count ? decimal->digits[i] : '0';
    *at++ = '.';
    if (whole >= decimal->count)
        *at++ = '0';
    for (int i = whole; i < decimal->count; i++)
        *at++ = decimal->digits[i];
    return (size_t)(at - out);
}

static size_t number_write_magnitude(char *out, double value, bool is_f32) {
    const double integers =
        9007199254740992.0; /* below 2^53 every integer is exact and needs all its digits */
    if (!is_f32 && value < integers && value == trunc(value)) {
        size_t length = number_write_u64(out, (uint64_t)value);
        memcpy(out + length, ".0", 2);
        return length + 2;
    }
    NumberDecimal decimal = number_shortest(value, is_f32);
    if (decimal.exponent >= -5 && decimal.exponent < 16)
        return number_write_plain(out, &decimal, decimal.exponent + 1);
    size_t length = number_write_plain(out, &decimal, 1);
    out[length++] = 'e';
    return length + number_write_i64(out + length, decimal.exponent);
}

size_t number_write_float(char *out, double value, bool is_f32) {
    if (isnan(value))
        return memcpy(out, "nan", 3), 3;
    size_t sign = signbit(value) != 0;
    out[0] = '-';
    if (isinf(value))
        return memcpy(out + sign, "inf", 3), sign + 3;
    return sign + number_write_magnitude(out + sign, fabs(value), is_f32);
}

/* ---- Reading integers -------------------------------------------------------------------------- */

static unsigned number_digit(char c) {
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'z' ? (unsigned)(lower - 'a') + 10 : 255;
}

static bool number_read_digits(const char *text, size_t length, unsigned radix, uint64_t *out) {
    uint64_t value = 0;
    bool digit_before = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '_' && digit_before) {
            digit_before = false;
            continue;
        }
        unsigned digit = number_digit(text[i]);
        if (digit >= radix || __builtin_mul_overflow(value, radix, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
        digit_before = true;
    }
    *out = value;
    return digit_before;
}

bool number_read_u64(const char *text, size_t length, unsigned radix, uint64_t *out) {
    size_t sign = length > 0 && text[0] == '+';
    return number_read_digits(text + sign, length - sign, radix, out);
}

bool number_read_i64(const char *text, size_t length, unsigned radix, int64_t *out) {
    bool negative = length > 0 && text[0] == '-';
    size_t sign = length > 0 && (negative || text[0] == '+');
    uint64_t magnitude;
    if (!number_read_digits(text + sign, length - sign, radix, &magnitude) ||
        magnitude > (uint64_t)INT64_MAX + negative)
        return false;
    *out = (int64_t)(negative ? -magnitude : magnitude);
    return true;
}

/* ---- Reading floats ---------------------------------------------------------------------------- */

/* More significant digits than any number halfway between two doubles has; of what follows it matters only
 * whether it is zero. */
enum { NUMBER_SIGNIFICANT = 800 };

typedef struct NumberReader {
    const char *at, *end;
    char digits[NUMBER_SIGNIFICANT + 32]; /* later: with the exponent, for strtod */
    int count;                            /* of digits, leading zeros left out */
    int64_t exponent;                     /* of the last digit */
    bool rest;                            /* a digit that is not 0 was left out */
} NumberReader;

/* Takes digits; those behind the point lower the exponent.  Whether there was one. */
static bool number_take_digits(NumberReader *reader, bool behind_point) {
    const char *start = reader->at;
    for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
        bool leading = reader->count == 0 && *reader->at == '0';
        bool kept = !leading && reader->count < NUMBER_SIGNIFICANT;
        if (kept)
            reader->digits[reader->count++] = *reader->at;
        else
            reader->rest = reader->rest || *reader->at != '0';
        reader->exponent += (int64_t)(!kept && !leading) - behind_point;
    }
    return reader->at > start;
}

static bool number_take(NumberReader *reader, char lower) {
    if (reader->at == reader->end || (*reader->at | 0x20) != lower)
        return false;
    reader->at++;
    return true;
}

static bool number_take_exponent(NumberReader *reader) {
    const int64_t enough = (int64_t)1 << 50; /* more than the digits of any text can make up for */
    bool negative = reader->at < reader->end && *reader->at == '-';
    if (negative || (reader->at < reader->end && *reader->at == '+'))
        reader->at++;
    const char *start = reader->at;
    int64_t exponent = 0;
    for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++)
        if (exponent < enough)
            exponent = exponent * 10 + (*reader->at - '0');
    reader->exponent += negative ? -exponent : exponent;
    return reader->at > start;
}

static bool number_is(const NumberReader *reader, const char *word) {
    size_t length = strlen(word);
    return (size_t)(reader->end - reader->at) == length && memcmp(reader->at, word, length) == 0;
}

/* Leaves digits and exponent in reader->digits as text that strtod reads. */
static bool number_take_decimal(NumberReader *reader) {
    bool before = number_take_digits(reader, false), behind = false;
    if (reader->at < reader->end && *reader->at == '.') {
        reader->at++;
        behind = number_take_digits(reader, true);
    }
    if (!(before || behind) || (number_take(reader, 'e') && !number_take_exponent(reader)) ||
        reader->at != reader->end)
        return false;
    if (reader->count == 0)
        reader->digits[reader->count++] = '0';
    if (reader->rest) {
        reader->digits[reader->count++] = '1';
        reader->exponent--;
    }
    int64_t exponent = reader->exponent < -100000  ? -100000
                       : reader->exponent > 100000 ? 100000
                                                   : reader->exponent;
    char *out = reader->digits + reader->count;
    *out++ = 'e';
    out[number_write_i64(out, exponent)] = '\0';
    return true;
}

/* Reads the sign and the words; true when that is all, with the value in *out. */
static bool number_take_special(NumberReader *reader, bool *negative, double *out) {
    *negative = reader->at < reader->end && *reader->at == '-';
    if (*negative || (reader->at < reader->end && *reader->at == '+'))
        reader->at++;
    *out = number_is(reader, "nan") ? (double)NAN : HUGE_VAL;
    return number_is(reader, "nan") || number_is(reader, "inf");
}

bool number_read_f64(const char *text, size_t length, double *out) {
    NumberReader reader = {.at = text, .end = text + length};
    bool negative;
    double value;
    if (!number_take_special(&reader, &negative, &value)) {
        if (!number_take_decimal(&reader))
            return false;
        value = strtod(reader.digits, NULL);
    }
    *out = negative ? -value : value;
    return true;
}

bool number_read_f32(const char *text, size_t length, float *out) {
    NumberReader reader = {.at = text, .end = text + length};
    bool negative;
    double special;
    float value;
    if (number_take_special(&reader, &negative, &special)) {
        value = (float)special;
    } else {
        if (!number_take_decimal(&reader))
            return false;
        value = strtof(reader.digits, NULL);
    }
    *out = negative ? -value : value;
    return true;
}
