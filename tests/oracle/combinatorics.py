"""itertools, and closed formulas."""
from itertools import combinations, permutations
from math import comb, factorial

for n in range(6):
    print(*("".join(map(str, p)) for p in permutations(range(n))))
for p in sorted(set(permutations([1, 1, 2, 2, 3]))):
    print(*p, sep="")
for k in range(6):
    print([list(c) for c in combinations([1, 2, 3, 4, 5], k)])


def partitions(n):
    """All of them, from those of n - 1: one added as a part of its own, or to a last part that stays small enough."""
    if n == 0:
        return {()}
    found = set()
    for p in partitions(n - 1):
        found.add(p + (1,))
        for i in range(len(p)):
            found.add(tuple(sorted(p[:i] + (p[i] + 1,) + p[i + 1:], reverse=True)))
    return found


for n in range(10):
    print([list(p) for p in sorted(partitions(n), reverse=True)])
print(*(format(i ^ i // 2, "05b") for i in range(32)))
for n in range(1, 13):
    stirling = [sum((-1) ** j * comb(k, j) * (k - j) ** n for j in range(k + 1)) // factorial(k) for k in range(n + 1)]
    print(stirling, sum(stirling))
print([comb(2 * n, n) // (n + 1) for n in range(21)])
