/* Mathematical functions in fixed-point arithmetic of 128 bits: quick first approximations for rounded.h.
 *
 * Each function knows its relative error, at most 2^-ROUNDED_QUICK_BITS, and gives the correctly rounded result where
 * that leaves no doubt, which is all but one time in thousands.  Otherwise it returns false: so too for special values
 * and for results that overflow, underflow or are subnormal. */
#ifndef COR_RUNTIME_ROUNDED_QUICK_H
#define COR_RUNTIME_ROUNDED_QUICK_H

#include <stdbool.h>

enum { ROUNDED_QUICK_BITS = 70 };

bool rounded_quick_exp(double x, double *result);
bool rounded_quick_exp2(double x, double *result);
bool rounded_quick_exp10(double x, double *result);
bool rounded_quick_expm1(double x, double *result);
bool rounded_quick_sinh(double x, double *result);
bool rounded_quick_cosh(double x, double *result);
bool rounded_quick_tanh(double x, double *result);
bool rounded_quick_log(double x, double *result);
bool rounded_quick_log2(double x, double *result);
bool rounded_quick_log10(double x, double *result);
bool rounded_quick_sin(double x, double *result);
bool rounded_quick_cos(double x, double *result);
bool rounded_quick_tan(double x, double *result);
bool rounded_quick_log1p(double x, double *result);
bool rounded_quick_asinh(double x, double *result);
bool rounded_quick_acosh(double x, double *result);
bool rounded_quick_atanh(double x, double *result);
bool rounded_quick_asin(double x, double *result);
bool rounded_quick_acos(double x, double *result);
bool rounded_quick_atan(double x, double *result);
bool rounded_quick_atan2(double y, double x, double *result);
bool rounded_quick_pow(double x, double y, double *result);

#endif
