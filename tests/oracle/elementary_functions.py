"""Correctly rounded powers and logarithms, from 60 decimal digits."""
import decimal
from decimal import Decimal

from _inputs import SplitMix64, bits

decimal.getcontext().prec = 60
decimal.getcontext().Emax = 9999
decimal.getcontext().Emin = -9999
LN2 = Decimal(2).ln()

random = SplitMix64(101)
for i in range(120):
    x = (random.unit() - 0.5) * (1400.0 if i % 3 == 0 else 4.0)
    y = random.unit() * (1e10 if i % 2 == 0 else 2.0)
    dx, dy = Decimal(x), Decimal(y)
    powers = [dx.exp(), (dx * LN2).exp(), Decimal(10) ** Decimal(x / 4.0), dx.exp() - 1, dy ** Decimal(x / 10.0)]
    logarithms = [dy.ln(), dy.ln() / LN2, dy.log10(), (1 + dy).ln(), dy.sqrt(), (dy.ln() / 3).exp()]
    print(*(bits(float(value)) for value in powers + logarithms))
