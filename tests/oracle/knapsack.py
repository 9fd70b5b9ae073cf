"""The same, by trying every subset or by recursion."""
from functools import lru_cache
from itertools import combinations

from _inputs import SplitMix64

random = SplitMix64(133)
for _ in range(60):
    things = []
    for _ in range(1 + random.below(12)):
        weight = 1 + random.below(20)
        things.append((weight, random.below(100)))
    limit = random.below(80)
    subsets = [[things[i] for i in range(len(things)) if mask >> i & 1] for mask in range(1 << len(things))]
    weights = [sum(weight for weight, _ in subset) for subset in subsets]
    once = max(sum(value for _, value in subset) for subset, weight in zip(subsets, weights) if weight <= limit)
    coins = sorted({weight for weight, _ in things})

    @lru_cache(None)
    def often(left):
        return max([value + often(left - weight) for weight, value in things if weight <= left], default=0)

    @lru_cache(None)
    def ways(left, kinds):
        if left == 0:
            return 1
        if left < 0 or kinds == 0:
            return 0
        return ways(left, kinds - 1) + ways(left - coins[kinds - 1], kinds)

    values = [value for _, value in things]
    rising = max(n for n in range(1, len(values) + 1)
                 if any(all(a < b for a, b in zip(part, part[1:])) for part in combinations(values, n)))
    print(once, often(limit), ways(limit, len(coins)), rising, len(set(weights)), str(limit in weights).lower())
