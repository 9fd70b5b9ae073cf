"""All operators of integers of any size."""
import math
import sys

from _inputs import SplitMix64

sys.set_int_max_str_digits(0)
random = SplitMix64(11)


def number():
    """Up to 700 bits, some of them at the borders of words."""
    bits = random.next() % 700
    value = 0
    for _ in range((bits + 63) // 64):
        value = value << 64 | random.next()
    value &= (1 << bits) - 1
    kind = random.next() % 5
    if kind == 0:
        value = (1 << bits) - kind
    return -value if random.next() % 2 else value


def truncated(a, b):
    quotient = abs(a) // abs(b)
    quotient = -quotient if (a < 0) != (b < 0) else quotient
    return quotient, a - quotient * b


for _ in range(25):
    a, b, shift = number(), number(), random.next() % 200
    results = [a + b, a - b, a * b, -a, ~a, a & b, a | b, a ^ b, a << shift, a >> shift,
               math.gcd(a, b), math.lcm(a, b), math.isqrt(abs(a))]
    if b != 0:
        results += [*truncated(a, b), a // b, a % b]
    print(*results)
