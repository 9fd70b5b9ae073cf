"""Arithmetic of every width: computed in unlimited integers, then wrapped."""
from _inputs import SplitMix64, wrap


def row(a, b, s, width, signed, last=()):
    def fit(value):
        return wrap(value, width) if signed else value % 2**width

    a, b = fit(a), fit(b)
    quotient = abs(a) // abs(b)
    quotient = -quotient if (a < 0) != (b < 0) else quotient
    s %= width
    results = [a + b, a - b, a * b, quotient, a - b * quotient]
    results += [-a, ~a, a << s, a >> s, a % 2**width >> s] if signed else [~a, a << s, a >> s]
    if width == 8 and signed:
        results.append(abs(a))
    return [fit(value) for value in results] + list(last)


random = SplitMix64(107)
for _ in range(60):
    a = random.next()
    b = random.next() | 1
    s = random.below(70)
    for width in (8, 16, 32):
        print(*row(a, b, s, width, True))
    for width in (8, 16, 32):
        print(*row(a, b, s, width, False))
    print(*row(a, b, s, 64, False,
               (wrap(a, 8) % 2**32, wrap(a, 16) % 2**64, wrap(a % 2**16, 8), a % 2**8)))
