/* Mathematical functions, correctly rounded: of all doubles the one that is closest to the true value, so the
 * same on every host.
 *
 * Ziv's strategy (ACM Transactions on Mathematical Software 17, 1991): an approximation whose error is known comes
 * first; where every value within the error rounds to the same double, that is the result.  For the functions of
 * rounded_quick.h it has some 78 bits and suffices but once in thousands of times, for the others it is the C library's
 * function in a wider format, whose error is at most a few units in the last place, below ROUNDED_ERROR.  The rest, of
 * the others one or two in a hundred where long double has 64 bits, is done by MPFR, which is correctly rounded by
 * contract. */
#ifndef COR_RUNTIME_ROUNDED_H
#define COR_RUNTIME_ROUNDED_H

enum { ROUNDED_ERROR = 16 }; /* units in the last place of a long double; glibc documents at most 5 */

#define ROUNDED_UNARY(name, quick, wide, exact)  double rounded_##name(double x);
#define ROUNDED_BINARY(name, quick, wide, exact) double rounded_##name(double x, double y);
#include "vm/runtime/rounded.def"
#undef ROUNDED_UNARY
#undef ROUNDED_BINARY

#endif
