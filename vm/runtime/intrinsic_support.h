/* What the files of intrinsics share: access to arguments, results, charges.
 *
 * An intrinsic is a C function per row of vm/bytecode/intrinsics.def, named intrinsic_ROW; a row without one
 * does not link.  Arguments lie in the caller's frame, so what they refer to stays alive; the result may
 * overlap them, so it is written last.  Work in proportion to a size is paid for before it is done: a unit of fuel is some
 * nanoseconds, at most some tens. */
#ifndef COR_RUNTIME_INTRINSIC_SUPPORT_H
#define COR_RUNTIME_INTRINSIC_SUPPORT_H

#include <string.h>

#include "vm/runtime/natives.h"
#include "vm/runtime/object.h"

#define INTRINSIC(name, text, signature, effects, semantics) CorNative intrinsic_##name;
#include "vm/bytecode/intrinsics.def"
#undef INTRINSIC

/* The head of a native function. */
#define NATIVE_FUNCTION(name)                                                                                \
    CorStatus name(                                                                                          \
        __attribute__((unused)) CorIsolate *isolate, __attribute__((unused)) const uint64_t *arguments,      \
        __attribute__((unused)) uint64_t *result, __attribute__((unused)) const CorType *const *types)

static inline const CorStringObject *intrinsic_string(uint64_t slot) {
    return (const CorStringObject *)(uintptr_t)slot;
}

static inline CorArrayObject *intrinsic_array(uint64_t slot) {
    return (CorArrayObject *)(uintptr_t)slot;
}

static inline const uint8_t *intrinsic_text(const CorStringObject *string) {
    return (const uint8_t *)string->bytes;
}

/* The place of an element. */
static inline char *intrinsic_element(CorArrayObject *array, uint64_t index) {
    return (char *)array->elements + index * array->type->element->layout->size;
}

/* Copies `count` elements, as if through a temporary; references go through the heap's barrier. */
void intrinsic_copy_elements(CorArrayObject *to_array, char *to, const char *from, uint64_t count);

static inline double intrinsic_f64(uint64_t slot) {
    double number;
    memcpy(&number, &slot, sizeof number);
    return number;
}

static inline uint64_t intrinsic_of_f64(double number) {
    uint64_t slot;
    memcpy(&slot, &number, sizeof slot);
    return slot;
}

static inline float intrinsic_f32(uint64_t slot) {
    uint32_t bits = (uint32_t)slot;
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static inline uint64_t intrinsic_of_f32(float number) {
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Pays for looking at every one of `bytes` bytes; COR_STOPPED: see cor_isolate_pay; */
static inline CorStatus intrinsic_pay_scan(CorIsolate *isolate, uint64_t bytes) {
    return cor_isolate_pay(isolate, bytes / 8);
}

/* for moving them; */
static inline CorStatus intrinsic_pay_copy(CorIsolate *isolate, uint64_t bytes) {
    return cor_isolate_pay(isolate, bytes / 64);
}

/* and for what takes some time for each of them, or a piece of a text each. */
static inline CorStatus intrinsic_pay_each(CorIsolate *isolate, uint64_t count) {
    return cor_isolate_pay(isolate, count * 2);
}

/* Whether 0 <= start <= end <= length; the operands are slots of ints. */
static inline bool intrinsic_is_range(uint64_t start, uint64_t end, uint64_t length) {
    return start <= end && end <= length;
}

/* Raises the IndexError of a range or index. */
CorStatus intrinsic_throw_range(CorIsolate *isolate, uint64_t start, uint64_t end, uint64_t length);
CorStatus intrinsic_throw_index(CorIsolate *isolate, uint64_t index, uint64_t length);

/* Gives an object as the result; NULL: raises OutOfMemoryError. */
CorStatus intrinsic_give(CorIsolate *isolate, uint64_t *result, const void *object);
/* Gives a copy of a text. */
CorStatus intrinsic_give_text(CorIsolate *isolate, uint64_t *result, const char *bytes, size_t length);

#endif
