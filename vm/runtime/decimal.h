/* Binary floats and decimal digits, by one multiplication with a 128-bit power of ten.
 *
 * Writing is Schubfach (Giulietti, "The Schubfach way to render doubles", 2020), which is always right; reading is
 * the method of Eisel and Lemire ("Number parsing at a gigabyte per second", Software: Practice and Experience,
 * 2021), which tells when it cannot decide.  Both take floats as integers: value = significand * 2^exponent. */
#ifndef COR_RUNTIME_DECIMAL_H
#define COR_RUNTIME_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* A format of floats: bits of the significand, the implied one included, and the exponents of its unit. */
typedef struct DecimalFormat {
    int bits;
    int least, greatest;
} DecimalFormat;

static const DecimalFormat DECIMAL_F64 = {53, -1074, 971}, DECIMAL_F32 = {24, -149, 104};

typedef struct DecimalBinary {
    uint64_t significand;
    int exponent;
} DecimalBinary;

/* A finite number of the format, without its sign. */
DecimalBinary decimal_binary(double value, DecimalFormat format);

typedef struct DecimalDigits {
    uint64_t digits; /* at most 17 of them; zeros may stand at the end */
    int exponent;    /* of ten, for the last digit */
} DecimalDigits;

/* The fewest digits that read back as this number, which is not 0, and of those the closest to it. */
DecimalDigits decimal_shortest(DecimalBinary binary, DecimalFormat format);

/* The number of the format that is closest to digits * 10^exponent; digits is not 0.  False: undecided, as it lies
 * too near to the middle of two, or out of the range of normal numbers. */
bool decimal_nearest(uint64_t digits, int exponent, DecimalFormat format, double *out);

#endif
