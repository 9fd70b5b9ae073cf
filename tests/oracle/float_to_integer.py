"""Conversions: floats to integers truncate and saturate, integers and floats to floats round to nearest even."""
import math
import struct
from fractions import Fraction

from _inputs import SplitMix64, bits, from_bits, wrap


def saturate(x, least, greatest):
    if math.isnan(x):
        return 0
    return least if x <= least else greatest if x >= greatest else int(x)


def single(value):
    """The bits of the f32 closest to an exact value, and that f32."""
    if isinstance(value, float) and not math.isfinite(value):
        number = 0x7FC00000 if math.isnan(value) else 0x7F800000 if value > 0 else 0xFF800000
    else:
        exact = abs(Fraction(value))
        exponent = -149
        while exact / Fraction(2) ** exponent >= 2**24:
            exponent += 1
        quotient = exact / Fraction(2) ** exponent
        digits = round(quotient) # halves to even
        if digits == 2**24:
            digits, exponent = 2**23, exponent + 1
        number = digits if exponent == -149 and digits < 2**23 else (exponent + 150 << 23) + digits - 2**23
        number = min(number, 0x7F800000)
        if math.copysign(1, value) < 0:
            number |= 0x80000000
    return "%x" % number, struct.unpack("<f", struct.pack("<I", number))[0]


def show(x):
    widths = [64, 32, 16, 8]
    print(*(saturate(x, *limits) for width in widths
            for limits in ((-2 ** (width - 1), 2 ** (width - 1) - 1), (0, 2**width - 1))))
    number, back = single(x)
    print(number, bits(back))


random = SplitMix64(106)
for i in range(100):
    show(from_bits(random.next()))
    show((random.unit() - 0.5) * [300.0, 7e4, 1e10, 4e19][i % 4])
for x in [0.0, -0.0, 0.5, -0.5, 0.9999999999999999, 127.5, 128.0, -128.9, -129.0, 255.99, 256.0, 2147483647.5, 2147483648.0,
          9223372036854774784.0, 9223372036854775808.0, 18446744073709549568.0, 18446744073709551616.0,
          math.inf, -math.inf, math.nan]:
    show(x)
for i in range(100):
    n = random.next()
    n >>= random.next() % 64
    print(bits(float(wrap(n))), bits(float(n)), single(wrap(n))[0], single(n)[0])
