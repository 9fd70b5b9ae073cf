"""Shortest texts of floats: Python's repr gives the same digits; only where the point goes differs."""
import decimal
import struct

from _inputs import SplitMix64


def cora(text):
    """The digits of a repr as Cora places them."""
    value = decimal.Decimal(text)
    if value.is_nan() or value.is_infinite():
        return text
    sign, digits, exponent = value.as_tuple()
    digits = "".join(map(str, digits)).rstrip("0") or "0"
    if digits == "0":
        return ("-" if sign else "") + "0.0"
    point = value.adjusted()
    head = "-" if sign else ""
    if -5 <= point < 16:
        if point < 0:
            return head + "0." + "0" * (-point - 1) + digits
        whole = digits[:point + 1].ljust(point + 1, "0")
        return head + whole + "." + (digits[point + 1:] or "0")
    return head + digits[0] + "." + (digits[1:] or "0") + "e" + str(point)


random = SplitMix64(1)
for i in range(700):
    bits = random.next()
    print(cora(repr(struct.unpack("<d", struct.pack("<Q", bits))[0])))
for i in range(300):
    print(cora(repr((random.next() >> 44) / 1000.0)))
for exponent in range(-1074, 1024, 7):
    print(cora(repr(2.0 ** exponent)))
