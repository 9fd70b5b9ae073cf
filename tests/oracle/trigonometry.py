"""Correctly rounded functions of angles and hyperbolas, from 80 decimal digits and their series."""
import decimal
from decimal import Decimal

from _inputs import SplitMix64, bits

decimal.getcontext().prec = 80


def arctangent(x):
    """Halves the argument until the series is short."""
    halvings = 0
    while abs(x) > Decimal("0.05"):
        x = x / (1 + (1 + x * x).sqrt())
        halvings += 1
    total, power, n = Decimal(0), x, 1
    while abs(power) > Decimal("1e-85"):
        total += power / n if n % 4 == 1 else -power / n
        power *= x * x
        n += 2
    return total * 2 ** halvings


PI = arctangent(Decimal(1)) * 4


def sine(x):
    x = x.remainder_near(2 * PI)
    total, term, n = Decimal(0), x, 1
    while abs(term) > Decimal("1e-85"):
        total += term
        term *= -x * x / ((n + 1) * (n + 2))
        n += 2
    return total


def cosine(x):
    return sine(x + PI / 2)


def arcsine(x):
    return arctangent(x / (1 - x * x).sqrt())


random = SplitMix64(102)
for i in range(100):
    x = (random.unit() - 0.5) * (1e6 if i % 4 == 0 else 8.0)
    y = random.unit() * 2.0 - 1.0
    dx, dy, h = Decimal(x), Decimal(y), Decimal(min(max(x, -20.0), 20.0))
    turn = PI if x < 0 and y >= 0 else -PI if x < 0 else Decimal(0)
    angles = [sine(dx), cosine(dx), sine(dx) / cosine(dx), arctangent(dx), arcsine(dy), PI / 2 - arcsine(dy),
              arctangent(dy / dx) + turn]
    up, down, away = h.exp(), (-h).exp(), Decimal(1.0 + abs(x))
    area = (abs(dx) + (dx * dx + 1).sqrt()).ln()
    hyperbolic = [(up - down) / 2, (up + down) / 2, (up - down) / (up + down), area if x >= 0 else -area,
                  (away + (away * away - 1).sqrt()).ln(), ((1 + dy) / (1 - dy)).ln() / 2]
    print(*(bits(float(value)) for value in angles + hyperbolic))
