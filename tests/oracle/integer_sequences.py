"""Sequences of integers, from their definitions."""
import math
from itertools import groupby


def collatz(n):
    return 0 if n == 1 else 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)


def happy(n):
    return n in (1, 7) if n < 10 else happy(sum(int(d) ** 2 for d in str(n)))


def kaprekar(n):
    if n in (0, 6174):
        return [n]
    ordered = sorted(format(n, "04"))
    return [n] + kaprekar(int("".join(reversed(ordered))) - int("".join(ordered)))


def josephus(people, k):
    if not people:
        return []
    at = (k - 1) % len(people)
    return [people[at]] + josephus(people[at + 1:] + people[:at], k)


print([collatz(n) for n in range(1, 60)], max(range(1, 3000), key=collatz))
print([6, 28, 496, 8128])
print([n for n in range(1, 200) if happy(n)])
for n in [3524, 1112, 9998, 1000, 5555]:
    print(kaprekar(n))
text = "1"
for _ in range(14):
    print(text)
    text = "".join(str(len(list(group))) + digit for digit, group in groupby(text))
for n in range(1, 12):
    print(josephus(list(range(n)), 3))
print([sum(math.gcd(n, k) == 1 for k in range(1, n + 1)) for n in range(1, 61)])
print([n for n in range(10, 1000) if sum(int(d) ** len(str(n)) for d in str(n)) == n])
print([n for n in range(1, 100) if format(n, "b") == format(n, "b")[::-1]],
      [n for n in range(1, 3000) if sum(map(int, str(n))) * 37 == n])
