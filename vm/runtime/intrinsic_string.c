/* Intrinsics on strings. */
#include <inttypes.h>

#include "vm/bytecode/utf8.h"
#include "vm/runtime/hash.h"
#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/string_scan.h"
#include "vm/runtime/unicode.h"

static CorStatus inside_scalar(CorIsolate *isolate, uint64_t offset) {
    return cor_throw(isolate, COR_ERROR_VALUE, "offset %" PRId64 " is inside a character", (int64_t)offset);
}

/* ---- Parts ------------------------------------------------------------------------------------- */

NATIVE_FUNCTION(intrinsic_STRING_AT) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    if (arguments[1] >= string->length)
        return intrinsic_throw_index(isolate, arguments[1], string->length);
    *result = intrinsic_text(string)[arguments[1]];
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_STRING_SLICE) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    uint64_t start = arguments[1], end = arguments[2];
    if (!intrinsic_is_range(start, end, string->length))
        return intrinsic_throw_range(isolate, start, end, string->length);
    if (!string_is_boundary(string->bytes, string->length, start))
        return inside_scalar(isolate, start);
    if (!string_is_boundary(string->bytes, string->length, end))
        return inside_scalar(isolate, end);
    if (end - start == string->length) {
        *result = arguments[0];
        return COR_OK;
    }
    return intrinsic_give_text(isolate, result, string->bytes + start, end - start);
}

/* The scalar at an offset, checked. */
static CorStatus string_scalar_at(CorIsolate *isolate, const uint64_t *arguments, uint32_t *scalar,
                                  size_t *width) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    if (arguments[1] >= string->length)
        return intrinsic_throw_index(isolate, arguments[1], string->length);
    if (!string_is_boundary(string->bytes, string->length, arguments[1]))
        return inside_scalar(isolate, arguments[1]);
    *scalar = string_scalar(string->bytes + arguments[1], width);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_STRING_CHAR_AT) {
    uint32_t scalar = 0;
    size_t width = 0;
    CorStatus status = string_scalar_at(isolate, arguments, &scalar, &width);
    if (status == COR_OK)
        *result = scalar;
    return status;
}

NATIVE_FUNCTION(intrinsic_STRING_CHAR_WIDTH) {
    uint32_t scalar = 0;
    size_t width = 0;
    CorStatus status = string_scalar_at(isolate, arguments, &scalar, &width);
    if (status == COR_OK)
        *result = width;
    return status;
}

NATIVE_FUNCTION(intrinsic_STRING_CHAR_COUNT) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    if (intrinsic_pay_scan(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    *result = string_count(string->bytes, string->length);
    return COR_OK;
}

/* White space that is left out at the start, and the end of what stays. */
NATIVE_FUNCTION(intrinsic_STRING_TRIM) {
    enum { BOTH, START, END };
    const CorStringObject *string = intrinsic_string(arguments[0]);
    uint64_t mode = arguments[1];
    if (mode > END)
        return cor_throw(isolate, COR_ERROR_VALUE, "string.trim has no mode %" PRId64, (int64_t)mode);
    if (intrinsic_pay_scan(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    size_t start = 0, end = string->length, width;
    while (mode != END && start < end && unicode_is_space(string_scalar(string->bytes + start, &width)))
        start += width;
    while (mode != START && start < end) {
        size_t last = end - 1;
        while (!string_is_boundary(string->bytes, string->length, last))
            last--;
        if (!unicode_is_space(string_scalar(string->bytes + last, &width)))
            break;
        end = last;
    }
    if (end - start == string->length) {
        *result = arguments[0];
        return COR_OK;
    }
    return intrinsic_give_text(isolate, result, string->bytes + start, end - start);
}

/* ---- Comparing and searching ------------------------------------------------------------------- */

NATIVE_FUNCTION(intrinsic_STRING_COMPARE) {
    const CorStringObject *a = intrinsic_string(arguments[0]), *b = intrinsic_string(arguments[1]);
    size_t common = a->length < b->length ? a->length : b->length;
    if (intrinsic_pay_scan(isolate, common) != COR_OK)
        return COR_STOPPED;
    int order = memcmp(a->bytes, b->bytes, common);
    if (order == 0)
        order = (a->length > b->length) - (a->length < b->length);
    *result = (uint64_t)(int64_t)((order > 0) - (order < 0));
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_STRING_HASH) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    *result = hash_string(string);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_STRING_INDEX_OF) {
    const CorStringObject *string = intrinsic_string(arguments[0]), *part = intrinsic_string(arguments[1]);
    if (arguments[2] > string->length)
        return intrinsic_throw_index(isolate, arguments[2], string->length);
    int64_t found = string_find(string->bytes, string->length, part->bytes, part->length, arguments[2]);
    cor_isolate_charge(isolate, ((found < 0 ? string->length : (uint64_t)found) - arguments[2]) / 8);
    *result = (uint64_t)found;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_STRING_LAST_INDEX_OF) {
    const CorStringObject *string = intrinsic_string(arguments[0]), *part = intrinsic_string(arguments[1]);
    if (intrinsic_pay_scan(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    ptrdiff_t scratch = (ptrdiff_t)string->length + part->length; /* what the search may take */
    if (!cor_heap_charge(isolate->heap, scratch))
        return cor_throw_out_of_memory(isolate);
    int64_t found = string_find_last(string->bytes, string->length, part->bytes, part->length);
    cor_heap_charge(isolate->heap, -scratch);
    if (found == STRING_NO_MEMORY)
        return cor_throw_out_of_memory(isolate);
    *result = (uint64_t)found;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_STRING_MATCHES) {
    const CorStringObject *string = intrinsic_string(arguments[0]), *part = intrinsic_string(arguments[1]);
    uint64_t at = arguments[2];
    bool fits = at <= string->length && part->length <= string->length - at;
    if (intrinsic_pay_scan(isolate, part->length) != COR_OK)
        return COR_STOPPED;
    *result = fits && memcmp(string->bytes + at, part->bytes, part->length) == 0;
    return COR_OK;
}

/* ---- Making ------------------------------------------------------------------------------------ */

NATIVE_FUNCTION(intrinsic_STRING_FROM_CHAR) {
    uint8_t bytes[4];
    size_t length = cor_utf8_encode(bytes, (uint32_t)arguments[0]);
    return intrinsic_give_text(isolate, result, (const char *)bytes, length);
}

NATIVE_FUNCTION(intrinsic_STRING_FROM_BYTES) {
    const CorArrayObject *array = intrinsic_array(arguments[0]);
    uint64_t offset = arguments[1], count = arguments[2];
    if (offset > array->length || count > array->length - offset)
        return intrinsic_throw_range(isolate, offset, offset + count, array->length);
    if (intrinsic_pay_scan(isolate, count) != COR_OK)
        return COR_STOPPED;
    const uint8_t *bytes = (const uint8_t *)array->elements + offset;
    if (!cor_utf8_valid(bytes, count))
        return cor_throw(isolate, COR_ERROR_VALUE, "the bytes are not UTF-8");
    return intrinsic_give_text(isolate, result, (const char *)bytes, count);
}

NATIVE_FUNCTION(intrinsic_STRING_TO_BYTES) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    CorArrayObject *array = cor_array_new_unset(isolate, types[1], string->length, string->length);
    if (!array)
        return cor_throw_out_of_memory(isolate);
    if (intrinsic_pay_copy(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    memcpy(array->elements, string->bytes, string->length);
    return intrinsic_give(isolate, result, array);
}

NATIVE_FUNCTION(intrinsic_STRING_REPEAT) {
    const CorStringObject *string = intrinsic_string(arguments[0]);
    int64_t count = (int64_t)arguments[1];
    if (count < 0)
        return cor_throw(isolate, COR_ERROR_VALUE, "a string cannot be repeated %" PRId64 " times", count);
    size_t length;
    if (__builtin_mul_overflow((size_t)string->length, (size_t)count, &length))
        return cor_throw_out_of_memory(isolate);
    CorStringObject *repeated = cor_string_allocate(isolate, length);
    if (!repeated)
        return cor_throw_out_of_memory(isolate);
    if (intrinsic_pay_copy(isolate, length) != COR_OK)
        return COR_STOPPED;
    for (size_t done = 0; done < length;) { /* doubles what is there */
        size_t part = done == 0 ? string->length : done < length - done ? done : length - done;
        memcpy(repeated->bytes + done, done == 0 ? string->bytes : repeated->bytes, part);
        done += part;
    }
    return intrinsic_give(isolate, result, repeated);
}

/* How often `part` (not empty) occurs without overlapping. */
static size_t count_parts(const CorStringObject *string, const CorStringObject *part) {
    size_t count = 0;
    for (int64_t at = 0;
         (at = string_find(string->bytes, string->length, part->bytes, part->length, (size_t)at)) >= 0;
         at += part->length)
        count++;
    return count;
}

NATIVE_FUNCTION(intrinsic_STRING_REPLACE) {
    const CorStringObject *string = intrinsic_string(arguments[0]), *part = intrinsic_string(arguments[1]),
                          *by = intrinsic_string(arguments[2]);
    if (intrinsic_pay_scan(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    size_t count = part->length > 0 ? count_parts(string, part) : 0, grown;
    if (count == 0) {
        *result = arguments[0];
        return COR_OK;
    }
    if (intrinsic_pay_each(isolate, count) != COR_OK)
        return COR_STOPPED;
    if (__builtin_mul_overflow(count, (size_t)by->length, &grown))
        return cor_throw_out_of_memory(isolate);
    size_t length = string->length - count * part->length + grown;
    CorStringObject *replaced = length < grown ? NULL : cor_string_allocate(isolate, length);
    if (!replaced)
        return cor_throw_out_of_memory(isolate);
    if (intrinsic_pay_copy(isolate, length) != COR_OK)
        return COR_STOPPED;
    char *to = replaced->bytes;
    size_t from = 0;
    for (; count > 0; count--) {
        size_t at = (size_t)string_find(string->bytes, string->length, part->bytes, part->length, from);
        memcpy(to, string->bytes + from, at - from);
        to += at - from;
        memcpy(to, by->bytes, by->length);
        to += by->length;
        from = at + part->length;
    }
    memcpy(to, string->bytes + from, string->length - from);
    return intrinsic_give(isolate, result, replaced);
}

NATIVE_FUNCTION(intrinsic_STRING_CONCAT_ARRAY) {
    const CorArrayObject *array = intrinsic_array(arguments[0]);
    const CorStringObject *separator = intrinsic_string(arguments[2]);
    uint64_t count = arguments[1];
    if (count > array->length)
        return intrinsic_throw_range(isolate, 0, count, array->length);
    size_t length = count > 1 ? (count - 1) * (size_t)separator->length : 0;
    for (uint64_t i = 0; i < count; i++)
        length += intrinsic_string(array->elements[i])->length;
    if (intrinsic_pay_copy(isolate, length + count * 64) != COR_OK)
        return COR_STOPPED;
    CorStringObject *joined = cor_string_allocate(isolate, length);
    if (!joined)
        return cor_throw_out_of_memory(isolate);
    char *to = joined->bytes;
    for (uint64_t i = 0; i < count; i++) {
        const CorStringObject *part = intrinsic_string(array->elements[i]);
        if (i > 0) {
            cor_copy_text(to, separator->bytes, separator->length);
            to += separator->length;
        }
        cor_copy_text(to, part->bytes, part->length);
        to += part->length;
    }
    return intrinsic_give(isolate, result, joined);
}

/* ---- Text under construction in a byte array --------------------------------------------------- */

NATIVE_FUNCTION(intrinsic_BYTES_APPEND_STRING) {
    CorArrayObject *array = intrinsic_array(arguments[0]);
    const CorStringObject *string = intrinsic_string(arguments[2]);
    uint64_t at = arguments[1];
    if (at > array->length || string->length > array->length - at)
        return intrinsic_throw_range(isolate, at, at + string->length, array->length);
    if (intrinsic_pay_copy(isolate, string->length) != COR_OK)
        return COR_STOPPED;
    memcpy((char *)array->elements + at, string->bytes, string->length);
    *result = at + string->length;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_BYTES_APPEND_CHAR) {
    CorArrayObject *array = intrinsic_array(arguments[0]);
    uint8_t bytes[4];
    size_t length = cor_utf8_encode(bytes, (uint32_t)arguments[2]);
    uint64_t at = arguments[1];
    if (at > array->length || length > array->length - at)
        return intrinsic_throw_range(isolate, at, at + length, array->length);
    memcpy((char *)array->elements + at, bytes, length);
    *result = at + length;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_BYTES_INDEX_OF) {
    const CorArrayObject *array = intrinsic_array(arguments[0]);
    uint64_t start = arguments[2], end = arguments[3];
    if (!intrinsic_is_range(start, end, array->length))
        return intrinsic_throw_range(isolate, start, end, array->length);
    const char *bytes = (const char *)array->elements;
    const char *found = start < end ? memchr(bytes + start, (uint8_t)arguments[1], end - start) : NULL;
    uint64_t at = found ? (uint64_t)(found - bytes) : end;
    cor_isolate_charge(isolate, (at - start) / 8);
    *result = found ? at : UINT64_MAX;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_BYTES_UTF8_VALID) {
    const CorArrayObject *array = intrinsic_array(arguments[0]);
    if (!intrinsic_is_range(arguments[1], arguments[2], array->length))
        return intrinsic_throw_range(isolate, arguments[1], arguments[2], array->length);
    uint64_t count = arguments[2] - arguments[1];
    if (intrinsic_pay_scan(isolate, count) != COR_OK)
        return COR_STOPPED;
    *result = cor_utf8_valid((const uint8_t *)array->elements + arguments[1], count);
    return COR_OK;
}
