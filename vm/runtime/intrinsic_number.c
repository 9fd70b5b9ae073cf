/* Intrinsics that read and format numbers, and the conversions to text that lowering calls (natives.def). */
#include <inttypes.h>
#include <stdlib.h>

#include "vm/bytecode/utf8.h"
#include "vm/runtime/format.h"
#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/number.h"
#include "vm/runtime/string_scan.h"

/* ---- Reading: the result is a tag and the value ------------------------------------------------- */

static CorStatus give_optional(uint64_t *result, bool present, uint64_t value) {
    result[0] = present;
    result[1] = present ? value : 0;
    return COR_OK;
}

static CorStatus read_signed(CorIsolate *isolate, const CorStringObject *text, unsigned radix,
                             uint64_t *result) {
    int64_t value = 0;
    if (intrinsic_pay_scan(isolate, text->length) != COR_OK)
        return COR_STOPPED;
    bool found = number_read_i64(text->bytes, text->length, radix, &value);
    return give_optional(result, found, (uint64_t)value);
}

static CorStatus throw_radix(CorIsolate *isolate, uint64_t radix) {
    return cor_throw(isolate, COR_ERROR_VALUE, "a radix must be from 2 to 36, not %" PRId64, (int64_t)radix);
}

NATIVE_FUNCTION(intrinsic_INT_PARSE) {
    return read_signed(isolate, intrinsic_string(arguments[0]), 10, result);
}

NATIVE_FUNCTION(intrinsic_INT_PARSE_RADIX) {
    uint64_t radix = arguments[1];
    if (radix < 2 || radix > 36)
        return throw_radix(isolate, radix);
    return read_signed(isolate, intrinsic_string(arguments[0]), (unsigned)radix, result);
}

NATIVE_FUNCTION(intrinsic_U64_PARSE_RADIX) {
    const CorStringObject *text = intrinsic_string(arguments[0]);
    uint64_t radix = arguments[1], value = 0;
    if (radix < 2 || radix > 36)
        return throw_radix(isolate, radix);
    if (intrinsic_pay_scan(isolate, text->length) != COR_OK)
        return COR_STOPPED;
    bool found = number_read_u64(text->bytes, text->length, (unsigned)radix, &value);
    return give_optional(result, found, value);
}

NATIVE_FUNCTION(intrinsic_FLOAT_PARSE) {
    const CorStringObject *text = intrinsic_string(arguments[0]);
    double value = 0;
    if (intrinsic_pay_scan(isolate, text->length) != COR_OK)
        return COR_STOPPED;
    bool found = number_read_f64(text->bytes, text->length, &value);
    return give_optional(result, found, intrinsic_of_f64(value));
}

NATIVE_FUNCTION(intrinsic_F32_PARSE) {
    const CorStringObject *text = intrinsic_string(arguments[0]);
    float value = 0;
    if (intrinsic_pay_scan(isolate, text->length) != COR_OK)
        return COR_STOPPED;
    bool found = number_read_f32(text->bytes, text->length, &value);
    return give_optional(result, found, intrinsic_of_f32(value));
}

/* ---- Formatting -------------------------------------------------------------------------------- */

static CorStatus read_spec(CorIsolate *isolate, uint64_t slot, const char *types, FormatSpec *spec) {
    const CorStringObject *text = intrinsic_string(slot);
    if (format_read(text->bytes, text->length, types, spec))
        return COR_OK;
    return cor_throw(isolate, COR_ERROR_VALUE, "not a format spec: %s", text->bytes);
}

static CorStatus give_parts(CorIsolate *isolate, const FormatSpec *spec, const FormatParts *parts,
                            uint64_t *result) {
    size_t length = format_length(spec, parts);
    if (intrinsic_pay_scan(isolate, length) != COR_OK)
        return COR_STOPPED;
    CorStringObject *string = cor_string_allocate(isolate, length);
    if (!string)
        return cor_throw_out_of_memory(isolate);
    format_write(spec, parts, string->bytes);
    return intrinsic_give(isolate, result, string);
}

static CorStatus format_number(CorIsolate *isolate, uint64_t spec_slot, uint64_t magnitude, bool negative,
                               uint64_t bits, uint64_t *result) {
    FormatSpec spec;
    FormatParts parts;
    char buffer[FORMAT_INTEGER];
    CorStatus status = read_spec(isolate, spec_slot, "xXob", &spec);
    if (status != COR_OK)
        return status;
    format_integer(&spec, magnitude, negative, bits, buffer, &parts);
    return give_parts(isolate, &spec, &parts, result);
}

/* The lowest `width` bits; every width that is not one counts as 64. */
static uint64_t low_bits(uint64_t value, uint64_t width) {
    return width > 0 && width < 64 ? value & (((uint64_t)1 << width) - 1) : value;
}

static CorStatus format_signed(CorIsolate *isolate, uint64_t value, uint64_t width, uint64_t spec_slot,
                               uint64_t *result) {
    bool negative = (int64_t)value < 0;
    return format_number(isolate, spec_slot, negative ? -value : value, negative, low_bits(value, width),
                         result);
}

NATIVE_FUNCTION(intrinsic_FORMAT_INT) {
    return format_signed(isolate, arguments[0], 64, arguments[1], result);
}

NATIVE_FUNCTION(intrinsic_FORMAT_SIGNED) {
    return format_signed(isolate, arguments[0], arguments[1], arguments[2], result);
}

NATIVE_FUNCTION(intrinsic_FORMAT_UNSIGNED) {
    uint64_t value = low_bits(arguments[0], arguments[1]);
    return format_number(isolate, arguments[2], value, false, value, result);
}

static CorStatus format_floating(CorIsolate *isolate, double value, bool is_f32, uint64_t spec_slot,
                                 uint64_t *result) {
    FormatSpec spec;
    FormatParts parts;
    CorStatus status = read_spec(isolate, spec_slot, "eEf", &spec);
    if (status != COR_OK)
        return status;
    char small[512], *buffer = small;
    size_t size = format_float_size(&spec);
    if (size > sizeof small && !(buffer = malloc(size)))
        return cor_throw_out_of_memory(isolate);
    format_float(&spec, value, is_f32, buffer, &parts);
    status = give_parts(isolate, &spec, &parts, result);
    if (buffer != small)
        free(buffer);
    return status;
}

NATIVE_FUNCTION(intrinsic_FORMAT_FLOAT) {
    return format_floating(isolate, intrinsic_f64(arguments[0]), false, arguments[1], result);
}

NATIVE_FUNCTION(intrinsic_FORMAT_F32) {
    return format_floating(isolate, (double)intrinsic_f32(arguments[0]), true, arguments[1], result);
}

NATIVE_FUNCTION(intrinsic_FORMAT_TEXT) {
    const CorStringObject *text = intrinsic_string(arguments[0]);
    FormatSpec spec;
    FormatParts parts;
    CorStatus status = read_spec(isolate, arguments[1], "?", &spec);
    if (status != COR_OK)
        return status;
    format_text(&spec, text->bytes, text->length, &parts);
    return give_parts(isolate, &spec, &parts, result);
}

/* ---- Conversions to text ----------------------------------------------------------------------- */

NATIVE_FUNCTION(cor_text_of_i64) {
    char text[NUMBER_TEXT];
    return intrinsic_give_text(isolate, result, text, number_write_i64(text, (int64_t)arguments[0]));
}

NATIVE_FUNCTION(cor_text_of_u64) {
    char text[NUMBER_TEXT];
    return intrinsic_give_text(isolate, result, text, number_write_u64(text, arguments[0]));
}

NATIVE_FUNCTION(cor_text_of_f64) {
    char text[NUMBER_TEXT];
    return intrinsic_give_text(isolate, result, text,
                               number_write_float(text, intrinsic_f64(arguments[0]), false));
}

NATIVE_FUNCTION(cor_text_of_f32) {
    char text[NUMBER_TEXT];
    return intrinsic_give_text(isolate, result, text,
                               number_write_float(text, (double)intrinsic_f32(arguments[0]), true));
}

NATIVE_FUNCTION(cor_text_of_bool) {
    return arguments[0] ? intrinsic_give_text(isolate, result, "true", 4)
                        : intrinsic_give_text(isolate, result, "false", 5);
}

NATIVE_FUNCTION(cor_text_of_char) {
    uint8_t bytes[4];
    return intrinsic_give_text(isolate, result, (const char *)bytes,
                               cor_utf8_encode(bytes, (uint32_t)arguments[0]));
}

/* ---- Conversions to source text ---------------------------------------------------------------- */

enum { ESCAPE_SIZE = 12 }; /* bytes of the longest escape */

/* Writes a scalar as it stands between quotes; its length. */
static size_t write_escaped(char out[ESCAPE_SIZE], uint32_t scalar, char quote) {
    static const char from[] = "\n\t\r\\", to[] = "ntr\\";
    const char *simple = scalar != 0 && scalar < 0x80 ? strchr(from, (int)scalar) : NULL;
    if (simple || scalar == (unsigned char)quote) {
        out[0] = '\\';
        out[1] = simple ? to[simple - from] : quote;
        return 2;
    }
    if (scalar < 0x20 || (scalar >= 0x7f && scalar < 0xa0)) {
        static const char digits[] = "0123456789abcdef";
        memcpy(out, "\\u{", 3);
        size_t length = 3;
        if (scalar >= 16)
            out[length++] = digits[scalar >> 4];
        out[length++] = digits[scalar & 15];
        out[length++] = '}';
        return length;
    }
    return cor_utf8_encode((uint8_t *)out, scalar);
}

NATIVE_FUNCTION(cor_source_of_char) {
    char text[ESCAPE_SIZE + 2] = "'";
    size_t length = 1 + write_escaped(text + 1, (uint32_t)arguments[0], '\'');
    text[length++] = '\'';
    return intrinsic_give_text(isolate, result, text, length);
}

/* The length of a string literal; writes it unless `out` is NULL. */
static size_t write_literal(const CorStringObject *string, char *out) {
    size_t length = 0, width;
    if (out)
        out[0] = '"';
    length++;
    for (size_t i = 0; i < string->length; i += width) {
        char escaped[ESCAPE_SIZE];
        size_t size = write_escaped(escaped, string_scalar(string->bytes + i, &width), '"');
        if (out)
            memcpy(out + length, escaped, size);
        length += size;
    }
    if (out)
        out[length] = '"';
    return length + 1;
}

NATIVE_FUNCTION(cor_source_of_string) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    if (intrinsic_pay_each(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    CorStringObject *literal = cor_string_allocate(isolate, write_literal(string, NULL));
    if (!literal)
        return cor_throw_out_of_memory(isolate);
    write_literal(string, literal->bytes);
    return intrinsic_give(isolate, result, literal);
}
