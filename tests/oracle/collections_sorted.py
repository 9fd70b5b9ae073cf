"""Sorted maps by bisect, sets of words by set, counts by collections.Counter."""
import bisect
import collections

from _inputs import SplitMix64

random = SplitMix64(22)


def below(limit):
    return (random.next() >> 33) % limit


keys, values = [], {}


def at(index):
    return keys[index] if 0 <= index < len(keys) else -1


def remove(key):
    if key in values:
        keys.pop(bisect.bisect_left(keys, key))
        return values.pop(key)


for i in range(6000):
    k = below(3000)
    action = below(5 if i // 1500 % 2 == 0 else 9)
    low, high = bisect.bisect_left(keys, k), bisect.bisect_right(keys, k)
    if action < 3:
        if k not in values:
            keys.insert(low, k)
        values[k] = i
    elif action == 3:
        print(k, at(high - 1), at(low), at(low - 1), at(high), low)
    elif action == 4:
        to = k + below(200)
        total = sum(key * values[key] for key in keys if k <= key < to)
        for key in reversed([key for key in keys if k <= key <= to]):
            total = total * 31 % 1000003 + key
        print(k, to, total)
    elif action == 5 and i % 3 == 0:
        if keys:
            print(keys[0], remove(keys[0]))
    elif action == 6 and i % 3 == 0:
        if keys:
            print(keys[-1], remove(keys[-1]))
    else:
        remove(k)
    if i % 3000 == 0:
        print(len(keys), "[" + ", ".join(f"{key}: {values[key]}" for key in keys) + "]" if keys else "[:]")

letters = ["a", "b", "ä", "ß", "z", "Z", "0", "\ufffd", "\U0001f6f6"]


def words():
    return {letters[below(9)] + letters[below(9)] for _ in range(40)}


def shown(values):
    return " ".join(sorted(values))


for i in range(10):
    a, b = words(), words()
    print(shown(a | b))
    print(shown(a & b), shown(a - b))
    print(shown(a ^ b))

counter = collections.Counter()
for i in range(3000):
    counter[below(100) * below(100) // 100] += 1
for i in range(300):
    value, count = below(100), below(3)
    counter[value] = max(counter[value] - count, 0)
    if not counter[value]:
        del counter[value]
for value, count in counter.most_common():
    print(value, count)
print(sum(counter.values()), len(counter), counter[7], counter[1000])
