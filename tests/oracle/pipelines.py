"""Generators and itertools."""
from itertools import accumulate, chain, dropwhile, groupby, islice, takewhile

from _inputs import SplitMix64


def iterate(first):
    while True:
        yield first
        first = (first * 7 + 3) % 101


def interspersed(values, separator):
    for i, value in enumerate(values):
        if i:
            yield separator
        yield value


def distinct(values):
    return iter(dict.fromkeys(values))


def chunks(values, size):
    values = iter(values)
    return iter(lambda: list(islice(values, size)), [])


def windows(values, size):
    values = list(values)
    return (values[i:i + size] for i in range(len(values) - size + 1))


def stage(kind, k, values, source):
    if kind == 0:
        return (n * k % 97 for n in values)
    if kind == 1:
        return (n for n in values if n % (k + 1))
    if kind == 2:
        return (n // k for n in values if n % k == 0)
    if kind == 3:
        return chain.from_iterable(range(n % k) for n in values)
    if kind == 4:
        return (i * k + n for i, n in enumerate(values))
    if kind == 5:
        return (a + b for a, b in zip(values, source))
    if kind == 6:
        return islice(values, k * 4)
    if kind == 7:
        return islice(values, k, None)
    if kind == 8:
        return takewhile(lambda n: n < 20 * k, values)
    if kind == 9:
        return dropwhile(lambda n: n < 10 * k, values)
    if kind == 10:
        return islice(values, 0, None, k)
    if kind == 11:
        return map(sum, chunks(values, k))
    if kind == 12:
        return (max(w) - min(w) for w in windows(values, k))
    if kind == 13:
        return accumulate(values, lambda a, n: (a * 3 + n) % 89, initial=k)
    if kind == 14:
        return interspersed(chain(values, source[:k]), k)
    return distinct(values) if k < 4 else (len(list(run)) for _, run in groupby(values, lambda n: n // 10))


random = SplitMix64(202)
for _ in range(400):
    source = [random.below(50) for _ in range(random.below(30))]
    names = []
    values = islice(iterate(random.below(9)), 40) if random.below(3) == 0 else iter(source)
    for _ in range(1 + random.below(6)):
        k = 1 + random.below(6)
        kind = random.below(16)
        names.append(f"{kind}:{k}")
        values = stage(kind, k, list(values), source)  # a list, so that every stage sees its own k
    print(" ".join(names), list(islice(values, 200)))
