"""Checked, saturating and rounded integer arithmetic, in unlimited integers."""
import math

from _inputs import SplitMix64, signed, wrap

LEAST, MOST = -2**63, 2**63 - 1
random = SplitMix64(110)


def number():
    bits = signed(random.next())
    return bits >> random.below(64)


def checked(value):
    return value if LEAST <= value <= MOST else "null"


def cube_root(n):
    root = 0
    for bit in reversed(range(23)):
        if (root + 2**bit) ** 3 <= abs(n):
            root += 2**bit
    return root if n >= 0 else -root - (root**3 != -n)


for _ in range(200):
    a, b, e = number(), number(), random.below(12)
    d = b or 1
    results = [a + b, a - b, a * b]
    print(*(checked(value) for value in results), checked(a**e), *(min(max(value, LEAST), MOST) for value in results))
    print(a * b >> 64, wrap(a // d), a % d, wrap(-(-a // d)), wrap(a**e), wrap(abs(a)), (a > 0) - (a < 0), cube_root(a),
          math.isqrt(a & MOST))
