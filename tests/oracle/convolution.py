"""Products of polynomials, term by term."""
from _inputs import SplitMix64

PRIME = 998_244_353
random = SplitMix64(124)
for i in range(1, 40):
    a = [random.below(PRIME) for _ in range(1 + random.below(i * 3))]
    b = [random.below(1000) for _ in range(1 + random.below(i * 3))]
    product = [0] * (len(a) + len(b) - 1)
    for j, x in enumerate(a):
        for k, y in enumerate(b):
            product[j + k] = (product[j + k] + x * y) % PRIME
    print(*product)
