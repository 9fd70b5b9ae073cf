"""The error function by its series, and the gamma function of halves and integers, in exact or long arithmetic."""
import decimal
import math
from decimal import Decimal
from fractions import Fraction

from _inputs import bits

decimal.getcontext().prec = 90
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651")


def erf(x):
    total, term, n = Decimal(0), x, 0
    while abs(term) > Decimal("1e-88"):
        total += term / (2 * n + 1)
        n += 1
        term *= -x * x / n
    return total * 2 / PI.sqrt()


def gamma_of_half(i):
    """gamma(i + 1/2), from that of 1/2 step by step."""
    factor = Fraction(1)
    for k in range(abs(i)):
        factor *= Fraction(2 * k + 1, 2) if i > 0 else Fraction(-2, 2 * k + 1)
    return Decimal(factor.numerator) / Decimal(factor.denominator) * PI.sqrt()


for i in range(-60, 61):
    x = Decimal(i) / 16
    print(bits(float(erf(x))), bits(float(1 - erf(x))), bits(float(gamma_of_half(i))))
for n in range(1, 172):
    print(bits(float(Decimal(math.factorial(n - 1)))))
