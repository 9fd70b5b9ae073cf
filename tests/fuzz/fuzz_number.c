/* Numbers read and written, against the C library and 128-bit arithmetic.  The first byte says what the others are:
 * the bits of a number, or a text; the second is a radix or a precision. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "vm/runtime/format.h"
#include "vm/runtime/number.h"

const FuzzForm fuzz_form = FUZZ_BINARY;

enum { LONGEST = 4096, FORMATTED = 400 + 256 };

/* ---- Floats written ---------------------------------------------------------------------------- */

static double read_back(const char *text, bool is_f32) {
    return is_f32 ? (double)strtof(text, NULL) : strtod(text, NULL);
}

static int digits_of(const char *text, size_t length) {
    int count = 0, zeros = 0;
    for (size_t i = 0; i < length && text[i] != 'e'; i++) {
        if (text[i] == '0')
            zeros += count > 0; /* counted once another digit follows */
        else if (text[i] >= '1' && text[i] <= '9')
            count += 1 + zeros, zeros = 0;
    }
    return count;
}

/* The decimals of that many digits on both sides of the value do not read back as the value. */
static bool is_ambiguous(double value, int digits, bool is_f32) {
    char text[64];
    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    if (read_back(text, is_f32) == value)
        return false;
    /* the neighbour on the other side: one unit of the last digit towards the value */
    char *e = strchr(text, 'e');
    char whole[64];
    int length = 0;
    for (const char *at = text; at < e; at++)
        if (*at != '.')
            whole[length++] = *at;
    whole[length] = '\0';
    int exponent = atoi(e + 1) - (digits - 1);
    long long number = strtoll(whole, NULL, 10) + (read_back(text, is_f32) < value ? 1 : -1);
    snprintf(whole, sizeof whole, "%llde%d", number, exponent);
    return read_back(whole, is_f32) != value;
}

static void check_float(double value, bool is_f32) {
    char text[NUMBER_TEXT + 1];
    size_t length = number_write_float(text, value, is_f32);
    fuzz_check(length < NUMBER_TEXT, "number_write_float", "too long");
    text[length] = '\0';
    double back;
    float single = 0;
    bool read = is_f32 ? number_read_f32(text, length, &single) : number_read_f64(text, length, &back);
    back = is_f32 ? (double)single : back;
    fuzz_check(read && (isnan(value) ? isnan(back) : back == value && signbit(back) == signbit(value)),
               "does not read back", text);
    if (!isfinite(value) || value == 0)
        return;
    fuzz_check(read_back(text, is_f32) == value, "strtod reads another number", text);
    int digits = digits_of(text, length);
    if (digits > 1 && fabs(value) < (is_f32 ? HUGE_VAL : 9007199254740992.0) && value != trunc(value))
        fuzz_check(is_ambiguous(fabs(value), digits - 1, is_f32), "not the shortest", text);
}

static void check_bits(const uint8_t *data, size_t size) {
    uint64_t bits = 0;
    memcpy(&bits, data, size < 8 ? size : 8);
    double number;
    float single;
    memcpy(&number, &bits, 8);
    memcpy(&single, &bits, 4);
    check_float(number, false);
    check_float((double)single, true);
    char text[NUMBER_TEXT + 1], wanted[NUMBER_TEXT + 1];
    text[number_write_i64(text, (int64_t)bits)] = '\0';
    snprintf(wanted, sizeof wanted, "%lld", (long long)bits);
    fuzz_check(strcmp(text, wanted) == 0, "number_write_i64", text);
    text[number_write_u64(text, bits)] = '\0';
    snprintf(wanted, sizeof wanted, "%llu", (unsigned long long)bits);
    fuzz_check(strcmp(text, wanted) == 0, "number_write_u64", text);
}

/* ---- Text read --------------------------------------------------------------------------------- */

static size_t skip_digits(const char *text, size_t at) {
    while (text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

/* Whether the text is a float by the grammar of number.h.  It is terminated. */
static bool is_float(const char *text, size_t length) {
    size_t at = *text == '+' || *text == '-';
    if (strcmp(text + at, "nan") == 0 || strcmp(text + at, "inf") == 0)
        return at + 3 == length;
    size_t start = at, digits;
    at = skip_digits(text, at);
    digits = at - start;
    if (text[at] == '.') {
        start = ++at;
        at = skip_digits(text, at);
        digits += at - start;
    }
    if (digits == 0)
        return false;
    if (text[at] == 'e' || text[at] == 'E') {
        at++;
        at += text[at] == '+' || text[at] == '-';
        start = at;
        at = skip_digits(text, at);
        if (at == start)
            return false;
    }
    return at == length;
}

static void check_float_text(const char *text, size_t length) {
    double number = 0;
    float single = 0;
    bool wanted = is_float(text, length);
    fuzz_check(number_read_f64(text, length, &number) == wanted, "number_read_f64", text);
    fuzz_check(number_read_f32(text, length, &single) == wanted, "number_read_f32", text);
    if (!wanted)
        return;
    double expected = strtod(text, NULL);
    float expected_single = strtof(text, NULL);
    fuzz_check(isnan(expected) ? isnan(number) : number == expected && signbit(number) == signbit(expected),
               "number_read_f64 and strtod", text);
    fuzz_check(isnan(expected_single)
                   ? isnan(single)
                   : single == expected_single && signbit(single) == signbit(expected_single),
               "number_read_f32 and strtof", text);
}

/* Digits of the radix with `_` between two of them; false when it is no such text or 2^64 or more. */
static bool read_digits(const char *text, size_t length, unsigned radix, uint64_t *out) {
    __extension__ unsigned __int128 value = 0;
    if (length == 0 || text[0] == '_' || text[length - 1] == '_')
        return false;
    for (size_t i = 0; i < length; i++) {
        static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
        char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
        const char *digit = c ? strchr(digits, c) : NULL;
        if (c == '_' && text[i + 1] != '_')
            continue;
        if (!digit || digit - digits >= (int)radix)
            return false;
        value = value * radix + (unsigned)(digit - digits);
        if (value > UINT64_MAX)
            return false;
    }
    *out = (uint64_t)value;
    return true;
}

static void check_integer_text(const char *text, size_t length, unsigned radix) {
    size_t sign = *text == '+' || *text == '-';
    uint64_t magnitude = 0, number = 0;
    int64_t integer = 0;
    bool valid = read_digits(text + sign, length - sign, radix, &magnitude);
    bool negative = *text == '-';
    bool fits = valid && magnitude <= (uint64_t)INT64_MAX + negative;
    fuzz_check(number_read_u64(text, length, radix, &number) == (valid && !negative), "number_read_u64",
               text);
    fuzz_check(!valid || negative || number == magnitude, "number_read_u64: value", text);
    fuzz_check(number_read_i64(text, length, radix, &integer) == fits, "number_read_i64", text);
    fuzz_check(!fits || (uint64_t)integer == (negative ? -magnitude : magnitude), "number_read_i64: value",
               text);
}

/* ---- Format specs ------------------------------------------------------------------------------ */

/* Pads with blanks to the left, as printf does. */
static void check_formatted(const char *wanted, const FormatSpec *spec, const FormatParts *parts) {
    static char text[FORMATTED + FORMAT_MAX_NUMBER + 1];
    size_t length = format_length(spec, parts);
    fuzz_check(length < sizeof text, "format_length", wanted);
    format_write(spec, parts, text);
    text[length] = '\0';
    fuzz_check(strcmp(text, wanted) == 0, text, wanted);
}

static void check_spec(double value, uint64_t bits, uint8_t flags, int precision) {
    static char wanted[FORMATTED + 64], buffer[FORMATTED + 64];
    char text[32], format[32];
    int width = flags >> 3;
    bool plus = flags & 1, zero = flags & 2, scientific = flags & 4;
    FormatSpec spec;
    FormatParts parts;
    snprintf(text, sizeof text, "%s%s%d.%d%s", plus ? "+" : "", zero ? "0" : "", width + 1, precision,
             scientific ? "e" : "");
    fuzz_check(format_read(text, strlen(text), "eEf", &spec), "format_read", text);
    if (isfinite(value) && !scientific) {
        snprintf(format, sizeof format, "%%%s%s%d.%df", plus ? "+" : "", zero ? "0" : "", width + 1,
                 precision);
        snprintf(wanted, sizeof wanted, format, value);
        format_float(&spec, value, false, buffer, &parts);
        check_formatted(wanted, &spec, &parts);
    }
    snprintf(text, sizeof text, "%s%s%d%s", plus ? "+" : "", zero ? "0" : "", width + 1,
             scientific ? "x" : "");
    fuzz_check(format_read(text, strlen(text), "xXob", &spec), "format_read", text);
    if (scientific && plus)
        return; /* C has no sign for hexadecimal numbers */
    snprintf(format, sizeof format, "%%%s%s%d%s", plus ? "+" : "", zero ? "0" : "", width + 1,
             scientific ? "llx" : "lld");
    snprintf(wanted, sizeof wanted, format, (long long)bits);
    format_integer(&spec, (int64_t)bits < 0 ? -bits : bits, (int64_t)bits < 0, bits, buffer, &parts);
    check_formatted(wanted, &spec, &parts);
}

/* Any ASCII text; what is a spec has only what a spec may have. */
static void check_spec_text(const char *text, size_t length) {
    FormatSpec spec;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return; /* a text of the language is UTF-8 */
    if (format_read(text, length, "xXobeEf?", &spec))
        fuzz_check(spec.fill_length >= 1 && spec.width <= FORMAT_MAX_NUMBER &&
                       spec.precision <= FORMAT_MAX_NUMBER &&
                       (strlen(text) == length || spec.fill[0] == '\0'),
                   "format_read", text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char text[LONGEST + 1];
    if (size < 2 || size > LONGEST)
        return -1;
    memcpy(text, data + 2, size - 2);
    text[size - 2] = '\0';
    switch (data[0] % 5) {
    case 0: check_bits(data + 2, size - 2); break;
    case 1: check_float_text(text, size - 2); break;
    case 2: check_integer_text(text, size - 2, 2 + data[1] % 35); break;
    case 3: {
        uint64_t bits = 0;
        double value;
        memcpy(&bits, data + 2, size - 2 < 8 ? size - 2 : 8);
        memcpy(&value, &bits, 8);
        check_spec(value, bits, data[1], size > 10 ? data[10] : 3);
        break;
    }
    default: check_spec_text(text, size - 2); break;
    }
    return 0;
}
