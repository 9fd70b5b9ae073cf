"""Rounding and the parts of floats."""
import math

from _inputs import SplitMix64, bits, from_bits


def integers(x):
    """Floor, ceil, round with halves away from zero, trunc, round with halves to even; with the sign of x."""
    if not math.isfinite(x):
        return [x] * 5
    whole = int(abs(x))
    away = whole + (abs(x) - whole >= 0.5)
    values = [math.floor(x), math.ceil(x), away, math.trunc(x), round(x)]
    return [math.copysign(float(value), x) for value in values]


def load(x, n):
    try:
        return math.ldexp(x, n)
    except OverflowError:
        return math.copysign(math.inf, x)


random = SplitMix64(109)
for i in range(250):
    word = random.next()
    if i % 3 == 0:
        x = from_bits(word)
    elif i % 3 == 1:
        x = (random.below(8001) - 4000) / 16.0
    else:
        x = from_bits(word >> 12 | (random.next() % 60 + 1020) << 52)
    fraction, exponent = math.frexp(x)
    rest, whole = math.modf(x)
    n = random.below(4400) - 2200
    up, down = math.nextafter(x, math.inf), math.nextafter(x, -math.inf)
    results = integers(x) + [up, down, math.ulp(x), fraction, whole, rest, load(x, n)]
    print(*map(bits, results), exponent)
