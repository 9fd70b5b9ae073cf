/* Correctly rounded functions: what MPFR gives with far more digits, rounded once. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <mpfr.h>

#include "vm/runtime/rounded.h"

static uint64_t next_random(uint64_t *state) { /* xorshift, Marsaglia 2003 */
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

/* Where functions are special, and where their tricks are: zeros, poles, limits of overflow and underflow, the
 * places where a reduction of the argument changes.  [3] is the double closest to a multiple of pi / 2. */
static const double specials[] = {0,
                                  0x1p-1074,
                                  0x1p-1022,
                                  0x1.6ac5b262ca1ffp+849,
                                  0x1p-54,
                                  0x1p-27,
                                  0.25,
                                  0.5,
                                  0.6931471805599453,
                                  1,
                                  M_PI_4,
                                  M_PI_2,
                                  2,
                                  M_PI,
                                  10,
                                  22,
                                  26.5,
                                  27.226,
                                  1e22,
                                  171.62,
                                  184.5,
                                  307.95,
                                  308.25472,
                                  323.6,
                                  708.3964,
                                  709.78,
                                  710.4758,
                                  744.44,
                                  745.13,
                                  1022,
                                  1024,
                                  1074,
                                  1075,
                                  0x1p53,
                                  1e300,
                                  DBL_MAX,
                                  1.5,
                                  2.5,
                                  3,
                                  1e-5,
                                  1e5,
                                  0x1p52,
                                  2.457024738,
                                  2.7473,
                                  INFINITY,
                                  NAN};
enum { SPECIALS = sizeof specials / sizeof *specials };

/* Numbers around the special ones, of every exponent, of common sizes, short ones, and any bits at all. */
static double next_argument(uint64_t *state, int i) {
    uint64_t bits = next_random(state), choice = next_random(state);
    double unit = (double)(bits >> 11) * 0x1p-52 - 1, number;
    switch (i % 6) {
    case 0:
        number = specials[choice % SPECIALS];
        memcpy(&bits, &number, sizeof bits);
        bits += choice >> 32 & 3;
        bits -= choice >> 34 & 3;
        break;
    case 1: return unit * 2;
    case 2: return unit * 720;
    case 3: number = ldexp(1 + fabs(unit), (int)(choice % 100) - 50); return choice >> 63 ? -number : number;
    case 4: return (double)((int64_t)(bits % 20001) - 10000) * ldexp(1, -(int)(choice % 12));
    default: break;
    }
    memcpy(&number, &bits, sizeof number);
    return choice >> 63 ? -number : number;
}

static void check_same(const char *name, double x, double y, double got, mpfr_t exact) {
    double want = mpfr_get_d(exact, MPFR_RNDN);
    if (!(memcmp(&got, &want, sizeof got) == 0 || (isnan(got) && isnan(want))))
        fail_msg("%s(%a, %a) gives %a, not %a", name, x, y, got, want);
}

static int rounded_mpfr_log_gamma(mpfr_ptr result, mpfr_srcptr x, mpfr_rnd_t rounding) {
    int sign;
    return mpfr_lgamma(result, &sign, x, rounding);
}

/* Bits of the reference; a few of the functions take long with many. */
enum { SAMPLES = 3000, PRECISION = 240 };

static int sample_count(void) {
    const char *more = getenv("ROUNDED_SAMPLES"); /* of each function, to look harder */
    return more ? atoi(more) : SAMPLES;
}

static void test_functions(void **state) {
    (void)state;
    int samples = sample_count();
    uint64_t seed = getenv("ROUNDED_SAMPLES") ? 88172645463325252u + (uint64_t)samples : 88172645463325252u;
    mpfr_t a, b, exact;
    mpfr_inits2(PRECISION, a, b, exact, (mpfr_ptr)0);
#define ROUNDED_UNARY(name, quick, wide, reference)                                                          \
    for (int i = 0; i < samples + 2 * SPECIALS; i++) {                                                       \
        double x = i < samples ? next_argument(&seed, i) : specials[(i - samples) / 2];                      \
        x = i >= samples && i % 2 ? -x : x;                                                                  \
        mpfr_set_d(a, x, MPFR_RNDN);                                                                         \
        reference(exact, a, MPFR_RNDN);                                                                      \
        check_same(#name, x, 0, rounded_##name(x), exact);                                                   \
    }
#define ROUNDED_BINARY(name, quick, wide, reference)                                                         \
    for (int i = 0; i < samples + 4 * SPECIALS * SPECIALS; i++) {                                            \
        int place = i - samples;                                                                             \
        double x = i < samples ? next_argument(&seed, i) : specials[place / 4 % SPECIALS];                   \
        double y = i < samples ? next_argument(&seed, i / 6) : specials[place / 4 / SPECIALS];               \
        x = i >= samples && place & 1 ? -x : x;                                                              \
        y = i >= samples && place & 2 ? -y : y;                                                              \
        mpfr_set_d(a, x, MPFR_RNDN);                                                                         \
        mpfr_set_d(b, y, MPFR_RNDN);                                                                         \
        reference(exact, a, b, MPFR_RNDN);                                                                   \
        check_same(#name, x, y, rounded_##name(x, y), exact);                                                \
    }
#include "vm/runtime/rounded.def"
    mpfr_clears(a, b, exact, (mpfr_ptr)0);
    mpfr_free_cache();
}

static void test_exact_cases(void **state) {
    (void)state;
    assert_true(rounded_cbrt(27) == 3 && rounded_pow(2, 10) == 1024 && rounded_pow(9, 0.5) == 3);
    assert_true(rounded_log2(8) == 3 && rounded_log10(1000) == 3 && rounded_hypot(3, 4) == 5);
    assert_true(rounded_exp(-1000) == 0 && isinf(rounded_exp(1000)) && signbit(rounded_sin(-0.0)));
    assert_true(rounded_pow(0x1.00000001p27, 2) ==
                0x1.00000002p54); /* halfway between two doubles, to even */
}

/* ---- The tables of rounded_quick.c, to their last unit ---- */

typedef struct Row {
    uint64_t high, low;
} Row;

#define W(high, low) {high, low},
#define N(number)    number,
static const Row exp_high[] = {
#define TABLE_EXP_HIGH
#include "vm/runtime/rounded_table.def"
#undef TABLE_EXP_HIGH
};
static const Row exp_low[] = {
#define TABLE_EXP_LOW
#include "vm/runtime/rounded_table.def"
#undef TABLE_EXP_LOW
};
static const unsigned inverse_high[] = {
#define TABLE_LOG_INVERSE_HIGH
#include "vm/runtime/rounded_table.def"
#undef TABLE_LOG_INVERSE_HIGH
};
static const unsigned inverse_low[] = {
#define TABLE_LOG_INVERSE_LOW
#include "vm/runtime/rounded_table.def"
#undef TABLE_LOG_INVERSE_LOW
};
static const Row log_high[] = {
#define TABLE_LOG_HIGH
#include "vm/runtime/rounded_table.def"
#undef TABLE_LOG_HIGH
};
static const Row log_low[] = {
#define TABLE_LOG_LOW
#include "vm/runtime/rounded_table.def"
#undef TABLE_LOG_LOW
};
static const Row sin_table[] = {
#define TABLE_SIN
#include "vm/runtime/rounded_table.def"
#undef TABLE_SIN
};
static const Row cos_table[] = {
#define TABLE_COS
#include "vm/runtime/rounded_table.def"
#undef TABLE_COS
};
static const Row atan_table[] = {
#define TABLE_ATAN
#include "vm/runtime/rounded_table.def"
#undef TABLE_ATAN
};
static const uint64_t two_over_pi[] = {
#define TABLE_TWO_OVER_PI
#include "vm/runtime/rounded_table.def"
#undef TABLE_TWO_OVER_PI
};

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

/* Whether the row, two's complement where `exact` is negative, is within a unit of exact * 2^bits. */
static void check_row(Row row, mpfr_t exact, int bits) {
    mpfr_t stored;
    mpfr_init2(stored, PRECISION);
    if (mpfr_sgn(exact) < 0) {
        mpfr_set_sj_2exp(stored, (intmax_t)row.high, 64, MPFR_RNDN);
    } else {
        mpfr_set_uj_2exp(stored, row.high, 64, MPFR_RNDN);
    }
    mpfr_t low;
    mpfr_init2(low, 64);
    mpfr_set_uj(low, row.low, MPFR_RNDN);
    mpfr_add(stored, stored, low, MPFR_RNDN);
    mpfr_mul_2si(exact, exact, bits, MPFR_RNDN);
    mpfr_sub(stored, stored, exact, MPFR_RNDN);
    assert_true(fabs(mpfr_get_d(stored, MPFR_RNDN)) <= 1);
    mpfr_clears(stored, low, (mpfr_ptr)0);
}

static void test_tables(void **state) {
    (void)state;
    mpfr_t x;
    mpfr_init2(x, PRECISION);
#define CHECK(table, value, function, bits)                                                                  \
    for (int i = 0; i < COUNT(table); i++) {                                                                 \
        mpfr_set_d(x, value, MPFR_RNDN);                                                                     \
        function(x, x, MPFR_RNDN);                                                                           \
        check_row(table[i], x, bits);                                                                        \
    }
    CHECK(exp_high, i / 64.0, mpfr_exp2, 127)
    CHECK(exp_low, i / 4096.0, mpfr_exp2, 127)
    CHECK(sin_table, i / 128.0, mpfr_sin, 128)
    CHECK(cos_table, i / 128.0, mpfr_cos, 128)
    CHECK(atan_table, i / 128.0, mpfr_atan, 128)
    assert_true(COUNT(log_high) == COUNT(inverse_high) && COUNT(log_low) == COUNT(inverse_low));
    for (int i = 0; i < COUNT(log_high); i++) {
        mpfr_set_ui(x, 256, MPFR_RNDN);
        mpfr_div_ui(x, x, inverse_high[i], MPFR_RNDN);
        mpfr_log(x, x, MPFR_RNDN);
        check_row(log_high[i], x, 116);
    }
    for (int i = 0; i < COUNT(log_low); i++) {
        mpfr_set_ui(x, 32768, MPFR_RNDN);
        mpfr_div_ui(x, x, inverse_low[i], MPFR_RNDN);
        mpfr_log(x, x, MPFR_RNDN);
        check_row(log_low[i], x, 116);
    }
    mpfr_set_prec(x, 2000);
    mpfr_const_pi(x, MPFR_RNDN);
    mpfr_ui_div(x, 2, x, MPFR_RNDN);
    for (int i = 0; i < COUNT(two_over_pi); i++) {
        mpfr_mul_2si(x, x, 64, MPFR_RNDN);
        assert_true(mpfr_get_uj(x, MPFR_RNDZ) == two_over_pi[i]);
        mpfr_frac(x, x, MPFR_RNDN);
    }
    mpfr_clear(x);
    mpfr_free_cache();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_exact_cases),
        cmocka_unit_test(test_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
