/* Intrinsics of mathematics. */
#include <math.h>

#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/rounded.h"

static CorStatus give_float(uint64_t *result, double value) {
    *result = value != value ? COR_NAN : intrinsic_of_f64(value);
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
MATH_UNARY(EXP10, rounded_exp10)
MATH_UNARY(ASINH, rounded_asinh)
MATH_UNARY(ACOSH, rounded_acosh)
MATH_UNARY(ATANH, rounded_atanh)
MATH_UNARY(ERF, rounded_erf)
MATH_UNARY(ERFC, rounded_erfc)
MATH_UNARY(GAMMA, rounded_gamma)
MATH_UNARY(LOG_GAMMA, rounded_log_gamma)
MATH_UNARY(ROUND_EVEN, nearbyint)
MATH_BINARY(IEEE_REMAINDER, remainder)

NATIVE_FUNCTION(intrinsic_MATH_FMA) {
    return give_float(
        result, fma(intrinsic_f64(arguments[0]), intrinsic_f64(arguments[1]), intrinsic_f64(arguments[2])));
}

NATIVE_FUNCTION(intrinsic_MATH_LDEXP) {
    const int64_t far = 5000; /* from any number to infinity or 0 */
    int64_t exponent = (int64_t)arguments[1];
    exponent = exponent < -far ? -far : exponent > far ? far : exponent;
    return give_float(result, ldexp(intrinsic_f64(arguments[0]), (int)exponent));
}

/* ---- Modular arithmetic ------------------------------------------------------------------------- */

__extension__ typedef unsigned __int128 Product;

static uint64_t multiply_modulo(uint64_t a, uint64_t b, uint64_t modulus) {
    return (uint64_t)((Product)a * b % modulus);
}

static CorStatus throw_modulus(CorIsolate *isolate) {
    return cor_throw(isolate, COR_ERROR_ARITHMETIC, "a modulus of 0");
}

NATIVE_FUNCTION(intrinsic_U64_MUL_MOD) {
    if (arguments[2] == 0)
        return throw_modulus(isolate);
    *result = multiply_modulo(arguments[0], arguments[1], arguments[2]);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_U64_POW_MOD) {
    uint64_t base = arguments[0], exponent = arguments[1], modulus = arguments[2];
    if (modulus == 0)
        return throw_modulus(isolate);
    uint64_t power = 1 % modulus;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            power = multiply_modulo(power, base, modulus);
        base = multiply_modulo(base, base, modulus);
    }
    *result = power;
    return COR_OK;
}
