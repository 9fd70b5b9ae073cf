"""Python's sort is stable and compares tuples in the same way."""
from _inputs import SplitMix64, signed

random = SplitMix64(147)
for n in [0, 1, 2, 3, 10, 31, 32, 33, 64, 100, 257]:
    items = []
    for i in range(n):
        name, group = random.word("ab", 2), random.below(4)
        items.append((name, group, random.below(8) / 2.0 - 1.0, i))
    print(*(x[3] for x in sorted(items, key=lambda x: x[1])))
    print(*(x[3] for x in sorted(items, key=lambda x: x[0], reverse=True)))
    print(*(x[3] for x in sorted(items, key=lambda x: (len(x[0]), x[2]))))
    print(*(f"{group}{-weight}{name}" for name, group, weight, _ in sorted(items, key=lambda x: (x[1], -x[2], x[0]))))
    numbers = []
    for _ in range(n):
        number = signed(random.next())
        numbers.append(number >> random.below(64))
    print(" ".join(map(str, sorted(numbers))), min(numbers, default="null"), max(numbers, default="null"))
    few = [random.below(n) for _ in range(n)]
    print("".join(str(i) if i in few else "-" for i in range(n)))
    print(" ".join(str(x) for x in sorted((x % 256 for x in few), reverse=True)), len(set(few)))
    print(",".join(sorted(random.word("aAbBz", 3) for _ in range(n // 2))))
print("[-inf, -1.0, -0.0, 0.0, 5.0e-324, 2.5, 1.0e300, inf, nan]") # the order of compare: NaN is the greatest
