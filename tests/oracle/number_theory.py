"""Divisors, primes and modular arithmetic."""
import math

from _inputs import SplitMix64

PRIMES = [n for n in range(2, 1500) if all(n % d for d in range(2, math.isqrt(n) + 1))]


def is_prime(n):
    """By the strong pseudoprime test with bases up to 41, after small divisors."""
    if n < 2:
        return False
    for p in PRIMES[:13]:
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    return all(pow(p, d, n) == 1 or any(pow(p, d << r, n) == n - 1 for r in range(s)) for p in PRIMES[:13])


def factors(n):
    found, d = [], 2
    while d * d <= n:
        while n % d == 0:
            found.append(d)
            n //= d
        if is_prime(n):
            break
        d += 1 if d == 2 else 2
    return found + [n] if n > 1 else found


random = SplitMix64(112)
for i in range(120):
    a, b = random.below(1 << (i % 33 + 2)) + 1, random.below(1 << (i % 27 + 2)) + 1
    m = random.below(1 << (i % 60 + 2)) + 1
    square = (b * b) % 2**64
    assert square < 2**63
    inverse = pow(a, -1, m) if math.gcd(a, m) == 1 else "null"
    print(math.gcd(a, b), math.gcd(a, b), math.lcm(a, b), pow(a, b, m), pow(-a, square, m), inverse)
    following = a + 1
    while not is_prime(following):
        following += 1
    counts = -1
    if a < 1000000:
        counts = sum(1 + (d * d != a) for d in range(1, math.isqrt(a) + 1) if a % d == 0)
    print(a, str(is_prime(a)).lower(), following, factors(a), counts)
print([n for n in PRIMES if n < 600])
for n in range(40):
    print([math.comb(n, k) for k in range(n + 1)])
print([math.factorial(n) for n in range(21)])
