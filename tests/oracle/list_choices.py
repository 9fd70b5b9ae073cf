"""itertools."""
from itertools import combinations, permutations

for n in range(7):
    items = "abcdef"[:n]
    for k in range(n + 2):
        print(n, k, " ".join("".join(c) for c in combinations(items, k)))
    print(n, " ".join("".join(p) for p in permutations(items)))
print(sum(sum(c) % 7 == 0 for c in combinations(range(20), 10)), sum(p[0] < p[7] for p in permutations(range(8))))
