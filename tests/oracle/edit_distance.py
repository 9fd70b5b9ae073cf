"""Edit distances by memoized recursion from the definition."""
from functools import lru_cache

from _inputs import SplitMix64


def distance(a, b, swaps):
    @lru_cache(None)
    def of(i, j):
        if i == 0 or j == 0:
            return i + j
        ways = [of(i - 1, j) + 1, of(i, j - 1) + 1, of(i - 1, j - 1) + (a[i - 1] != b[j - 1])]
        if swaps and i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            ways.append(of(i - 2, j - 2) + 1)
        return min(ways)
    return of(len(a), len(b))


random = SplitMix64(131)
for i in range(120):
    a, b = random.word("abcd", 14), random.word("abcd", 14)
    print(f"[{a}] [{b}]", distance(a, b, False), distance(a, b, True), sum(x == y for x, y in zip(a, b)))
