/* Making objects from C.  All may collect; NULL means that the quota or the host's memory is exhausted, and the
 * caller raises OutOfMemoryError (cor_throw_out_of_memory).  Arguments that are references must be reachable from the VM
 * stack or the machine stack, as always. */
#ifndef COR_RUNTIME_OBJECT_H
#define COR_RUNTIME_OBJECT_H

#include <string.h>

#include "vm/heap/heap.h"
#include "vm/runtime/isolate.h"

/* A zeroed object of type->instance_size bytes. */
CorObject *cor_object_new(CorIsolate *isolate, const CorType *type);

/* A string of `length` bytes that the caller fills (the terminating zero is there).  A string is immutable once it is
 * visible to the program. */
CorStringObject *cor_string_allocate(CorIsolate *isolate, size_t length);

/* Charges for what it looks at. */
static inline bool cor_strings_equal(CorIsolate *isolate, const CorStringObject *a,
                                     const CorStringObject *b) {
    if (a == b || a->length != b->length)
        return a == b;
    size_t at = 0;
    for (; at < a->length; at += 8) { /* zero bytes follow the text */
        uint64_t left, right;
        memcpy(&left, a->bytes + at, sizeof left);
        memcpy(&right, b->bytes + at, sizeof right);
        if (left != right)
            break;
    }
    cor_isolate_charge(isolate, at / 64);
    return at >= a->length;
}

/* As memcmp; adds what it looks at to *looked. */
static inline int cor_compare_text(const char *a, const char *b, size_t count, uint64_t *looked) {
    int order = 0;
    for (size_t at = 0, part = 64; order == 0 && at < count; at += part, part *= 2) {
        if (part > count - at)
            part = count - at;
        order = memcmp(a + at, b + at, part);
        *looked += part;
    }
    return order;
}

/* Copies text, of which most pieces are short: these without a call. The places do not overlap. */
static inline void cor_copy_text(char *to, const char *from, size_t length) {
    if (length > 16) {
        memcpy(to, from, length);
    } else if (length >= 8) {
        uint64_t first, last;
        memcpy(&first, from, 8);
        memcpy(&last, from + length - 8, 8);
        memcpy(to, &first, 8);
        memcpy(to + length - 8, &last, 8);
    } else if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, from, 4);
        memcpy(&last, from + length - 4, 4);
        memcpy(to, &first, 4);
        memcpy(to + length - 4, &last, 4);
    } else if (length > 0) {
        char middle = from[length / 2], last = from[length - 1];
        to[0] = from[0];
        to[length / 2] = middle;
        to[length - 1] = last;
    }
}

/* A scalar in the memory of an object, as a slot: extended as its width says. */
static inline uint64_t cor_scalar_load(const char *memory, uint32_t width) {
    switch ((CorWidth)width) {
    case COR_WIDTH_U8: return *(const uint8_t *)memory;
    case COR_WIDTH_I8: return (uint64_t)(int64_t) * (const int8_t *)memory;
    case COR_WIDTH_U16: return *(const uint16_t *)memory;
    case COR_WIDTH_I16: return (uint64_t)(int64_t) * (const int16_t *)memory;
    case COR_WIDTH_U32: return *(const uint32_t *)memory;
    case COR_WIDTH_I32: return (uint64_t)(int64_t) * (const int32_t *)memory;
    default: return *(const uint64_t *)memory;
    }
}

static inline void cor_scalar_store(void *object, char *memory, uint32_t width, uint64_t slot) {
    switch ((CorWidth)width) {
    case COR_WIDTH_U8:
    case COR_WIDTH_I8: *(uint8_t *)memory = (uint8_t)slot; break;
    case COR_WIDTH_U16:
    case COR_WIDTH_I16: *(uint16_t *)memory = (uint16_t)slot; break;
    case COR_WIDTH_U32:
    case COR_WIDTH_I32: *(uint32_t *)memory = (uint32_t)slot; break;
    case COR_WIDTH_REFERENCE: cor_heap_store(object, memory, (void *)(uintptr_t)slot); break;
    default: *(uint64_t *)memory = slot; break;
    }
}

/* A string with a copy of UTF-8 text. The text may lie in an object. */
CorStringObject *cor_string_new(CorIsolate *isolate, const char *bytes, size_t length);

/* Whether an array is small: making it is paid by the weight of its function alone, so that native code may do without
 * it.  What is larger is charged for by its bytes. */
enum { COR_SMALL_ARRAY = 8192 }; /* bytes of elements */
static inline bool cor_array_is_small(uint64_t length, uint64_t element_size) {
    return length <= COR_SMALL_ARRAY && length * element_size <= COR_SMALL_ARRAY;
}

/* An array with zeroed elements. */
CorArrayObject *cor_array_new(CorIsolate *isolate, const CorType *type, uint64_t length);

/* Likewise, but the caller sets the first `unset` elements before anybody else sees the array: without references they may be
 * anything yet. */
CorArrayObject *cor_array_new_unset(CorIsolate *isolate, const CorType *type, uint64_t length,
                                    uint64_t unset);

#endif
