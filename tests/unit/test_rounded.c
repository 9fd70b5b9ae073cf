/* Correctly rounded functions: what MPFR gives with far more digits, rounded once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include <mpfr.h>

#include "vm/runtime/rounded.h"

static uint64_t next_random(uint64_t *state) { /* xorshift, Marsaglia 2003 */
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

/* Small numbers, numbers of any size, and any bits at all. */
static double next_argument(uint64_t *state, int i) {
    uint64_t bits = next_random(state);
    double unit = (double)(bits >> 11) * 0x1p-53 - 0.5, any;
    memcpy(&any, &bits, sizeof any);
    return i % 3 == 0 ? unit * 4 : i % 3 == 1 ? unit * 1400 : any;
}

static void check_same(const char *name, double x, double y, double got, mpfr_t exact) {
    double want = mpfr_get_d(exact, MPFR_RNDN);
    if (!(got == want || (isnan(got) && isnan(want))))
        fail_msg("%s(%a, %a) gives %a, not %a", name, x, y, got, want);
}

enum { SAMPLES = 3000, PRECISION = 400 };

static void test_functions(void **state) {
    (void)state;
    uint64_t seed = 88172645463325252u;
    mpfr_t a, b, exact;
    mpfr_inits2(PRECISION, a, b, exact, (mpfr_ptr)0);
#define ROUNDED_UNARY(name)                                                                                  \
    for (int i = 0; i < SAMPLES; i++) {                                                                      \
        double x = next_argument(&seed, i);                                                                  \
        mpfr_set_d(a, x, MPFR_RNDN);                                                                         \
        mpfr_##name(exact, a, MPFR_RNDN);                                                                    \
        check_same(#name, x, 0, rounded_##name(x), exact);                                                   \
    }
#define ROUNDED_BINARY(name)                                                                                 \
    for (int i = 0; i < SAMPLES; i++) {                                                                      \
        double x = next_argument(&seed, i), y = next_argument(&seed, i / 3);                                 \
        mpfr_set_d(a, x, MPFR_RNDN);                                                                         \
        mpfr_set_d(b, y, MPFR_RNDN);                                                                         \
        mpfr_##name(exact, a, b, MPFR_RNDN);                                                                 \
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_exact_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
