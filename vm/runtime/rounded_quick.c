#include "vm/runtime/rounded_quick.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 Wide;
__extension__ typedef __int128 SignedWide;

#define W(high, low) (((Wide)(high) << 64) | (low)),
#define N(number)    number,

static const Wide exp_high[64] = {
#define TABLE_EXP_HIGH
#include "vm/runtime/rounded_table.def"
#undef TABLE_EXP_HIGH
};
static const Wide exp_low[64] = {
#define TABLE_EXP_LOW
#include "vm/runtime/rounded_table.def"
#undef TABLE_EXP_LOW
};
static const uint16_t log_inverse_high[] = {
#define TABLE_LOG_INVERSE_HIGH
#include "vm/runtime/rounded_table.def"
#undef TABLE_LOG_INVERSE_HIGH
};
static const uint16_t log_inverse_low[] = {
#define TABLE_LOG_INVERSE_LOW
#include "vm/runtime/rounded_table.def"
#undef TABLE_LOG_INVERSE_LOW
};
static const Wide log_high[] = {
#define TABLE_LOG_HIGH
#include "vm/runtime/rounded_table.def"
#undef TABLE_LOG_HIGH
};
static const Wide log_low[] = {
#define TABLE_LOG_LOW
#include "vm/runtime/rounded_table.def"
#undef TABLE_LOG_LOW
};
static const Wide sin_table[] = {
#define TABLE_SIN
#include "vm/runtime/rounded_table.def"
#undef TABLE_SIN
};
static const Wide cos_table[] = {
#define TABLE_COS
#include "vm/runtime/rounded_table.def"
#undef TABLE_COS
};
static const Wide atan_table[] = {
#define TABLE_ATAN
#include "vm/runtime/rounded_table.def"
#undef TABLE_ATAN
};
static const uint64_t two_over_pi[] = {
#define TABLE_TWO_OVER_PI
#include "vm/runtime/rounded_table.def"
#undef TABLE_TWO_OVER_PI
};
#undef W
#undef N

#define WIDE(high, low) (((Wide)(high) << 64) | (low))

static const Wide LOG2_OF_E = WIDE(0x5c551d94ae0bf85d, 0xdf43ff68348e9f44);  /* times 2^126 */
static const Wide LOG2_OF_10 = WIDE(0xd49a784bcd1b8afe, 0x492bf6ff4dafdb4d); /* times 2^126 */
static const Wide LOG10_OF_E = WIDE(0xde5bd8a937287195, 0x355baaafad33dc32); /* times 2^129 */
static const Wide LN_OF_2 = WIDE(0xb17217f7d1cf79ab, 0xc9e3b39803f2f6af);    /* times 2^128 */
static const Wide HALF_PI = WIDE(0xc90fdaa22168c234, 0xc4c6628b80dc1cd1);    /* times 2^127 */

/* ---- Numbers ----------------------------------------------------------------------------------- */

/* sign * magnitude * 2^exponent */
typedef struct Number {
    bool negative;
    Wide magnitude;
    int exponent;
} Number;

/* The upper halves of products; of wide ones up to 3 units too low. */
static inline uint64_t times(uint64_t a, uint64_t b) {
    return (uint64_t)((Wide)a * b >> 64);
}

static inline Wide wide_times(Wide a, Wide b) {
    uint64_t a1 = (uint64_t)(a >> 64), a0 = (uint64_t)a, b1 = (uint64_t)(b >> 64), b0 = (uint64_t)b;
    return (Wide)a1 * b1 + ((Wide)a1 * b0 >> 64) + ((Wide)a0 * b1 >> 64);
}

static inline int leading_zeros(Wide value) {
    uint64_t high = (uint64_t)(value >> 64);
    return high ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)value);
}

/* A finite double that is not 0; the magnitude has 53 bits. */
static Number number_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int field = (int)(bits >> 52 & 0x7ff);
    uint64_t fraction = bits & 0xfffffffffffffu;
    if (field == 0) {
        int shift = __builtin_clzll(fraction) - 11;
        return (Number){bits >> 63, fraction << shift, -1074 - shift};
    }
    return (Number){bits >> 63, fraction | (uint64_t)1 << 52, field - 1075};
}

/* The highest bit at the top. */
static inline Number normalized(Number number) {
    int zeros = leading_zeros(number.magnitude);
    number.magnitude <<= zeros;
    number.exponent -= zeros;
    return number;
}

/* The double closest to every value within the error; false when that is not one. */
static bool rounded_number(Number number, double *result) {
    enum { CUT = 128 - 53 };
    const Wide half = (Wide)1 << (CUT - 1), error = (Wide)1 << (128 - ROUNDED_QUICK_BITS);
    number = normalized(number);
    Wide rest = number.magnitude & ((half << 1) - 1);
    if (rest + error >= half && rest <= half + error)
        return false;
    int field = number.exponent + CUT + 1075;
    if (field < 1 || field > 2045)
        return false;
    uint64_t significand = (uint64_t)(number.magnitude >> CUT) + (rest > half); /* 2^53 raises the field */
    uint64_t bits = ((uint64_t)field << 52) + (significand - ((uint64_t)1 << 52));
    bits |= (uint64_t)number.negative << 63;
    memcpy(result, &bits, sizeof bits);
    return true;
}

/* The quotient of normalized numbers, by the reciprocal that doubles give and a step of Newton's. */
static Number quotient(Number a, Number b) {
    Wide reciprocal = (Wide)(uint64_t)(0x1p126 / (double)(uint64_t)(b.magnitude >> 64))
                      << 64;                            /* times 2^-254 */
    Wide product = wide_times(b.magnitude, reciprocal); /* close to 2^126 */
    Wide correction = ((Wide)1 << 127) - product;       /* 2 - product, times 2^126 */
    reciprocal = wide_times(reciprocal, correction) << 2;
    return (Number){a.negative != b.negative, wide_times(a.magnitude, reciprocal),
                    a.exponent - b.exponent - 126};
}

static const Number ONE = {false, (Wide)1 << 127, -127};

/* The sum of two numbers that are normalized and not negative, or the difference, the first being greater. */
static Number sum(Number a, Number b, bool subtract) {
    if (a.exponent < b.exponent) {
        Number swapped = a;
        a = b, b = swapped;
    }
    int shift = a.exponent - b.exponent + 1;
    Wide small = shift < 128 ? b.magnitude >> shift : 0;
    Wide total = subtract ? (a.magnitude >> 1) - small : (a.magnitude >> 1) + small;
    return normalized((Number){false, total, a.exponent + 1});
}

/* The square root of a normalized number: that of a double, and a step of Newton's from there. */
static Number square_root(Number number) {
    int odd = number.exponent & 1;
    Wide value = number.magnitude >> odd; /* the exponent even */
    double estimate = sqrt((double)(uint64_t)(value >> 64));
    uint64_t root = estimate >= 0x1p32 ? UINT64_MAX : (uint64_t)(estimate * 0x1p32);
    double error = (double)(SignedWide)(value - (Wide)root * root) / (2 * (double)root);
    Wide result = ((Wide)root << 64) + (Wide)(SignedWide)(error * 0x1p64);
    return normalized((Number){false, result, (number.exponent + odd) / 2 - 64});
}

/* ---- Exponential functions --------------------------------------------------------------------- */

/* whole + fraction / 2^128 */
typedef struct Split {
    int whole;
    Wide fraction;
} Split;

/* factor * scale / 2^126 * 2^exponent, of a size from 2^-54 to 2^11, with the sign; the fraction is not negative. */
static Split split_product(bool negative, uint64_t factor, Wide scale, int exponent) {
    Wide low = (Wide)factor * (uint64_t)scale, high = (Wide)factor * (uint64_t)(scale >> 64) + (low >> 64);
    int shift = -(exponent + 2); /* the product's bits are high and the 64 lowest of low; from 1 to 127 */
    Wide fraction = shift < 64 ? (high << (64 - shift)) | ((uint64_t)low >> shift) : high >> (shift - 64);
    int whole = shift < 64 ? (int)(high >> (shift + 64)) : 0;
    if (negative && fraction != 0)
        return (Split){-whole - 1, -fraction};
    return (Split){negative ? -whole : whole, fraction};
}

/* 2 to the power of whole + fraction: two tables for twelve bits, the series of exp for the rest, below 2^-12. */
static Number power_of_two(Split split) {
    unsigned high = (unsigned)(split.fraction >> 122), low = (unsigned)(split.fraction >> 116) & 63;
    Wide u = wide_times((split.fraction << 12) >> 12, LN_OF_2); /* times 2^128 */
    uint64_t v = (uint64_t)(u >> 52);                           /* times 2^76 */
    uint64_t series = 0x5b05b05b05b05b + (times(v, 0xd00d00d00d00d) >> 12);
    series = 0x222222222222222 + (times(v, series) >> 12);
    series = 0xaaaaaaaaaaaaaaa + (times(v, series) >> 12);
    series = 0x2aaaaaaaaaaaaaaa + (times(v, series) >> 12);
    series = 0x8000000000000000 + (times(v, series) >> 12);
    Wide square = (Wide)v * v;                             /* times 2^152 */
    Wide tail = (Wide)(uint64_t)(square >> 64) * series;   /* times 2^152 */
    Wide sum = ((Wide)1 << 127) + (u >> 1) + (tail >> 25); /* times 2^127 */
    Wide table = wide_times(exp_high[high], exp_low[low]) << 1;
    return (Number){false, wide_times(table, sum), split.whole - 126};
}

/* The base's power, `scale` being its logarithm to base 2 times 2^126. */
static bool power_of_base(double x, Wide scale, Split *split) {
    double size = fabs(x);
    if (!(size < 1100 && size >= 0x1p-54))
        return false;
    Number number = number_of(x);
    *split = split_product(number.negative, (uint64_t)number.magnitude, scale, number.exponent);
    return true;
}

bool rounded_quick_exp(double x, double *result) {
    Split split;
    return power_of_base(x, LOG2_OF_E, &split) && rounded_number(power_of_two(split), result);
}

bool rounded_quick_exp2(double x, double *result) {
    Split split;
    return power_of_base(x, (Wide)1 << 126, &split) && rounded_number(power_of_two(split), result);
}

bool rounded_quick_exp10(double x, double *result) {
    Split split;
    return fabs(x) < 330 && power_of_base(x, LOG2_OF_10, &split) &&
           rounded_number(power_of_two(split), result);
}

/* exp(|x|) and exp(-|x|) as integers times 2^-126 * 2^exponent of the first.  False for sizes that need care. */
static bool exponentials(double x, Wide *up, Wide *down, int *exponent) {
    Split split;
    if (!(fabs(x) >= 0.25 && fabs(x) < 700) || !power_of_base(fabs(x), LOG2_OF_E, &split))
        return false;
    Split opposite = {split.fraction ? -split.whole - 1 : -split.whole, -split.fraction};
    Number first = power_of_two(split), second = power_of_two(opposite);
    int shift = first.exponent - second.exponent;
    *up = first.magnitude;
    *down = shift < 128 ? second.magnitude >> shift : 0;
    *exponent = first.exponent;
    return true;
}

bool rounded_quick_expm1(double x, double *result) {
    if (!(fabs(x) >= 0.25 && fabs(x) < 700))
        return false;
    Split split;
    power_of_base(x, LOG2_OF_E, &split);
    Number power = power_of_two(split);
    int shift = -power.exponent; /* of 1, as an integer of the power's unit, or of the power to that of 1 */
    if (x < 0)
        return rounded_number(
            (Number){true, ((Wide)1 << 127) - (shift < 254 ? power.magnitude >> (shift - 127) : 0), -127},
            result);
    power.magnitude -= shift < 0 ? 0 : (Wide)1 << shift;
    return rounded_number(power, result);
}

bool rounded_quick_sinh(double x, double *result) {
    Wide up, down;
    int exponent;
    return exponentials(x, &up, &down, &exponent) &&
           rounded_number((Number){x < 0, up - down, exponent - 1}, result);
}

bool rounded_quick_cosh(double x, double *result) {
    Wide up, down;
    int exponent;
    return exponentials(x, &up, &down, &exponent) &&
           rounded_number((Number){false, up + down, exponent - 1}, result);
}

bool rounded_quick_tanh(double x, double *result) {
    Wide up, down;
    int exponent;
    return fabs(x) < 22 && exponentials(x, &up, &down, &exponent) &&
           rounded_number(
               quotient(normalized((Number){x < 0, up - down, 0}), normalized((Number){false, up + down, 0})),
               result);
}

/* ---- Logarithms -------------------------------------------------------------------------------- */

/* The natural logarithm of a positive finite number other than 1.  x = 2^e * m, m from sqrt(1/2) to sqrt(2), and
 * m * high * low = 1 + r, exactly, for short inverses from tables; |r| < 2^-12.  Close to 1 both inverses are 1, and the
 * logarithm is that of 1 + r alone, with more bits. */
static Number logarithm(double x) {
    const uint64_t root = 0x16a09e667f3bcc; /* sqrt(2), times 2^52 */
    Number number = number_of(x);
    uint64_t m = (uint64_t)number.magnitude; /* times 2^53 */
    int e = number.exponent + 53;
    if (m <= root) {
        m <<= 1;
        e--;
    }
    unsigned i = (unsigned)(m >> 46) - 90;
    uint64_t first = m * log_inverse_high[i]; /* times 2^61 */
    unsigned j = (unsigned)(((int64_t)(first - ((uint64_t)1 << 61)) >> 48) + 64);
    SignedWide r = (SignedWide)((Wide)first * log_inverse_low[j]) - ((SignedWide)1 << 76); /* times 2^76 */
    bool below = r < 0;
    uint64_t size = (uint64_t)(below ? -r : r);
    Wide square = (Wide)size * size; /* times 2^152, exact */
    /* r^3 * (1/3 - r/4 + r^2/5 - r^3/6 + r^4/7) */
    uint64_t series = below ? 0x2aaaaaaaaaaaaaaa + (times(size, 0x2492492492492492) >> 12)
                            : 0x2aaaaaaaaaaaaaaa - (times(size, 0x2492492492492492) >> 12);
    uint64_t term = times(size, series) >> 12;
    series = below ? 0x3333333333333333 + term : 0x3333333333333333 - term;
    term = times(size, series) >> 12;
    series = below ? 0x4000000000000000 + term : 0x4000000000000000 - term;
    term = times(size, series) >> 12;
    series = below ? 0x5555555555555555 + term : 0x5555555555555555 - term;
    Wide cube = (Wide)size * times((uint64_t)(square >> 64), series); /* times 2^164 */
    if (e == 0 && log_inverse_high[i] == 256 && log_inverse_low[j] == 32768) {
        Wide first_term = (Wide)size << 63, second = square >> 14, third = cube >> 25; /* times 2^139 */
        Wide sum = below ? first_term + second + third : first_term - second + third;
        return (Number){below, sum, -139};
    }
    Wide rest =
        ((Wide)size << 40) + (below ? square >> 37 : -(square >> 37)) + (cube >> 48); /* times 2^116 */
    const Wide ln_of_2 = LN_OF_2 >> 12;
    Wide sum =
        (Wide)((SignedWide)e * (SignedWide)ln_of_2) + log_high[i] + log_low[j] + (below ? -rest : rest);
    bool negative = (SignedWide)sum < 0;
    return (Number){negative, negative ? -sum : sum, -116};
}

static bool has_logarithm(double x) {
    return x > 0 && x != 1 && x < (double)INFINITY;
}

/* The natural logarithm of a normalized number that is farther than 2^-11 from 1: that of its first 53 bits, and of what
 * the others add to it. */
static Number logarithm_of_number(Number number) {
    uint64_t rest = (uint64_t)(number.magnitude >> 11); /* the 64 bits behind them */
    uint64_t significand = (uint64_t)(number.magnitude >> 75);
    Number first = logarithm(ldexp((double)significand, number.exponent + 75));
    Wide more = (Wide)(uint64_t)((double)rest * 0x1p51 / (double)significand) << 1; /* times 2^116 */
    bool same = !first.negative;
    first.magnitude += same ? more : -more;
    return first;
}

bool rounded_quick_log1p(double x, double *result) {
    if (!(fabs(x) >= 0x1p-10 && x > -1 && x < 0x1p100))
        return false;
    Number number = normalized(number_of(x));
    number.negative = false;
    number = x < 0 ? sum(ONE, number, true) : sum(ONE, number, false);
    return rounded_number(logarithm_of_number(number), result);
}

/* log(|x| + sqrt(x^2 + 1)) */
bool rounded_quick_asinh(double x, double *result) {
    if (!(fabs(x) >= 0x1p-10 && fabs(x) < 0x1p400))
        return false;
    Number size = normalized(number_of(fabs(x)));
    Number square =
        normalized((Number){false, wide_times(size.magnitude, size.magnitude), 2 * size.exponent + 128});
    Number number = logarithm_of_number(sum(size, square_root(sum(square, ONE, false)), false));
    number.negative = x < 0;
    return rounded_number(number, result);
}

/* log(x + sqrt((x - 1) * (x + 1))) */
bool rounded_quick_acosh(double x, double *result) {
    if (!(x >= 1 + 0x1p-20 && x < 0x1p400))
        return false;
    Number number = normalized(number_of(x)), below = sum(number, ONE, true), above = sum(number, ONE, false);
    Number square = normalized(
        (Number){false, wide_times(below.magnitude, above.magnitude), below.exponent + above.exponent + 128});
    return rounded_number(logarithm_of_number(sum(number, square_root(square), false)), result);
}

/* log((1 + x) / (1 - x)) / 2 */
bool rounded_quick_atanh(double x, double *result) {
    if (!(fabs(x) >= 0x1p-11 && fabs(x) < 1))
        return false;
    Number size = normalized(number_of(fabs(x)));
    Number ratio = normalized(quotient(sum(ONE, size, false), sum(ONE, size, true)));
    Number number = logarithm_of_number(ratio);
    number.negative = x < 0;
    number.exponent--;
    return rounded_number(number, result);
}

bool rounded_quick_log(double x, double *result) {
    return has_logarithm(x) && rounded_number(logarithm(x), result);
}

/* The logarithm to another base, `scale` being the factor, normalized. */
static bool scaled_logarithm(double x, Wide scale, int exponent, double *result) {
    if (!has_logarithm(x))
        return false;
    Number number = normalized(logarithm(x));
    number.magnitude = wide_times(number.magnitude, scale);
    number.exponent += 128 + exponent;
    return rounded_number(number, result);
}

bool rounded_quick_log2(double x, double *result) {
    return scaled_logarithm(x, LOG2_OF_E << 1, -127, result);
}

bool rounded_quick_log10(double x, double *result) {
    return scaled_logarithm(x, LOG10_OF_E, -129, result);
}

/* 2 to the power of y * log2(x). */
bool rounded_quick_pow(double x, double y, double *result) {
    if (y == 2 || (y == 0.5 && x > 0)) { /* one operation, which is correctly rounded */
        *result = y == 2 ? x * x : sqrt(x);
        return true;
    }
    bool negative = x < 0 && fmod(y, 2) != 0;
    if (x < 0 && trunc(y) != y)
        return false;
    x = fabs(x);
    if (!has_logarithm(x) || y == 0 || !isfinite(y))
        return false;
    Number logarithm_of_x = normalized(logarithm(x)), factor = number_of(y);
    Wide scale = wide_times(logarithm_of_x.magnitude, LOG2_OF_E << 1); /* times 2^(1 - exponent) */
    int zeros = leading_zeros(scale);
    scale <<= zeros;
    int exponent = factor.exponent + logarithm_of_x.exponent + 1 - zeros + 126;
    /* The product is from 2^(exponent + 53) to 2^(exponent + 55). */
    if (exponent + 55 > 10 || exponent + 53 < -54)
        return false;
    Split split = split_product(logarithm_of_x.negative != factor.negative, (uint64_t)factor.magnitude, scale,
                                exponent);
    Number power = power_of_two(split);
    power.negative = negative;
    return rounded_number(power, result);
}

/* ---- Angles ------------------------------------------------------------------------------------ */

/* x = (quadrant + sign * angle) with the angle from 0 to pi / 4, normalized. */
typedef struct Angle {
    unsigned quadrant;
    Number angle;
} Angle;

/* x * 2 / pi modulo 4 (Payne and Hanek, 1983): of 2 / pi those bits take part that neither make multiples of 4 nor lie
 * far below what is wanted.  For 2^-26 <= |x|; the error is at most 2^-137 quarters of a turn, and the angle of a double
 * is never below 2^-62 or so. */
static Angle angle_of(double x) {
    Number number = number_of(x);
    uint64_t m = (uint64_t)number.magnitude;
    int skipped = number.exponent >= 66 ? (number.exponent - 2) / 64 : 0;
    uint64_t product[5] = {0}; /* the lowest word first */
    Wide carry = 0;
    for (int k = 0; k < 4; k++) {
        carry += (Wide)m * two_over_pi[skipped + 3 - k];
        product[k] = (uint64_t)carry;
        carry >>= 64;
    }
    product[4] = (uint64_t)carry;
    int point = 64 * (skipped + 4) - number.exponent; /* bits behind the binary point, 190 and more */
    /* Three words from the point downwards, and the two bits above it. */
    unsigned quadrant = 0;
    uint64_t words[3];
    for (int k = 0; k < 3; k++) {
        int from = point - 64 * (k + 1), word = from >> 6, bit = from & 63; /* 64 bits upwards from here */
        uint64_t low = word >= 0 && word < 5 ? product[word] : 0;
        uint64_t high = word + 1 >= 0 && word + 1 < 5 ? product[word + 1] : 0;
        words[k] = bit ? low >> bit | high << (64 - bit) : low;
    }
    if (point < 320)
        quadrant = (unsigned)(product[point >> 6] >> (point & 63)) & 3;
    if ((point & 63) == 63 && point < 256)
        quadrant |= (unsigned)(product[(point >> 6) + 1] << 1) & 2;
    bool above = words[0] >> 63;
    if (above) { /* more than half: from the next one down */
        quadrant = (quadrant + 1) & 3;
        Wide low = ((Wide)words[1] << 64 | words[2]);
        words[0] = ~words[0] + (low == 0);
        low = -low;
        words[1] = (uint64_t)(low >> 64), words[2] = (uint64_t)low;
    }
    int exponent = -128;
    if (words[0] == 0) {
        words[0] = words[1], words[1] = words[2], words[2] = 0;
        exponent -= 64;
    }
    if (words[0] == 0) {
        words[0] = words[1], words[1] = 0;
        exponent -= 64;
    }
    int zeros = words[0] ? __builtin_clzll(words[0]) : 0;
    Wide fraction = (Wide)words[0] << 64 | words[1];
    fraction = zeros ? fraction << zeros | words[2] >> (64 - zeros) : fraction;
    return (Angle){quadrant, {above, wide_times(fraction, HALF_PI), exponent - zeros + 128 - 127}};
}

/* The sine and cosine of the angle, by those of its first bits and the series for the rest b, below 2^-7. */
static void sine_and_cosine(Number angle, Number *sine, Number *cosine) {
    int shift = -128 - angle.exponent; /* to times 2^128 */
    Wide a = shift < 128 ? angle.magnitude >> shift : 0;
    unsigned i = (unsigned)(a >> 121);
    Wide b = a & (((Wide)1 << 121) - 1);
    Wide square = wide_times(b << 7, b << 7); /* times 2^142 */
    uint64_t s = (uint64_t)(square >> 64);    /* times 2^78 */
    /* 1 - sin(b) / b = s * (1/6 - s/120 + s^2/5040 - s^3/362880 + s^4/39916800) */
    uint64_t series = 0x2e3bc74aad8e - (times(s, 0x6b99159fd5) >> 14);
    series = 0xd00d00d00d00d - (times(s, series) >> 14);
    series = 0x222222222222222 - (times(s, series) >> 14);
    series = 0x2aaaaaaaaaaaaaaa - (times(s, series) >> 14);
    Wide sine_loss = (Wide)s * series >> 14; /* times 2^128 */
    /* 1 - cos(b) = s * (1/2 - s/24 + s^2/720 - s^3/40320 + s^4/3628800 ), the first of it with all bits */
    series = 0x1a01a01a01a01 - (times(s, 0x49f93edde27) >> 14);
    series = 0x5b05b05b05b05b - (times(s, series) >> 14);
    series = 0xaaaaaaaaaaaaaaa - (times(s, series) >> 14);
    Wide cosine_loss = (square >> 15) - ((Wide)s * times(s, series) >> 28); /* times 2^128 */
    *cosine = (Number){false, 0, -128};
    if (i == 0) {
        angle.magnitude -= wide_times(angle.magnitude, sine_loss);
        *sine = angle;
        cosine->magnitude = -cosine_loss - (cosine_loss == 0);
        return;
    }
    Wide sine_of_b = b - wide_times(b, sine_loss);
    Wide table_sine = sin_table[i], table_cosine = cos_table[i];
    Wide sum = table_sine - wide_times(table_sine, cosine_loss) + wide_times(table_cosine, sine_of_b);
    *sine = (Number){angle.negative, sum, -128};
    cosine->magnitude =
        table_cosine - wide_times(table_cosine, cosine_loss) - wide_times(table_sine, sine_of_b);
}

static bool has_angle(double x) {
    return fabs(x) >= 0x1p-26 && fabs(x) < (double)INFINITY;
}

/* The sine of x and of quarters of a turn more. */
static bool rounded_sine(double x, unsigned quarters, double *result) {
    if (!has_angle(x))
        return false;
    Number sine, cosine;
    Angle angle = angle_of(fabs(x));
    sine_and_cosine(angle.angle, &sine, &cosine);
    bool odd = quarters == 0; /* sine: the sign of x counts */
    unsigned quadrant = (angle.quadrant + quarters) & 3;
    Number number = quadrant & 1 ? cosine : sine;
    number.negative ^= (quadrant >= 2) ^ (odd && x < 0);
    return rounded_number(number, result);
}

bool rounded_quick_sin(double x, double *result) {
    return rounded_sine(x, 0, result);
}

bool rounded_quick_cos(double x, double *result) {
    return rounded_sine(x, 1, result);
}

bool rounded_quick_tan(double x, double *result) {
    if (!has_angle(x))
        return false;
    Number sine, cosine;
    Angle angle = angle_of(fabs(x));
    sine_and_cosine(angle.angle, &sine, &cosine);
    Number up = normalized(angle.quadrant & 1 ? cosine : sine),
           down = normalized(angle.quadrant & 1 ? sine : cosine);
    Number tangent = quotient(up, down);
    tangent.negative ^= (angle.quadrant & 1) ^ (x < 0);
    return rounded_number(tangent, result);
}

/* The angle of the point (x, y), both positive and normalized: where y <= x, that of a tangent i / 128 from the table and
 * of (y - x * i / 128) / (x + y * i / 128), whose size is at most 2^-8, by the series. */
static Number angle_of_point(Number y, Number x) {
    bool steep = y.exponent > x.exponent || (y.exponent == x.exponent && y.magnitude > x.magnitude);
    if (steep) {
        Number swapped = x;
        x = y, y = swapped;
    }
    int shift = x.exponent - y.exponent;
    Wide short_x = x.magnitude >> 8, short_y = shift < 120 ? y.magnitude >> (8 + shift) : 0;
    double ratio = (double)(uint64_t)(short_y >> 64) / (double)(uint64_t)(short_x >> 64);
    unsigned i = (unsigned)(ratio * 128 + 0.5);
    Number tangent;
    if (i == 0) {
        tangent = quotient(y, x);
    } else {
        SignedWide rise = (SignedWide)((short_y << 7) - short_x * i);
        Number up = {rise < 0, (Wide)(rise < 0 ? -rise : rise), 0},
               run = {false, (short_x << 7) + short_y * i, 0};
        tangent = rise ? quotient(normalized(up), normalized(run)) : (Number){false, 0, -128};
    }
    int to_fixed = -128 - tangent.exponent; /* to times 2^128 */
    Wide t = to_fixed < 128 ? tangent.magnitude >> to_fixed : 0;
    uint64_t s = (uint64_t)(wide_times(t << 7, t << 7) >> 64); /* the square times 2^78 */
    /* 1 - atan(t) / t = s * (1/3 - s/5 + s^2/7 - s^3/9 + s^4/11 - s^5/13) */
    uint64_t series = 0x1745d1745d1745d1 - (times(s, 0x13b13b13b13b13b1) >> 14);
    series = 0x1c71c71c71c71c71 - (times(s, series) >> 14);
    series = 0x2492492492492492 - (times(s, series) >> 14);
    series = 0x3333333333333333 - (times(s, series) >> 14);
    series = 0x5555555555555555 - (times(s, series) >> 14);
    Wide loss = (Wide)s * series >> 14;
    Number angle;
    if (i == 0) {
        tangent.magnitude -= wide_times(tangent.magnitude, loss);
        angle = normalized(tangent);
    } else {
        t -= wide_times(t, loss);
        angle = normalized((Number){false, tangent.negative ? atan_table[i] - t : atan_table[i] + t, -128});
    }
    return steep ? sum((Number){false, HALF_PI, -127}, angle, true) : angle;
}

static bool rounded_angle(Number y, Number x, bool left, bool negative, double *result) {
    Number angle = angle_of_point(y, x);
    if (left)
        angle = sum((Number){false, HALF_PI, -126}, angle, true);
    angle.negative = negative;
    return rounded_number(angle, result);
}

bool rounded_quick_atan(double x, double *result) {
    return has_angle(x) && rounded_angle(normalized(number_of(fabs(x))), ONE, false, x < 0, result);
}

bool rounded_quick_atan2(double y, double x, double *result) {
    if (x == 0 || y == 0 || !isfinite(x) || !isfinite(y))
        return false;
    return rounded_angle(normalized(number_of(fabs(y))), normalized(number_of(fabs(x))), x < 0, y < 0,
                         result);
}

/* sqrt((1 - x) * (1 + x)), for 2^-26 <= x < 1 */
static Number other_leg(Number x) {
    Number below = sum(ONE, x, true), above = sum(ONE, x, false);
    Wide product = wide_times(below.magnitude, above.magnitude);
    return square_root(normalized((Number){false, product, below.exponent + above.exponent + 128}));
}

bool rounded_quick_asin(double x, double *result) {
    if (!has_angle(x) || fabs(x) >= 1)
        return false;
    Number size = normalized(number_of(fabs(x)));
    return rounded_angle(size, other_leg(size), false, x < 0, result);
}

bool rounded_quick_acos(double x, double *result) {
    if (!has_angle(x) || fabs(x) >= 1)
        return false;
    Number size = normalized(number_of(fabs(x)));
    return rounded_angle(other_leg(size), size, x < 0, false, result);
}
