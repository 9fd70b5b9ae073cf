/* Numbers and their decimal text: the shortest text of a float that reads back the same, and exact reading.
 *
 * decimal.h does the arithmetic.  What it leaves open, numbers next to the middle of two floats and subnormal ones,
 * is read by the C library's strtod, correctly rounded too (C17 F.5); it is given digits and an exponent without a
 * point, so that no locale has a say. */
#ifndef COR_RUNTIME_NUMBER_H
#define COR_RUNTIME_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NUMBER_TEXT = 40,   /* bytes that hold the text of any number */
    NUMBER_DIGITS = 17, /* decimal digits that tell any two doubles apart */
};

/* d.ddd times ten to the exponent; no digit but a single 0 is redundant. */
typedef struct NumberDecimal {
    char digits[NUMBER_DIGITS + 1]; /* '0' to '9', terminated */
    int count;
    int exponent;
} NumberDecimal;

/* The fewest digits that read back as the same number, and of those the closest to it.  `value` is finite and not negative; of an f32 with `is_f32`. */
NumberDecimal number_shortest(double value, bool is_f32);

/* Write the text that `print` shows, less than NUMBER_TEXT bytes and not terminated; return its length. */
size_t number_write_i64(char *out, int64_t value);
size_t number_write_u64(char *out, uint64_t value);
size_t number_write_float(char *out, double value, bool is_f32);

/* Read a whole text; false when it is not a number of that form or does not fit.
 *   integer: [+-] digits, `_` allowed between two digits;  radix 2 to 36
 *   float:   [+-] (digits [. digits] | . digits) [e [+-] digits], inf, nan */
bool number_read_i64(const char *text, size_t length, unsigned radix, int64_t *out);
bool number_read_u64(const char *text, size_t length, unsigned radix, uint64_t *out);
bool number_read_f64(const char *text, size_t length, double *out);
bool number_read_f32(const char *text, size_t length, float *out);

#endif
