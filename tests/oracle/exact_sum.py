"""Sums of floats: exact ones by fractions, plain ones from left to right."""
from fractions import Fraction
from functools import reduce

from _inputs import SplitMix64, bits

random = SplitMix64(121)
for i in range(120):
    values = [(random.unit() - 0.5) * float(1 << random.below(62)) for _ in range(2 + random.below(60))]
    together = values + [-x * (1.0 + 1e-10) for x in values] + [0.1, 1e-20]
    exact = [float(sum(map(Fraction, numbers))) for numbers in (together, values)]
    print(bits(exact[0]), bits(exact[1]), bits(reduce(lambda a, b: a + b, together, 0.0)))
