#include "vm/runtime/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "vm/runtime/decimal.h"
#include "vm/runtime/number.h"
#include "vm/runtime/string_scan.h"

/* ---- Reading a spec ---------------------------------------------------------------------------- */

typedef struct FormatReader {
    const char *at, *end;
} FormatReader;

static bool format_is_align(const char *at, const char *end) {
    return at < end && (*at == '<' || *at == '^' || *at == '>');
}

static bool format_take(FormatReader *reader, char c) {
    if (reader->at == reader->end || *reader->at != c)
        return false;
    reader->at++;
    return true;
}

static void format_take_align(FormatReader *reader, FormatSpec *spec) {
    size_t fill = 0;
    if (reader->at < reader->end)
        string_scalar(reader->at, &fill);
    if (fill > 0 && format_is_align(reader->at + fill, reader->end)) {
        memcpy(spec->fill, reader->at, fill);
        spec->fill_length = (uint8_t)fill;
        reader->at += fill;
    }
    if (format_is_align(reader->at, reader->end))
        spec->align = *reader->at++;
}

/* Whether there is a number, and not a greater one than allowed. */
static bool format_take_number(FormatReader *reader, uint32_t *number) {
    const char *start = reader->at;
    for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++)
        if (*number <= FORMAT_MAX_NUMBER)
            *number = *number * 10 + (uint32_t)(*reader->at - '0');
    return reader->at > start && *number <= FORMAT_MAX_NUMBER;
}

bool format_read(const char *text, size_t length, const char *types, FormatSpec *spec) {
    FormatReader reader = {text, text + length};
    *spec = (FormatSpec){.fill = " ", .fill_length = 1};
    format_take_align(&reader, spec);
    spec->plus = format_take(&reader, '+');
    spec->alternate = format_take(&reader, '#');
    spec->zero = format_take(&reader, '0');
    if (reader.at < reader.end && *reader.at >= '1' && *reader.at <= '9' &&
        !format_take_number(&reader, &spec->width))
        return false;
    spec->has_precision = format_take(&reader, '.');
    if (spec->has_precision && !format_take_number(&reader, &spec->precision))
        return false;
    if (reader.at < reader.end && *reader.at && strchr(types, *reader.at))
        spec->type = *reader.at++;
    return reader.at == reader.end;
}

/* ---- Padding ----------------------------------------------------------------------------------- */

static size_t format_padding(const FormatSpec *spec, const FormatParts *parts) {
    if (spec->width == 0)
        return 0;
    size_t count = parts->is_digits ? parts->body_length : string_count(parts->body, parts->body_length);
    size_t width = parts->prefix_length + count;
    return width < spec->width ? spec->width - width : 0;
}

static bool format_pads_with_zeros(const FormatSpec *spec, const FormatParts *parts) {
    return spec->zero && parts->is_digits;
}

size_t format_length(const FormatSpec *spec, const FormatParts *parts) {
    size_t unit = format_pads_with_zeros(spec, parts) ? 1 : spec->fill_length;
    return parts->prefix_length + parts->body_length + format_padding(spec, parts) * unit;
}

static char *format_put(char *out, const char *bytes, size_t length) {
    memcpy(out, bytes, length);
    return out + length;
}

static char *format_fill(char *out, const char *unit, size_t length, size_t count) {
    for (; count > 0; count--)
        out = format_put(out, unit, length);
    return out;
}

void format_write(const FormatSpec *spec, const FormatParts *parts, char *out) {
    size_t padding = format_padding(spec, parts);
    if (format_pads_with_zeros(spec, parts)) {
        out = format_put(out, parts->prefix, parts->prefix_length);
        out = format_fill(out, "0", 1, padding);
        format_put(out, parts->body, parts->body_length);
        return;
    }
    char align = spec->align ? spec->align : parts->is_number ? '>' : '<';
    size_t before = align == '>' ? padding : align == '^' ? padding / 2 : 0;
    out = format_fill(out, spec->fill, spec->fill_length, before);
    out = format_put(out, parts->prefix, parts->prefix_length);
    out = format_put(out, parts->body, parts->body_length);
    format_fill(out, spec->fill, spec->fill_length, padding - before);
}

static void format_sign(const FormatSpec *spec, bool negative, FormatParts *parts) {
    if (negative || spec->plus)
        parts->prefix[parts->prefix_length++] = negative ? '-' : '+';
}

/* ---- Integers ---------------------------------------------------------------------------------- */

/* Digits in a radix of 2 to the power of `shift`, at the end of the buffer.  Returns their start. */
static char *format_radix(char buffer[FORMAT_INTEGER], uint64_t bits, unsigned shift, const char *digits) {
    char *at = buffer + FORMAT_INTEGER;
    do
        *--at = digits[bits & ((1u << shift) - 1)];
    while (bits >>= shift);
    return at;
}

void format_integer(const FormatSpec *spec, uint64_t magnitude, bool negative, uint64_t bits,
                    char buffer[FORMAT_INTEGER], FormatParts *parts) {
    static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
    *parts = (FormatParts){.is_number = true, .is_digits = true};
    if (spec->type == 0) {
        format_sign(spec, negative, parts);
        parts->body = buffer;
        parts->body_length = number_write_u64(buffer, magnitude);
        return;
    }
    unsigned shift = spec->type == 'b' ? 1 : spec->type == 'o' ? 3 : 4;
    char *start = format_radix(buffer, bits, shift, spec->type == 'X' ? upper : lower);
    format_sign(spec, false, parts);
    if (spec->alternate) {
        parts->prefix[parts->prefix_length++] = '0';
        parts->prefix[parts->prefix_length++] = shift == 4 ? 'x' : spec->type;
    }
    parts->body = start;
    parts->body_length = (size_t)(buffer + FORMAT_INTEGER - start);
}

/* ---- Floats ------------------------------------------------------------------------------------ */

enum {
    FORMAT_FLOAT = 400,   /* bytes for sign, whole part, point and exponent of any double */
    FORMAT_DECIMALS = 19, /* whose power of ten fits a word */
};

size_t format_float_size(const FormatSpec *spec) {
    return FORMAT_FLOAT + (spec->has_precision ? spec->precision : 0);
}

/* What snprintf wrote, with a point where the locale has its own. */
static size_t format_normalise(char *text) {
    char *out = text;
    bool in_point = false;
    for (const char *at = text; *at; at++) {
        bool plain = (*at >= '0' && *at <= '9') || *at == 'e' || *at == '-' || *at == '+';
        if (plain)
            *out++ = *at;
        else if (!in_point)
            *out++ = '.';
        in_point = !plain;
    }
    return (size_t)(out - text);
}

/* `e+05` becomes `e5`. */
static size_t format_exponent(char *text, size_t length, char letter) {
    char *at = memchr(text, 'e', length);
    int exponent = 0;
    bool negative = at[1] == '-';
    for (const char *digit = at + 2; digit < text + length; digit++)
        exponent = exponent * 10 + (*digit - '0');
    *at++ = letter;
    return (size_t)(at - text) + number_write_i64(at, negative ? -exponent : exponent);
}

static size_t format_scientific(const FormatSpec *spec, double magnitude, bool is_f32, char *buffer) {
    if (spec->has_precision) {
        snprintf(buffer, format_float_size(spec), "%.*e", (int)spec->precision, magnitude);
        return format_exponent(buffer, format_normalise(buffer), spec->type);
    }
    NumberDecimal shortest = number_shortest(magnitude, is_f32);
    char *at = buffer;
    *at++ = shortest.digits[0];
    if (shortest.count > 1)
        *at++ = '.';
    at = format_put(at, shortest.digits + 1, (size_t)shortest.count - 1);
    *at++ = spec->type;
    return (size_t)(at - buffer) + number_write_i64(at, shortest.exponent);
}

/* A number below 2^64 with a few decimals, exactly: the fraction is an integer below 2^53 over a power of two, and times
 * a power of ten it fits 128 bits.  Halves go to the even digit.  Returns the length. */
static size_t format_fixed(double magnitude, uint32_t decimals, char *buffer) {
    __extension__ typedef unsigned __int128 Wide;
    const int too_small = 127; /* far below half a unit of the last decimal */
    DecimalBinary binary = decimal_binary(magnitude, DECIMAL_F64);
    uint64_t whole = binary.significand, fraction = 0, scale = 1;
    for (uint32_t i = 0; i < decimals; i++)
        scale *= 10;
    if (binary.exponent >= 0) {
        whole <<= binary.exponent;
    } else {
        int shift = -binary.exponent < too_small ? -binary.exponent : too_small;
        uint64_t bits = shift < 64 ? whole & (((uint64_t)1 << shift) - 1) : whole;
        whole = shift < 64 ? whole >> shift : 0;
        Wide scaled = (Wide)bits * scale, half = (Wide)1 << (shift - 1), rest = scaled & (2 * half - 1);
        fraction = (uint64_t)(scaled >> shift);
        bool odd = (decimals ? fraction : whole) & 1;
        fraction += rest > half || (rest == half && odd);
        if (fraction == scale) {
            whole++;
            fraction = 0;
        }
    }
    size_t length = number_write_u64(buffer, whole);
    if (decimals == 0)
        return length;
    buffer[length++] = '.';
    char digits[FORMAT_INTEGER];
    size_t count = number_write_u64(digits, fraction);
    memset(buffer + length, '0', decimals - count);
    memcpy(buffer + length + decimals - count, digits, count);
    return length + decimals;
}

void format_float(const FormatSpec *spec, double value, bool is_f32, char *buffer, FormatParts *parts) {
    *parts = (FormatParts){.body = buffer, .is_number = true, .is_digits = isfinite(value) != 0};
    double magnitude = fabs(value);
    if (!isnan(value))
        format_sign(spec, signbit(value), parts);
    if (!isfinite(value)) {
        parts->body = isnan(value) ? "nan" : "inf";
        parts->body_length = 3;
    } else if (spec->type == 'e' || spec->type == 'E') {
        parts->body_length = format_scientific(spec, magnitude, is_f32, buffer);
    } else if (spec->has_precision && spec->precision <= FORMAT_DECIMALS && magnitude < 0x1p64) {
        parts->body_length = format_fixed(magnitude, spec->precision, buffer);
    } else if (spec->has_precision) {
        snprintf(buffer, format_float_size(spec), "%.*f", (int)spec->precision, magnitude);
        parts->body_length = format_normalise(buffer);
    } else {
        parts->body_length = number_write_float(buffer, magnitude, is_f32);
    }
}

/* ---- Texts ------------------------------------------------------------------------------------- */

void format_text(const FormatSpec *spec, const char *text, size_t length, FormatParts *parts) {
    size_t kept = spec->has_precision ? string_prefix(text, length, spec->precision) : length;
    *parts = (FormatParts){.body = text, .body_length = kept};
}
