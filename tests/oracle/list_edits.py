"""Python's lists, and bisect and groupby over them."""
from bisect import bisect_left, bisect_right
from itertools import groupby

from _inputs import SplitMix64


def shown(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


random = SplitMix64(201)
values = []
for turn in range(3000):
    n = len(values)
    value = random.below(20)
    i = random.below(n + 1)
    j = i + random.below(n - i + 1)
    made = [value + k for k in range(random.below(5))]
    action = random.below(24)
    if action < 3:
        values.append(value)
    elif action == 3:
        print("pop", values.pop() if values else -1)
    elif action in (4, 5):
        values.insert(i, value)
    elif action in (6, 7):
        values[i:i] = made
    elif action == 8 and n:
        print("removeAt", values.pop(i % n))
    elif action == 9:
        del values[i:i + min(j - i, 3)]
    elif action == 10:
        print("remove", shown(value in values))
        if value in values:
            values.remove(value)
    elif action == 11 and n > 60:
        values = [x for x in values if x % 3 != value % 3]
    elif action == 12 and n > 60:
        values = [x for x in values if x % 4 != value % 4]
    elif action == 13:
        values.extend(made)
    elif action == 14 and n > 80:
        del values[i:]
    elif action == 15 and n:
        values[i % n], values[j % n] = values[j % n], values[i % n]
    elif action == 16:
        values.reverse()
    elif action == 17:
        print("slice", ",".join(map(str, values[i:j])), sum(values[:value]), sum(values[max(n - value, 0):]))
    elif action == 18:
        first = values.index(value) if value in values else -1
        last = n - 1 - values[::-1].index(value) if value in values else -1
        print("index", first, last, values.count(value))
    elif action == 19:
        size = 1 + value
        print("chunks", [sum(values[k:k + size]) for k in range(0, n, size)], sum(values[:max(n - size + 1, 0)]))
    elif action == 20:
        print("runs", [len(list(group)) for _, group in groupby(values, lambda x: x > value)])
    elif action == 21:
        print("less", sum(x < value for x in values), len(set(values)))
    elif action == 22:
        values.sort(key=lambda x: x % 5, reverse=value % 2 == 0)
    elif action == 23:
        ordered = sorted(values)
        print("bounds", bisect_left(ordered, value), bisect_right(ordered, value), "true", shown(ordered == values))
    if turn % 50 == 0:
        print(f"{len(values)}: {' '.join(map(str, values))}")
