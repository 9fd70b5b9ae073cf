#include "vm/runtime/decimal.h"

#include <math.h>
#include <string.h>

__extension__ typedef unsigned __int128 Wide;

enum { LEAST_POWER = -342, GREATEST_POWER = 324 };

typedef struct DecimalPower {
    uint64_t high, low;
} DecimalPower;

static const DecimalPower decimal_powers[] = {
#define P(high, low) {high, low},
#include "vm/runtime/decimal.def"
#undef P
};
_Static_assert(sizeof decimal_powers / sizeof *decimal_powers == GREATEST_POWER - LEAST_POWER + 1,
               "a row for each power");

/* floor(k * log2(10)), for |k| up to 1200: 1741647 / 2^19 is log2(10). */
static int decimal_log2_of_power(int k) {
    return (int)(((int64_t)k * 1741647) >> 19);
}

/* ---- Writing ----------------------------------------------------------------------------------- */

DecimalBinary decimal_binary(double value, DecimalFormat format) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int field = (int)(bits >> 52 & 0x7ff), exponent = (field ? field : 1) - 1075;
    uint64_t significand = (bits & 0xfffffffffffffu) | (uint64_t)(field != 0) << 52;
    /* A shorter format: the digits it has not are zeros, and what is subnormal in it may be normal here. */
    int shift = DECIMAL_F64.bits - format.bits;
    if (exponent + shift < format.least)
        shift = format.least - exponent;
    return (DecimalBinary){significand >> shift, exponent + shift};
}

/* The upper 64 bits of the product, with the lowest set when something below it is not 0: "round to odd".  The power
 * is rounded up, which may leave a 1 below. */
static uint64_t decimal_scale(DecimalPower power, uint64_t factor) {
    Wide product = (Wide)power.high * factor + (uint64_t)((Wide)power.low * factor >> 64);
    return (uint64_t)(product >> 64) | ((uint64_t)product > 1);
}

DecimalDigits decimal_shortest(DecimalBinary binary, DecimalFormat format) {
    uint64_t c = binary.significand;
    int q = binary.exponent;
    bool even = c % 2 == 0;
    bool closer_below = c == (uint64_t)1 << (format.bits - 1) && q > format.least;
    /* floor(log10(2^q)), or of three quarters of it; the unit of the digits is 10^k */
    int k = (q * 1262611 - (closer_below ? 524031 : 0)) >> 22;
    int shift = q + decimal_log2_of_power(-k) + 1;
    DecimalPower power = decimal_powers[-k - LEAST_POWER];
    /* four times the number and the limits of what reads back as it */
    uint64_t middle = decimal_scale(power, 4 * c << shift);
    uint64_t lower = decimal_scale(power, (4 * c - 2 + closer_below) << shift) + !even;
    uint64_t upper = decimal_scale(power, (4 * c + 2) << shift) - !even;

    uint64_t s = middle / 4;
    if (s >= 10) { /* a digit less? */
        uint64_t tens = s / 10;
        bool below = lower <= 40 * tens, above = 40 * tens + 40 <= upper;
        if (below != above)
            return (DecimalDigits){tens + above, k + 1};
    }
    bool below = lower <= 4 * s, above = 4 * s + 4 <= upper;
    if (below != above)
        return (DecimalDigits){s + above, k};
    uint64_t half = 4 * s + 2;
    return (DecimalDigits){s + (middle > half || (middle == half && s % 2)), k};
}

/* ---- Reading ----------------------------------------------------------------------------------- */

bool decimal_nearest(uint64_t digits, int exponent, DecimalFormat format, double *out) {
    if (exponent < LEAST_POWER || exponent > GREATEST_POWER)
        return false;
    DecimalPower power = decimal_powers[exponent - LEAST_POWER];
    int zeros = __builtin_clzll(digits);
    digits <<= zeros;
    Wide product = (Wide)power.high * digits + (uint64_t)((Wide)power.low * digits >> 64);
    int unit = decimal_log2_of_power(exponent) - 127 + 64 - zeros; /* exponent of the product's last bit */
    if (!(product >> 127)) {
        product <<= 1;
        unit--;
    }
    /* The power was less than 1 too high and the product cut: the true one is within 2 of it. */
    int cut = 128 - format.bits;
    uint64_t significand = (uint64_t)(product >> cut);
    Wide rest = product & (((Wide)1 << cut) - 1), half = (Wide)1 << (cut - 1);
    if (rest + 2 >= half && rest <= half + 2)
        return false;
    significand += rest > half;
    if (unit + cut < format.least || unit + cut >= format.greatest)
        return false;
    *out = ldexp((double)significand, unit + cut);
    return true;
}
