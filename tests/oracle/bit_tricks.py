"""Bits of integers, by their binary text."""
from _inputs import SplitMix64, signed, wrap

random = SplitMix64(111)
for _ in range(200):
    n = signed(random.next())
    n >>= random.below(64)
    k = random.below(200) - 100
    u, w = n % 2**64, n % 2**32
    text, half = format(u, "064b"), format(w, "032b")

    def turn(digits, count):
        count %= len(digits)
        return int(digits[count:] + digits[:count], 2)

    zeros = 64 if u == 0 else len(text) - len(text.rstrip("0"))
    length = (n if n >= 0 else ~n).bit_length()
    print(64 - u.bit_length(), zeros, text.count("1"), length, str(n > 0 and text.count("1") == 1).lower())
    reverse = int(text[::-1], 2)
    print(wrap(turn(text, k)), wrap(turn(text, -k)), wrap(reverse), wrap(int.from_bytes(u.to_bytes(8, "little"), "big")),
          turn(text, k), turn(text, -k), turn(half, k), turn(half, -k), u * reverse >> 64)
    low = wrap(u & -u)
    following = 0
    if 0 < n < 2**61: # the next number with as many ones: by trying, from the rightmost 01
        at = ("0" + text).rfind("01")
        digits = "0" + text
        following = int(digits[:at] + "10" + "".join(sorted(digits[at + 2:])), 2)
    print(wrap(u ^ (u >> 1)), "true", sum((u >> i & 1) << 2 * i for i in range(16)), low, following)
