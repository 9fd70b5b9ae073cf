#define _DEFAULT_SOURCE /* lgammal_r */
#include "vm/runtime/rounded.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include <mpfr.h>

#include "vm/runtime/rounded_quick.h"

/* Whether the double nearest to the true value is known from an approximation; then *result is it. */
static bool rounded_is_clear(long double approximation, double *result) {
    const long double error = ROUNDED_ERROR * LDBL_EPSILON;
    *result = (double)approximation;
    if (approximation == 0 || !isfinite(approximation))
        return true; /* exact, or far beyond the doubles, or not a number */
    return (double)(approximation * (1 - error)) == (double)(approximation * (1 + error));
}

typedef int RoundedUnary(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);
typedef int RoundedBinary(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);

/* A computation with the precision and the exponents of double, subnormal numbers included.  MPFR's state
 * belongs to the thread and is left as it was. */
static double rounded_exactly(RoundedUnary *unary, RoundedBinary *binary, double x, double y) {
    mpfr_exp_t least = mpfr_get_emin(), greatest = mpfr_get_emax();
    mpfr_t a, b, result;
    mpfr_inits2(DBL_MANT_DIG, a, b, result, (mpfr_ptr)0);
    mpfr_set_d(a, x, MPFR_RNDN);
    mpfr_set_d(b, y, MPFR_RNDN);
    mpfr_set_emin(DBL_MIN_EXP - DBL_MANT_DIG + 1);
    mpfr_set_emax(DBL_MAX_EXP);
    int inexact = unary ? unary(result, a, MPFR_RNDN) : binary(result, a, b, MPFR_RNDN);
    mpfr_subnormalize(result, inexact, MPFR_RNDN);
    double value = mpfr_get_d(result, MPFR_RNDN);
    mpfr_set_emin(least);
    mpfr_set_emax(greatest);
    mpfr_clears(a, b, result, (mpfr_ptr)0);
    mpfr_free_cache();
    return value;
}

/* The logarithm of the absolute value of the gamma function, without the C library's global `signgam`. */
static long double rounded_wide_log_gamma(long double x) {
    int sign;
    return lgammal_r(x, &sign);
}

static int rounded_mpfr_log_gamma(mpfr_ptr result, mpfr_srcptr x, mpfr_rnd_t rounding) {
    int sign;
    return mpfr_lgamma(result, &sign, x, rounding);
}

static long double rounded_wide_exp10(long double x) {
    return powl(10, x);
}

/* Functions without a quick approximation. */
static bool rounded_unknown(double x, double *result) {
    (void)x;
    (void)result;
    return false;
}

static bool rounded_unknown2(double x, double y, double *result) {
    (void)y;
    return rounded_unknown(x, result);
}

#define ROUNDED_UNARY(name, quick, wide, exact)                                                              \
    double rounded_##name(double x) {                                                                        \
        double result;                                                                                       \
        if (quick(x, &result) || rounded_is_clear(wide((long double)x), &result))                            \
            return result;                                                                                   \
        return rounded_exactly(exact, NULL, x, 0);                                                           \
    }
#define ROUNDED_BINARY(name, quick, wide, exact)                                                             \
    double rounded_##name(double x, double y) {                                                              \
        double result;                                                                                       \
        if (quick(x, y, &result) || rounded_is_clear(wide((long double)x, (long double)y), &result))         \
            return result;                                                                                   \
        return rounded_exactly(NULL, exact, x, y);                                                           \
    }
#include "vm/runtime/rounded.def"
