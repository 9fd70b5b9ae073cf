"""Arithmetic of floats: exact results in fractions, rounded once by integers."""
import math
from fractions import Fraction

from _inputs import SplitMix64, bits, from_bits


def nearest(value, zero):
    """The float closest to a fraction, halves to even; `zero` is what an exact zero gives."""
    if value == 0:
        return zero
    sign, value = (-1.0 if value < 0 else 1.0), abs(value)
    exponent = max(value.numerator.bit_length() - value.denominator.bit_length() - 54, -1074)
    while value / Fraction(2) ** exponent >= 2**53:
        exponent += 1
    digits = round(value / Fraction(2) ** exponent)
    try:
        return sign * math.ldexp(digits, exponent)
    except OverflowError:
        return sign * math.inf


def root(a):
    """The correctly rounded square root of a positive number."""
    fraction = Fraction(a)
    scale = 400 # both a power of four and more digits than needed
    low = math.isqrt(fraction.numerator * 4 ** (scale + 1100) // fraction.denominator)
    exact = low * low == fraction * 4 ** (scale + 1100)
    return nearest(Fraction(low) / 2 ** (scale + 1100) + (0 if exact else Fraction(1, 2 ** (scale + 1103))), 0.0)


def finite(*values):
    return all(math.isfinite(value) for value in values)


def operations(a, b, c):
    negative = math.copysign(1, a) * math.copysign(1, b) < 0
    if finite(a, b):
        x, y = Fraction(a), Fraction(b)
        zero = -0.0 if negative else 0.0
        total = nearest(x + y, a if a == b == 0 and bits(a) == bits(b) else 0.0)
        difference = nearest(x - y, a if a == b == 0 and negative else 0.0)
        product = nearest(x * y, zero)
        quotient = nearest(x / y, zero) if y else math.nan if x == 0 else math.copysign(math.inf, zero)
        rest = nearest(x - y * int(x / y), math.copysign(0.0, a)) if y else math.nan
        whole = round(x / y) if y else 0
        ieee = nearest(x - y * whole, math.copysign(0.0, a)) if y else math.nan
    else:
        total, difference, product = a + b, a - b, a * b
        quotient = a / b if b else a * math.copysign(1, b)
        rest = ieee = a if math.isfinite(a) and math.isinf(b) else math.nan
    if finite(a, b, c):
        sign_of_product = -0.0 if negative else 0.0
        fused = nearest(Fraction(a) * Fraction(b) + Fraction(c), c if bits(c) == bits(sign_of_product) else 0.0)
    else:
        fused = math.nan if math.isnan(a * b) else a * b + c if not finite(a, b) else c
    square = a if a == 0 or math.isnan(a) or a == math.inf else math.nan if a < 0 else root(a)
    return [total, difference, product, quotient, rest, square, fused, ieee]


random = SplitMix64(108)


def number(i):
    word = random.next()
    if i % 4 == 0:
        return from_bits(word)
    if i % 4 == 1:
        return from_bits(word >> 12 | (random.next() % 3 + 1022) << 52)
    if i % 4 == 2:
        return from_bits(word >> 11)
    return random.below(2000) / 8.0 - 100.0


def order(a, b):
    """NaN is the greatest, and -0.0 below 0.0."""
    def key(x):
        return (math.isnan(x), 0.0 if math.isnan(x) else x, 0.0 if math.isnan(x) else math.copysign(1, x))
    return (key(a) > key(b)) - (key(a) < key(b))


for i in range(400):
    a, b, c = number(i), number(i // 4), number(i // 16)
    print(*(bits(x) for x in operations(a, b, c)), *(str(x).lower() for x in (a < b, a <= b, a == b)), order(a, b))
