/* Intrinsics on the case, form, boundaries and width of text. */
#include <inttypes.h>
#include <stdlib.h>

#include "vm/bytecode/utf8.h"
#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/string_scan.h"
#include "vm/runtime/unicode.h"

/* ---- Case -------------------------------------------------------------------------------------- */

/* Both read eight bytes at a time: zero bytes follow the text of a string. */
static uint64_t text_word(const CorStringObject *string, size_t at) {
    uint64_t word;
    memcpy(&word, string->bytes + at, sizeof word);
    return word;
}

static bool text_is_ascii(const CorStringObject *string) {
    uint64_t all = 0;
    for (size_t at = 0; at < string->length; at += 8)
        all |= text_word(string, at);
    return (all & 0x8080808080808080u) == 0;
}

/* `first` is the first of the letters that change. */
static CorStatus map_ascii(CorIsolate *isolate, const CorStringObject *string, uint64_t *result, char first) {
    const uint64_t ones = 0x0101010101010101u, tops = ones * 0x80;
    const uint64_t to_first = ones * (uint64_t)(0x80 - first),
                   behind_last = ones * (uint64_t)(0x80 - first - 26);
    CorStringObject *mapped = cor_string_allocate(isolate, string->length);
    if (!mapped)
        return cor_throw_out_of_memory(isolate);
    for (size_t at = 0; at < string->length; at += 8) {
        uint64_t word = text_word(string, at); /* of bytes below 0x80: nothing carries from one to the next */
        uint64_t letters = (word + to_first) & ~(word + behind_last) & tops;
        word ^= letters >> 2; /* 0x20 */
        memcpy(mapped->bytes + at, &word, sizeof word);
    }
    return intrinsic_give(isolate, result, mapped);
}

static CorStatus map_case(CorIsolate *isolate, uint64_t argument, uint64_t *result, UnicodeCase target) {
    const CorStringObject *string = intrinsic_string(argument);
    if (intrinsic_pay_scan(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    if (text_is_ascii(string))
        return map_ascii(isolate, string, result,
                         target == UNICODE_LOWER_CASE || target == UNICODE_FOLDED ? 'A' : 'a');
    if (intrinsic_pay_each(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    CorStringObject *mapped =
        cor_string_allocate(isolate, unicode_map_case(target, string->bytes, string->length, NULL));
    if (!mapped)
        return cor_throw_out_of_memory(isolate);
    unicode_map_case(target, string->bytes, string->length, mapped->bytes);
    return intrinsic_give(isolate, result, mapped);
}

NATIVE_FUNCTION(intrinsic_STRING_UPPER) {
    return map_case(isolate, arguments[0], result, UNICODE_UPPER_CASE);
}

NATIVE_FUNCTION(intrinsic_STRING_LOWER) {
    return map_case(isolate, arguments[0], result, UNICODE_LOWER_CASE);
}

NATIVE_FUNCTION(intrinsic_STRING_TITLE) {
    return map_case(isolate, arguments[0], result, UNICODE_TITLE_CASE);
}

NATIVE_FUNCTION(intrinsic_STRING_FOLD) {
    return map_case(isolate, arguments[0], result, UNICODE_FOLDED);
}

/* ---- Normalization ----------------------------------------------------------------------------- */

static CorStatus give_scalars(CorIsolate *isolate, uint64_t *result, const uint32_t *scalars, size_t count) {
    uint8_t bytes[4];
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += cor_utf8_encode(bytes, scalars[i]);
    CorStringObject *string = cor_string_allocate(isolate, length);
    if (!string)
        return cor_throw_out_of_memory(isolate);
    char *to = string->bytes;
    for (size_t i = 0; i < count; i++) {
        size_t width = cor_utf8_encode(bytes, scalars[i]);
        memcpy(to, bytes, width);
        to += width;
    }
    return intrinsic_give(isolate, result, string);
}

NATIVE_FUNCTION(intrinsic_STRING_NORMALIZE) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    if (arguments[1] >= UNICODE_FORM_COUNT)
        return cor_throw(isolate, COR_ERROR_VALUE, "string.normalize has no form %" PRId64,
                         (int64_t)arguments[1]);
    UnicodeForm form = (UnicodeForm)arguments[1];
    if (intrinsic_pay_scan(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    if (unicode_is_plainly_normal(form, string->bytes, string->length)) {
        *result = arguments[0];
        return COR_OK;
    }
    if (intrinsic_pay_each(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    size_t count = unicode_decomposed_count(form, string->bytes, string->length);
    if (cor_isolate_pay(isolate, count) != COR_OK)
        return COR_STOPPED;
    ptrdiff_t scratch = (ptrdiff_t)(count * 2 * sizeof(uint32_t));
    if (!cor_heap_charge(isolate->heap, scratch))
        return cor_throw_out_of_memory(isolate);
    uint32_t *scalars = malloc((size_t)scratch);
    if (scalars)
        count = unicode_normalize(form, string->bytes, string->length, scalars);
    CorStatus status =
        scalars ? give_scalars(isolate, result, scalars, count) : cor_throw_out_of_memory(isolate);
    free(scalars);
    cor_heap_charge(isolate->heap, -scratch);
    return status;
}

/* ---- Boundaries and width ---------------------------------------------------------------------- */

/* `end` finds the end of what begins at an offset. */
static CorStatus text_end(CorIsolate *isolate, const uint64_t *arguments, uint64_t *result,
                          size_t (*end)(const char *text, size_t length, size_t at)) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    uint64_t at = arguments[1];
    if (at >= string->length)
        return intrinsic_throw_index(isolate, at, string->length);
    if (!string_is_boundary(string->bytes, string->length, at))
        return cor_throw(isolate, COR_ERROR_VALUE, "offset %" PRId64 " is inside a character", (int64_t)at);
    uint64_t found = end(string->bytes, string->length, at);
    cor_isolate_charge(isolate, found - at);
    *result = found;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_STRING_GRAPHEME_END) {
    return text_end(isolate, arguments, result, unicode_grapheme_end);
}

NATIVE_FUNCTION(intrinsic_STRING_WORD_END) {
    return text_end(isolate, arguments, result, unicode_word_end);
}

NATIVE_FUNCTION(intrinsic_STRING_GRAPHEME_COUNT) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    if (intrinsic_pay_each(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    *result = unicode_grapheme_count(string->bytes, string->length);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_STRING_DISPLAY_WIDTH) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    if (intrinsic_pay_each(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    *result = unicode_display_width(string->bytes, string->length);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_CHAR_CATEGORY) {
    *result = unicode_category((uint32_t)arguments[0]);
    return COR_OK;
}
