#include "vm/runtime/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vm/runtime/decimal.h"

/* ---- Writing ----------------------------------------------------------------------------------- */

/* Two digits at a time, from the last. */
size_t number_write_u64(char *out, uint64_t value) {
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
        "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
        "8081828384858687888990919293949596979899";
    char text[20], *at = text + sizeof text;
    for (; value >= 100; value /= 100)
        memcpy(at -= 2, pairs + value % 100 * 2, 2);
    if (value >= 10)
        memcpy(at -= 2, pairs + value * 2, 2);
    else
        *--at = (char)('0' + value);
    size_t count = (size_t)(text + sizeof text - at);
    memcpy(out, at, count);
    return count;
}

size_t number_write_i64(char *out, int64_t value) {
    if (value >= 0)
        return number_write_u64(out, (uint64_t)value);
    out[0] = '-';
    return 1 + number_write_u64(out + 1, -(uint64_t)value);
}

NumberDecimal number_shortest(double value, bool is_f32) {
    NumberDecimal decimal = {.digits = "0", .count = 1};
    if (value == 0)
        return decimal;
    DecimalFormat format = is_f32 ? DECIMAL_F32 : DECIMAL_F64;
    DecimalDigits shortest = decimal_shortest(decimal_binary(value, format), format);
    decimal.count = (int)number_write_u64(decimal.digits, shortest.digits);
    decimal.exponent = shortest.exponent + decimal.count - 1;
    while (decimal.digits[decimal.count - 1] == '0')
        decimal.count--;
    decimal.digits[decimal.count] = '\0';
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
 * whether it is zero.  The first ones, as many as fit a word, mostly suffice (decimal.h). */
enum { NUMBER_SIGNIFICANT = 800, NUMBER_HEAD = 19 };

typedef struct NumberReader {
    const char *at, *end;
    char digits[NUMBER_SIGNIFICANT + 32]; /* later: with the exponent, for strtod */
    int count;                            /* of digits, leading zeros left out */
    uint64_t head;                        /* the number of the first NUMBER_HEAD */
    int64_t exponent;                     /* of the last digit */
    bool rest;                            /* a digit that is not 0 was left out */
} NumberReader;

static void number_reader_start(NumberReader *reader, const char *text, size_t length) {
    reader->at = text;
    reader->end = text + length;
    reader->count = 0;
    reader->head = 0;
    reader->exponent = 0;
    reader->rest = false;
}

/* Takes digits; those behind the point lower the exponent.  Whether there was one. */
static bool number_take_digits(NumberReader *reader, bool behind_point) {
    const char *start = reader->at;
    for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
        bool leading = reader->count == 0 && *reader->at == '0';
        bool kept = !leading && reader->count < NUMBER_SIGNIFICANT;
        if (kept && reader->count < NUMBER_HEAD)
            reader->head = reader->head * 10 + (uint64_t)(*reader->at - '0');
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

static bool number_take_decimal(NumberReader *reader) {
    bool before = number_take_digits(reader, false), behind = false;
    if (reader->at < reader->end && *reader->at == '.') {
        reader->at++;
        behind = number_take_digits(reader, true);
    }
    if (!(before || behind) || (number_take(reader, 'e') && !number_take_exponent(reader)) ||
        reader->at != reader->end)
        return false;
    const int64_t far = 100000; /* zero or infinity, whatever the digits */
    reader->exponent = reader->exponent < -far ? -far : reader->exponent > far ? far : reader->exponent;
    return true;
}

/* Digits and exponent as text that strtod reads. */
static const char *number_plain_text(NumberReader *reader) {
    if (reader->rest) {
        reader->digits[reader->count++] = '1';
        reader->exponent--;
    }
    char *out = reader->digits + reader->count;
    *out++ = 'e';
    out[number_write_i64(out, reader->exponent)] = '\0';
    return reader->digits;
}

/* Whether the first digits tell the number: the same with what follows as without. */
static bool number_from_head(const NumberReader *reader, DecimalFormat format, double *out) {
    int more = reader->count > NUMBER_HEAD ? reader->count - NUMBER_HEAD : 0;
    int exponent = (int)reader->exponent + more;
    double above;
    return decimal_nearest(reader->head, exponent, format, out) &&
           (more == 0 || (decimal_nearest(reader->head + 1, exponent, format, &above) && above == *out));
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
    NumberReader reader;
    number_reader_start(&reader, text, length);
    bool negative;
    double value;
    if (!number_take_special(&reader, &negative, &value)) {
        if (!number_take_decimal(&reader))
            return false;
        if (reader.count == 0)
            value = 0;
        else if (!number_from_head(&reader, DECIMAL_F64, &value))
            value = strtod(number_plain_text(&reader), NULL);
    }
    *out = negative ? -value : value;
    return true;
}

bool number_read_f32(const char *text, size_t length, float *out) {
    NumberReader reader;
    number_reader_start(&reader, text, length);
    bool negative;
    double value;
    if (!number_take_special(&reader, &negative, &value)) {
        if (!number_take_decimal(&reader))
            return false;
        if (reader.count == 0)
            value = 0;
        else if (!number_from_head(&reader, DECIMAL_F32, &value))
            value = (double)strtof(number_plain_text(&reader), NULL);
    }
    *out = (float)(negative ? -value : value);
    return true;
}
