"""Format specs of integers: Python's, but for two's complement and where zeros go."""
from _inputs import SplitMix64, wrap


def two(n, width, spec):
    """Other radixes show the two's complement."""
    return format(n & ((1 << width) - 1), spec)


random = SplitMix64(104)
for i in range(100):
    n = random.next()
    n = wrap(n >> random.next() % 64)
    small, byte, word = wrap(n, 16), n & 0xFF, n & 0xFFFFFFFF
    print(f"{n}|" + "".join(two(n, 64, spec) + "|" for spec in ["x", "X", "o", "b", "#x", "#010x"]) +
          "".join(format(n, spec) + "|" for spec in ["+", "25", "<25", "^25", "025", "_>25", "+025"]))
    print(f"{small}|{two(small, 16, 'x')}|{two(small, 16, '016b')}|{small:+7}|{byte}|{byte:02x}|{byte:#b}|{byte:#010b}|"
          f"{word:08X}|{word:#o}|{word:\u00b7^14}|")
