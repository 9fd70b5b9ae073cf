/* Intrinsics of mathematics. */
#include <math.h>

#include "vm/runtime/intrinsic_support.h"

static CorStatus give_float(uint64_t *result, double value) {
    *result = value != value ? 0x7FF8000000000000u : intrinsic_of_f64(value);
    return COR_OK;
}

/* Rows whose C function has the same name and arguments. */
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
MATH_BINARY(POW, pow)
MATH_UNARY(SIN, sin)
MATH_UNARY(COS, cos)
MATH_UNARY(TAN, tan)
MATH_UNARY(ASIN, asin)
MATH_UNARY(ACOS, acos)
MATH_UNARY(ATAN, atan)
MATH_BINARY(ATAN2, atan2)
MATH_UNARY(EXP, exp)
MATH_UNARY(LOG, log)
MATH_UNARY(LOG2, log2)
MATH_UNARY(LOG10, log10)
MATH_UNARY(CBRT, cbrt)
MATH_BINARY(HYPOT, hypot)
MATH_BINARY(FMOD, fmod)
MATH_UNARY(EXP2, exp2)
MATH_UNARY(EXPM1, expm1)
MATH_UNARY(LOG1P, log1p)
MATH_UNARY(SINH, sinh)
MATH_UNARY(COSH, cosh)
MATH_UNARY(TANH, tanh)
