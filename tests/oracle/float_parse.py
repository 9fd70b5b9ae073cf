"""Decimal texts of all lengths as floats: the bits."""
import struct

from _inputs import SplitMix64

random = SplitMix64(2)
for i in range(700):
    digits = "".join(str(random.next() % 10) for _ in range(1 + random.next() % 40))
    point = random.next() % (len(digits) + 1)
    exponent = random.next() % 700 - 350
    text = f"{digits[:point]}.{digits[point:]}e{exponent}"
    print(text, format(struct.unpack("<Q", struct.pack("<d", float(text)))[0], "x"))
