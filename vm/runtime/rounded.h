/* Mathematical functions, correctly rounded: of all doubles the one that is closest to the true value, so the
 * same on every host.
 *
 * Ziv's strategy (ACM Transactions on Mathematical Software 17, 1991): the C library's function in a wider
 * format comes first.  Its error is at most a few units in the last place; where every value within
 * ROUNDED_ERROR of them rounds to the same double, that is the result.  The rest, one or two in a hundred
 * where long double has 64 bits, is done by MPFR, which is correctly rounded by contract. */
#ifndef COR_RUNTIME_ROUNDED_H
#define COR_RUNTIME_ROUNDED_H

enum { ROUNDED_ERROR = 16 }; /* units in the last place of a long double; glibc documents at most 5 */

#define ROUNDED_UNARY(name, wide, exact)  double rounded_##name(double x);
#define ROUNDED_BINARY(name, wide, exact) double rounded_##name(double x, double y);
#include "vm/runtime/rounded.def"
#undef ROUNDED_UNARY
#undef ROUNDED_BINARY

#endif
