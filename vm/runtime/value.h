/* What the operations compute, on slots: one inline function each, named as the operation.  A slot holds an integer
 * extended to 64 bits, a bool as 0 or 1, a double's bits, or a float's bits in its low half, the high half zero. */
#ifndef COR_RUNTIME_VALUE_H
#define COR_RUNTIME_VALUE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "vm/runtime/hash.h"

static inline double value_f64(uint64_t slot) {
    double number;
    memcpy(&number, &slot, sizeof number);
    return number;
}

static inline uint64_t value_of_f64(double number) {
    uint64_t slot;
    memcpy(&slot, &number, sizeof slot);
    return slot;
}

static inline float value_f32(uint64_t slot) {
    uint32_t bits = (uint32_t)slot;
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static inline uint64_t value_of_f32(float number) {
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* ---- Integers ---------------------------------------------------------------------------------- */

#define VALUE_BINARY(name, expression)                                                                       \
    static inline uint64_t value_##name(uint64_t a, uint64_t b) {                                            \
        return (uint64_t)(expression);                                                                       \
    }
#define VALUE_UNARY(name, expression)                                                                        \
    static inline uint64_t value_##name(uint64_t a) {                                                        \
        return (uint64_t)(expression);                                                                       \
    }

VALUE_BINARY(add_i64, a + b)
VALUE_BINARY(sub_i64, a - b)
VALUE_BINARY(mul_i64, a *b)
VALUE_BINARY(and_i64, a &b)
VALUE_BINARY(or_i64, a | b)
VALUE_BINARY(xor_i64, a ^ b)
VALUE_BINARY(shl_i64, a << (b & 63))
VALUE_BINARY(shr_i64, (int64_t)a >> (b & 63))
VALUE_BINARY(ushr_i64, a >> (b & 63))
VALUE_BINARY(sub_from_i64, b - a)
VALUE_UNARY(neg_i64, -a)
VALUE_UNARY(not_i64, ~a)

/* The divisor is not zero.  MIN / -1 is MIN, and the processor must not see it. */
VALUE_BINARY(div_i64, b == UINT64_MAX ? -a : (uint64_t)((int64_t)a / (int64_t)b))
VALUE_BINARY(rem_i64, b == UINT64_MAX ? 0 : (uint64_t)((int64_t)a % (int64_t)b))
VALUE_BINARY(div_u64, a / b)
VALUE_BINARY(rem_u64, a % b)

VALUE_UNARY(extend_i8, (int64_t)(int8_t)a)
VALUE_UNARY(extend_i16, (int64_t)(int16_t)a)
VALUE_UNARY(extend_i32, (int64_t)(int32_t)a)
VALUE_UNARY(extend_u8, (uint8_t)a)
VALUE_UNARY(extend_u16, (uint16_t)a)
VALUE_UNARY(extend_u32, (uint32_t)a)
VALUE_BINARY(add_i32, (int64_t)(int32_t)(a + b))
VALUE_BINARY(sub_i32, (int64_t)(int32_t)(a - b))
VALUE_BINARY(mul_i32, (int64_t)(int32_t)(a *b))
VALUE_BINARY(add_u32, (uint32_t)(a + b))
VALUE_BINARY(sub_u32, (uint32_t)(a - b))
VALUE_BINARY(mul_u32, (uint32_t)(a *b))
VALUE_BINARY(shl_u32, (uint32_t)(a << (b & 31)))
VALUE_BINARY(add_u8, (uint8_t)(a + b))
VALUE_BINARY(sub_u8, (uint8_t)(a - b))

VALUE_BINARY(eq_i64, a == b)
VALUE_BINARY(ne_i64, a != b)
VALUE_BINARY(lt_i64, (int64_t)a < (int64_t)b)
VALUE_BINARY(le_i64, (int64_t)a <= (int64_t)b)
VALUE_BINARY(gt_i64, (int64_t)a > (int64_t)b)
VALUE_BINARY(ge_i64, (int64_t)a >= (int64_t)b)
VALUE_BINARY(lt_u64, a < b)
VALUE_BINARY(le_u64, a <= b)
VALUE_BINARY(compare_i64, ((int64_t)a > (int64_t)b) - ((int64_t)a < (int64_t)b))
VALUE_BINARY(compare_u64, (a > b) - (a < b))

/* ---- Floats ------------------------------------------------------------------------------------ */

#define VALUE_F64(name, expression)                                                                          \
    static inline uint64_t value_##name(uint64_t slot_a, uint64_t slot_b) {                                  \
        double a = value_f64(slot_a), b = value_f64(slot_b);                                                 \
        return expression;                                                                                   \
    }
#define VALUE_F32(name, expression)                                                                          \
    static inline uint64_t value_##name(uint64_t slot_a, uint64_t slot_b) {                                  \
        float a = value_f32(slot_a), b = value_f32(slot_b);                                                  \
        return expression;                                                                                   \
    }

VALUE_F64(add_f64, value_of_f64(a + b))
VALUE_F64(sub_f64, value_of_f64(a - b))
VALUE_F64(mul_f64, value_of_f64(a *b))
VALUE_F64(div_f64, value_of_f64(a / b))
VALUE_F64(rem_f64, value_of_f64(fmod(a, b)))
VALUE_UNARY(neg_f64, a ^ (uint64_t)1 << 63)
VALUE_UNARY(abs_f64, a & ~((uint64_t)1 << 63))
VALUE_UNARY(sqrt_f64, value_of_f64(__builtin_sqrt(value_f64(a))))
VALUE_UNARY(floor_f64, value_of_f64(floor(value_f64(a))))
VALUE_UNARY(ceil_f64, value_of_f64(ceil(value_f64(a))))
VALUE_UNARY(trunc_f64, value_of_f64(trunc(value_f64(a))))
VALUE_F32(add_f32, value_of_f32(a + b))
VALUE_F32(sub_f32, value_of_f32(a - b))
VALUE_F32(mul_f32, value_of_f32(a *b))
VALUE_F32(div_f32, value_of_f32(a / b))
VALUE_F32(rem_f32, value_of_f32(fmodf(a, b)))
VALUE_UNARY(neg_f32, a ^ (uint64_t)1 << 31)

VALUE_F64(eq_f64, a == b)
VALUE_F64(ne_f64, a != b)
VALUE_F64(lt_f64, a < b)
VALUE_F64(le_f64, a <= b)
VALUE_F64(not_lt_f64, !(a < b))
VALUE_F64(not_le_f64, !(a <= b))
VALUE_F32(eq_f32, a == b)
VALUE_F32(ne_f32, a != b)
VALUE_F32(lt_f32, a < b)
VALUE_F32(le_f32, a <= b)
VALUE_F32(not_lt_f32, !(a < b))
VALUE_F32(not_le_f32, !(a <= b))
VALUE_F64(key_eq_f64, a == b || (a != a && b != b))
VALUE_F32(key_eq_f32, a == b || (a != a && b != b))

/* -0.0 before 0.0, NaN last and equal to NaN. */
static inline uint64_t value_compare_doubles(double a, double b) {
    if (a < b || (b != b && a == a))
        return UINT64_MAX;
    if (a > b || (a != a && b == b))
        return 1;
    if (a != a)
        return 0;
    return (uint64_t)(int64_t)(!!signbit(b) - !!signbit(a));
}

VALUE_F64(compare_f64, value_compare_doubles(a, b))
VALUE_F32(compare_f32, value_compare_doubles(a, b))

/* ---- Conversions ------------------------------------------------------------------------------- */

VALUE_UNARY(i64_to_f64, value_of_f64((double)(int64_t)a))
VALUE_UNARY(u64_to_f64, value_of_f64((double)a))
VALUE_UNARY(i64_to_f32, value_of_f32((float)(int64_t)a))
VALUE_UNARY(u64_to_f32, value_of_f32((float)a))
VALUE_UNARY(f32_to_f64, value_of_f64((double)value_f32(a)))
VALUE_UNARY(f64_to_f32, value_of_f32((float)value_f64(a)))

/* Truncates and saturates; NaN gives 0.  `low` and `high` are exactly the type's limits, or high one too large where it
 * is no double. */
static inline uint64_t value_saturate(uint64_t slot, double low, double high, uint64_t lowest,
                                      uint64_t highest) {
    double a = value_f64(slot);
    if (a > low && a < high)
        return (uint64_t)(int64_t)a;
    return a != a ? 0 : a < 0 || a == low ? lowest : highest;
}

static inline uint64_t value_f64_to_u64(uint64_t slot) {
    double a = value_f64(slot);
    return !(a > 0) ? 0 : a >= 0x1p64 ? UINT64_MAX : (uint64_t)a;
}

VALUE_UNARY(f64_to_i64, value_saturate(a, -0x1p63, 0x1p63, (uint64_t)INT64_MIN, INT64_MAX))
VALUE_UNARY(f64_to_i8, value_saturate(a, INT8_MIN, INT8_MAX, (uint64_t)INT8_MIN, INT8_MAX))
VALUE_UNARY(f64_to_i16, value_saturate(a, INT16_MIN, INT16_MAX, (uint64_t)INT16_MIN, INT16_MAX))
VALUE_UNARY(f64_to_i32, value_saturate(a, INT32_MIN, INT32_MAX, (uint64_t)INT32_MIN, INT32_MAX))
VALUE_UNARY(f64_to_u8, value_saturate(a, 0, UINT8_MAX, 0, UINT8_MAX))
VALUE_UNARY(f64_to_u16, value_saturate(a, 0, UINT16_MAX, 0, UINT16_MAX))
VALUE_UNARY(f64_to_u32, value_saturate(a, 0, UINT32_MAX, 0, UINT32_MAX))

/* ---- Hashes ------------------------------------------------------------------------------------ */

VALUE_UNARY(hash_i64, hash_i64(a))
VALUE_UNARY(hash_f64, hash_f64(value_f64(a)))
VALUE_UNARY(hash_f32, hash_f64((double)value_f32(a)))
VALUE_BINARY(hash_mix, hash_mix(a, b))

#undef VALUE_BINARY
#undef VALUE_UNARY
#undef VALUE_F64
#undef VALUE_F32

/* ---- Counted loops ----------------------------------------------------------------------------- */

/* Each: whether the loop goes on, and then *m is advanced, without wrapping. */
static inline bool value_for_up(uint64_t *m, uint64_t limit) {
    int64_t next;
    if (__builtin_add_overflow((int64_t)*m, 1, &next) || next >= (int64_t)limit)
        return false;
    *m = (uint64_t)next;
    return true;
}

static inline bool value_for_up_inclusive(uint64_t *m, uint64_t limit) {
    if ((int64_t)*m >= (int64_t)limit)
        return false;
    *m += 1;
    return true;
}

static inline bool value_for_down(uint64_t *m, uint64_t limit) {
    if ((int64_t)*m <= (int64_t)limit)
        return false;
    *m -= 1;
    return true;
}

static inline bool value_for_step(uint64_t *m, uint64_t limit, uint64_t step) {
    int64_t next;
    if (__builtin_add_overflow((int64_t)*m, (int64_t)step, &next) || step == 0 ||
        ((int64_t)step > 0 ? next >= (int64_t)limit : next <= (int64_t)limit))
        return false;
    *m = (uint64_t)next;
    return true;
}

static inline bool value_for_up_u64(uint64_t *m, uint64_t limit) {
    if (*m >= limit || *m + 1 >= limit)
        return false;
    *m += 1;
    return true;
}

static inline bool value_for_up_inclusive_u64(uint64_t *m, uint64_t limit) {
    if (*m >= limit)
        return false;
    *m += 1;
    return true;
}

static inline bool value_for_down_u64(uint64_t *m, uint64_t limit) {
    if (*m <= limit)
        return false;
    *m -= 1;
    return true;
}

/* The step is of the loop's own unsigned type, so it only goes up. */
static inline bool value_for_step_u64(uint64_t *m, uint64_t limit, uint64_t step) {
    uint64_t next;
    if (step == 0 || __builtin_add_overflow(*m, step, &next) || next >= limit)
        return false;
    *m = next;
    return true;
}

#endif
