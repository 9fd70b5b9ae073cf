"""The generator of std.random, and what it makes of its numbers, by its description."""
from _inputs import MASK, SplitMix64, bits, signed

GOLDEN = 0x9E3779B97F4A7C15


class Random:
    def __init__(self, state, step=GOLDEN):
        self.state, self.step = state & MASK, step

    def next(self):
        self.state = (self.state + self.step) & MASK
        return SplitMix64(self.state - GOLDEN).next()

    def bounded(self, bound):
        while True:
            high, low = divmod(self.next() * bound, 2**64)
            if low >= 2**64 % bound:
                return high

    def split(self):
        state, step = self.next(), self.next()
        for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53, None):
            step ^= step >> 33
            step = step * factor & MASK if factor else step | 1
        if bin(step ^ step >> 1).count("1") < 24:
            step ^= 0xAAAAAAAAAAAAAAAA
        return Random(state, step)

    def data(self, count):
        words = b"".join(self.next().to_bytes(8, "little") for _ in range(-(-count // 8)))
        return list(words[:count])

    def shuffle(self, values):
        for i in range(len(values) - 1, 0, -1):
            j = self.bounded(i + 1)
            values[i], values[j] = values[j], values[i]

    def sample(self, values, count):
        values = list(values)
        for i in range(count):
            j = i + self.bounded(len(values) - i)
            values[i], values[j] = values[j], values[i]
        return values[:count]


for seed in [0, 1, 42, -1, -2**63, 1234567890123456789]:
    r = Random(seed)
    print([signed(r.next()) for _ in range(20)])
    print([r.bounded(i**3 + 1) for i in range(20)], [r.bounded(11) - 5 for _ in range(10)])
    floats = [bits((r.next() >> 11) * 2.0**-53) for _ in range(10)]
    flags = ", ".join(str(r.next() >> 63 == 1).lower() for _ in range(10))
    print(*floats, f"[{flags}]", r.data(19))
    cards = list(range(20))
    r.shuffle(cards)
    print(cards, r.sample(cards, 7), cards[r.bounded(20)])
    child = r.split()
    print([signed(child.next()) for _ in range(5)], r.bounded(2**63 - 1))
    r.state += r.step << 40
    print(signed(r.next()), r.bounded(2**64 - 1) - 2**63)
