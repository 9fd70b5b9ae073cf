/* Intrinsics of encodings: bytes as text (hexadecimal, Base64, percent) and text as UTF-16.
 *
 * What is decoded is measured and checked first, so that a result is made once, in its size; what is wrong throws
 * ValueError with its offset. */
#include <inttypes.h>

#include "vm/bytecode/utf8.h"
#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/string_scan.h"

static int hex_digit(uint8_t byte) {
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* The same of what is a digit: letters have bit 6, and lie 9 behind their low bits. */
static uint8_t known_digit(uint8_t byte) {
    return (uint8_t)((byte & 15) + 9 * (byte >> 6));
}

/* Throws that what stands at an offset of a text is wrong. */
static CorStatus throw_at(CorIsolate *isolate, const CorStringObject *text, size_t at, const char *wanted) {
    if (at >= text->length)
        return cor_throw(isolate, COR_ERROR_VALUE, "%s expected at offset %zu, where the text ends", wanted,
                         at);
    size_t width;
    string_scalar(text->bytes + at, &width);
    return cor_throw(isolate, COR_ERROR_VALUE, "%s expected at offset %zu, not `%.*s`", wanted, at,
                     (int)width, text->bytes + at);
}

/* ---- Hexadecimal ------------------------------------------------------------------------------- */

NATIVE_FUNCTION(intrinsic_HEX_ENCODE) {
    const CorArrayObject *array = intrinsic_array(arguments[0]);
    const char *digits = arguments[1] ? "0123456789ABCDEF" : "0123456789abcdef";
    if (array->length > SIZE_MAX / 2)
        return cor_throw_out_of_memory(isolate);
    CorStringObject *text = cor_string_allocate(isolate, array->length * 2);
    if (!text)
        return cor_throw_out_of_memory(isolate);
    if (intrinsic_pay_scan(isolate, array->length * 2) != COR_OK)
        return COR_STOPPED;
    const uint8_t *bytes = (const uint8_t *)array->elements;
    for (size_t i = 0; i < array->length; i++) {
        text->bytes[2 * i] = digits[bytes[i] >> 4];
        text->bytes[2 * i + 1] = digits[bytes[i] & 15];
    }
    return intrinsic_give(isolate, result, text);
}

NATIVE_FUNCTION(intrinsic_HEX_DECODE) {
    const CorStringObject *text = intrinsic_string(arguments[0]);
    const uint8_t *digits = intrinsic_text(text);
    if (intrinsic_pay_scan(isolate, text->length) != COR_OK)
        return COR_STOPPED;
    for (size_t i = 0; i < text->length; i++)
        if (hex_digit(digits[i]) < 0)
            return throw_at(isolate, text, i, "a hexadecimal digit");
    if (text->length % 2 != 0)
        return throw_at(isolate, text, text->length, "a second hexadecimal digit");
    CorArrayObject *array = cor_array_new(isolate, types[1], text->length / 2);
    if (!array)
        return cor_throw_out_of_memory(isolate);
    uint8_t *bytes = (uint8_t *)array->elements;
    for (size_t i = 0; i < array->length; i++)
        bytes[i] = (uint8_t)(known_digit(digits[2 * i]) << 4 | known_digit(digits[2 * i + 1]));
    return intrinsic_give(isolate, result, array);
}

/* ---- Base64 (RFC 4648) ------------------------------------------------------------------------- */

enum { BASE64_URL = 1, BASE64_UNPADDED = 2 };

static const char *base64_digits(uint64_t flags) {
    return flags & BASE64_URL ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                              : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

NATIVE_FUNCTION(intrinsic_BASE64_ENCODE) {
    const CorArrayObject *array = intrinsic_array(arguments[0]);
    uint64_t flags = arguments[1];
    const char *digits = base64_digits(flags);
    size_t length = array->length, rest = length % 3;
    if (length > SIZE_MAX / 2)
        return cor_throw_out_of_memory(isolate);
    size_t digits_of_rest = rest == 0 ? 0 : flags & BASE64_UNPADDED ? rest + 1 : 4;
    CorStringObject *text = cor_string_allocate(isolate, length / 3 * 4 + digits_of_rest);
    if (!text)
        return cor_throw_out_of_memory(isolate);
    if (intrinsic_pay_scan(isolate, length * 2) != COR_OK)
        return COR_STOPPED;
    const uint8_t *at = (const uint8_t *)array->elements, *end = at + length - rest;
    char *to = text->bytes;
    for (; at < end; at += 3, to += 4) {
        uint32_t bits = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
        to[0] = digits[bits >> 18];
        to[1] = digits[bits >> 12 & 63];
        to[2] = digits[bits >> 6 & 63];
        to[3] = digits[bits & 63];
    }
    if (rest > 0) {
        uint32_t bits = (uint32_t)at[0] << 16 | (rest > 1 ? (uint32_t)at[1] << 8 : 0);
        to[0] = digits[bits >> 18];
        to[1] = digits[bits >> 12 & 63];
        if (rest > 1)
            to[2] = digits[bits >> 6 & 63];
        for (size_t i = rest + 1; i < digits_of_rest; i++)
            to[i] = '=';
    }
    return intrinsic_give(isolate, result, text);
}

NATIVE_FUNCTION(intrinsic_BASE64_DECODE) {
    const CorStringObject *text = intrinsic_string(arguments[0]);
    const uint8_t *digits = intrinsic_text(text);
    const char *alphabet = base64_digits(arguments[1]);
    int8_t values[256];
    memset(values, -1, sizeof values);
    for (int i = 0; i < 64; i++)
        values[(uint8_t)alphabet[i]] = (int8_t)i;
    if (intrinsic_pay_scan(isolate, text->length * 2) != COR_OK)
        return COR_STOPPED;
    size_t padding = 0, length = text->length;
    while (padding < 2 && length > 0 && digits[length - 1] == '=')
        length--, padding++;
    for (size_t i = 0; i < length; i++)
        if (values[digits[i]] < 0)
            return throw_at(isolate, text, i,
                            arguments[1] & BASE64_URL ? "a digit of URL-safe Base64" : "a digit of Base64");
    size_t rest = length % 4;
    if (rest == 1)
        return throw_at(isolate, text, length, "another digit of Base64");
    size_t wanted = rest == 0 ? 0 : 4 - rest;
    if (padding > wanted)
        return throw_at(isolate, text, length + wanted, "the end");
    if (padding > 0 && padding < wanted)
        return throw_at(isolate, text, text->length, "`=`");
    if (rest > 0 && (values[digits[length - 1]] & (rest == 2 ? 15 : 3)) != 0)
        return throw_at(isolate, text, length - 1, "a last digit without bits to spare");
    CorArrayObject *array = cor_array_new(isolate, types[2], length / 4 * 3 + (rest > 0 ? rest - 1 : 0));
    if (!array)
        return cor_throw_out_of_memory(isolate);
    uint8_t *to = (uint8_t *)array->elements;
    const uint8_t *at = digits, *end = digits + length - rest;
    for (; at < end; at += 4, to += 3) {
        uint32_t bits = (uint32_t)values[at[0]] << 18 | (uint32_t)values[at[1]] << 12 |
                        (uint32_t)values[at[2]] << 6 | (uint32_t)values[at[3]];
        to[0] = (uint8_t)(bits >> 16);
        to[1] = (uint8_t)(bits >> 8);
        to[2] = (uint8_t)bits;
    }
    if (rest > 1)
        to[0] = (uint8_t)(values[at[0]] << 2 | values[at[1]] >> 4);
    if (rest > 2)
        to[1] = (uint8_t)(values[at[1]] << 4 | values[at[2]] >> 2);
    return intrinsic_give(isolate, result, array);
}

/* ---- Percent (RFC 3986) ------------------------------------------------------------------------ */

static bool is_kept(uint8_t byte, const bool kept[128]) {
    return byte < 128 && kept[byte];
}

NATIVE_FUNCTION(intrinsic_PERCENT_ENCODE) {
    const CorStringObject *text = intrinsic_string(arguments[0]), *keep = intrinsic_string(arguments[1]);
    bool kept[128] = {false};
    for (int c = 0; c < 128; c++)
        kept[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                  c == '.' || c == '_' || c == '~';
    for (size_t i = 0; i < keep->length; i++)
        if (intrinsic_text(keep)[i] < 128)
            kept[intrinsic_text(keep)[i]] = true;
    if (intrinsic_pay_scan(isolate, text->length * 2) != COR_OK)
        return COR_STOPPED;
    const uint8_t *bytes = intrinsic_text(text);
    size_t length = text->length;
    for (size_t i = 0; i < text->length; i++)
        length += is_kept(bytes[i], kept) ? 0 : 2;
    if (length == text->length) {
        *result = arguments[0];
        return COR_OK;
    }
    CorStringObject *encoded = cor_string_allocate(isolate, length);
    if (!encoded)
        return cor_throw_out_of_memory(isolate);
    char *to = encoded->bytes;
    for (size_t i = 0; i < text->length; i++) {
        if (is_kept(bytes[i], kept)) {
            *to++ = (char)bytes[i];
        } else {
            *to++ = '%';
            *to++ = "0123456789ABCDEF"[bytes[i] >> 4];
            *to++ = "0123456789ABCDEF"[bytes[i] & 15];
        }
    }
    return intrinsic_give(isolate, result, encoded);
}

NATIVE_FUNCTION(intrinsic_PERCENT_DECODE) {
    const CorStringObject *text = intrinsic_string(arguments[0]);
    const uint8_t *bytes = intrinsic_text(text);
    bool plus_is_blank = arguments[1] != 0;
    if (intrinsic_pay_scan(isolate, text->length * 2) != COR_OK)
        return COR_STOPPED;
    size_t length = text->length;
    for (size_t i = 0; i < text->length; i++) {
        if (bytes[i] != '%')
            continue;
        for (size_t k = i + 1; k <= i + 2; k++)
            if (k >= text->length || hex_digit(bytes[k]) < 0)
                return throw_at(isolate, text, k, "a hexadecimal digit");
        length -= 2;
        i += 2;
    }
    CorStringObject *decoded = cor_string_allocate(isolate, length);
    if (!decoded)
        return cor_throw_out_of_memory(isolate);
    uint8_t *to = (uint8_t *)decoded->bytes;
    for (size_t i = 0; i < text->length; i++) {
        if (bytes[i] == '%') {
            *to++ = (uint8_t)(hex_digit(bytes[i + 1]) << 4 | hex_digit(bytes[i + 2]));
            i += 2;
        } else {
            *to++ = bytes[i] == '+' && plus_is_blank ? ' ' : bytes[i];
        }
    }
    if (!cor_utf8_valid((const uint8_t *)decoded->bytes, length))
        return cor_throw(isolate, COR_ERROR_VALUE, "the decoded bytes are not UTF-8");
    return intrinsic_give(isolate, result, decoded);
}

/* ---- UTF-16 (RFC 2781) ------------------------------------------------------------------------- */

static void write_unit(uint8_t *to, uint32_t unit, bool is_big) {
    to[is_big ? 0 : 1] = (uint8_t)(unit >> 8);
    to[is_big ? 1 : 0] = (uint8_t)unit;
}

static uint32_t read_unit(const uint8_t *at, bool is_big) {
    return is_big ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

NATIVE_FUNCTION(intrinsic_UTF16_ENCODE) {
    const CorStringObject *text = intrinsic_string(arguments[0]);
    bool is_big = arguments[1] != 0;
    size_t units = 0, width;
    if (intrinsic_pay_scan(isolate, text->length * 4) != COR_OK)
        return COR_STOPPED;
    for (size_t at = 0; at < text->length; at += width)
        units += string_scalar(text->bytes + at, &width) >= 0x10000 ? 2 : 1;
    CorArrayObject *array = cor_array_new(isolate, types[2], units * 2);
    if (!array)
        return cor_throw_out_of_memory(isolate);
    uint8_t *to = (uint8_t *)array->elements;
    for (size_t at = 0; at < text->length; at += width) {
        uint32_t scalar = string_scalar(text->bytes + at, &width);
        if (scalar >= 0x10000) {
            write_unit(to, 0xd800 + ((scalar - 0x10000) >> 10), is_big);
            to += 2;
            scalar = 0xdc00 + ((scalar - 0x10000) & 0x3ff);
        }
        write_unit(to, scalar, is_big);
        to += 2;
    }
    return intrinsic_give(isolate, result, array);
}

/* The scalar at an offset, and its bytes; 0 for half of a pair. */
static size_t utf16_scalar(const uint8_t *bytes, size_t at, size_t end, bool is_big, uint32_t *scalar) {
    *scalar = read_unit(bytes + at, is_big);
    if (*scalar < 0xd800 || *scalar > 0xdfff)
        return 2;
    if (*scalar > 0xdbff || end - at < 4)
        return 0;
    uint32_t low = read_unit(bytes + at + 2, is_big);
    if (low < 0xdc00 || low > 0xdfff)
        return 0;
    *scalar = 0x10000 + ((*scalar - 0xd800) << 10) + (low - 0xdc00);
    return 4;
}

NATIVE_FUNCTION(intrinsic_UTF16_DECODE) {
    const CorArrayObject *array = intrinsic_array(arguments[0]);
    const uint8_t *bytes = (const uint8_t *)array->elements;
    bool is_big = arguments[1] != 0, replaces = arguments[2] != 0;
    size_t end = array->length, length = 0, width;
    uint32_t scalar;
    uint8_t encoded[4];
    if (intrinsic_pay_scan(isolate, array->length * 4) != COR_OK)
        return COR_STOPPED;
    if (end % 2 != 0) {
        if (!replaces)
            return cor_throw(isolate, COR_ERROR_VALUE, "UTF-16 has an even number of bytes, not %zu", end);
        end--;
        length += 3;
    }
    for (size_t at = 0; at < end; at += width) {
        width = utf16_scalar(bytes, at, end, is_big, &scalar);
        if (width == 0 && !replaces)
            return cor_throw(isolate, COR_ERROR_VALUE, "half of a surrogate pair at offset %zu", at);
        length += width == 0 ? 3 : cor_utf8_encode(encoded, scalar);
        width += width == 0 ? 2 : 0;
    }
    CorStringObject *text = cor_string_allocate(isolate, length);
    if (!text)
        return cor_throw_out_of_memory(isolate);
    uint8_t *to = (uint8_t *)text->bytes;
    for (size_t at = 0; at < end; at += width) {
        width = utf16_scalar(bytes, at, end, is_big, &scalar);
        if (width == 0)
            scalar = 0xfffd, width = 2;
        to += cor_utf8_encode(to, scalar);
    }
    if (end < array->length)
        cor_utf8_encode(to, 0xfffd);
    return intrinsic_give(isolate, result, text);
}
