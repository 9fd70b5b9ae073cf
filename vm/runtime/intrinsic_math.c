/* Intrinsics of mathematics. */
#include <math.h>

#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/rounded.h"

static CorStatus give_float(uint64_t *result, double value) {
    *result = value != value ? 0x7FF8000000000000u : intrinsic_of_f64(value);
    return COR_OK;
}

/* Rows by the function that computes them; those of math.h are exact or correctly rounded by themselves. */
#define MATH_UNARY(name, function)                                                                           \
    NATIVE_FUNCTION(intrinsic_MATH_##name) {                                                                 \
        return give_float(result, function(intrinsic_f64(arguments[0])));                                    \
    }
#define MATH_BINARY(name, function)                                                                          \
    NATIVE_FUNCTION(intrinsic_MATH_##name) {                                                                 \
        return give_float(result, function(intrinsic_f64(arguments[0]), intrinsic_f64(arguments[1])));       \
    }

MATH_UNARY(SQRT, sqrt)
MATH_UNARY(FLOOR, floor)
MATH_UNARY(CEIL, ceil)
MATH_UNARY(ROUND, round)
MATH_UNARY(TRUNC, trunc)
MATH_UNARY(ABS, fabs)
MATH_BINARY(POW, rounded_pow)
MATH_UNARY(SIN, rounded_sin)
MATH_UNARY(COS, rounded_cos)
MATH_UNARY(TAN, rounded_tan)
MATH_UNARY(ASIN, rounded_asin)
MATH_UNARY(ACOS, rounded_acos)
MATH_UNARY(ATAN, rounded_atan)
MATH_BINARY(ATAN2, rounded_atan2)
MATH_UNARY(EXP, rounded_exp)
MATH_UNARY(LOG, rounded_log)
MATH_UNARY(LOG2, rounded_log2)
MATH_UNARY(LOG10, rounded_log10)
MATH_UNARY(CBRT, rounded_cbrt)
MATH_BINARY(HYPOT, rounded_hypot)
MATH_BINARY(FMOD, fmod)
MATH_UNARY(EXP2, rounded_exp2)
MATH_UNARY(EXPM1, rounded_expm1)
MATH_UNARY(LOG1P, rounded_log1p)
MATH_UNARY(SINH, rounded_sinh)
MATH_UNARY(COSH, rounded_cosh)
MATH_UNARY(TANH, rounded_tanh)
