"""The discrete Fourier transform by its definition, in 40 decimal digits; nine of them are compared."""
import decimal
from decimal import Decimal

from _inputs import SplitMix64

decimal.getcontext().prec = 40
PI = Decimal("3.14159265358979323846264338327950288419716939937510582")


def sine(x):
    total, term, n = Decimal(0), x, 1
    while abs(term) > Decimal("1e-45"):
        total += term
        term *= -x * x / ((n + 1) * (n + 2))
        n += 2
    return total


random = SplitMix64(125)
for bits in range(1, 8):
    n = 1 << bits
    values = []
    for _ in range(n):
        real = random.unit() - 0.5
        values.append((Decimal(real), Decimal(0.0 if bits % 2 == 0 else random.unit())))
    table = [sine((2 * PI * k / n).remainder_near(2 * PI)) for k in range(n)]
    for k in range(n):
        real = imaginary = Decimal(0)
        for j, (re, im) in enumerate(values):
            s, c = -table[j * k % n], table[(j * k + n // 4) % n] if n >= 4 else Decimal(1 - 2 * (j * k % 2))
            real += re * c - im * s
            imaginary += re * s + im * c
        print(f"{real:.9f} {imaginary:.9f}".replace("-0.000000000", "0.000000000"))
