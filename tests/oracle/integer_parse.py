"""Texts as integers: digit by digit."""
import re

from _inputs import SplitMix64


def parse(text, radix, least, greatest):
    """An optional sign, digits, single underscores between digits."""
    if not re.fullmatch(r"[+-]?[0-9A-Za-z]+(_[0-9A-Za-z]+)*", text):
        return "null"
    value = 0
    for digit in text.lstrip("+-").replace("_", ""):
        if int(digit, 36) >= radix:
            return "null"
        value = value * radix + int(digit, 36)
    value = -value if text[0] == "-" else value
    return str(value) if least <= value <= greatest else "null"


random = SplitMix64(105)
for i in range(300):
    radix = 2 + random.below(35)
    text = random.word("+-_0011223456789abcdefghxyzABCXYZ ", 3 if i % 3 == 0 else 14)
    digits = random.word("0123456789", 21)
    short = digits[len(digits) // 4 * 3:]
    print(f"[{text}] {radix} {parse(text, radix, -2**63, 2**63 - 1)} {parse(digits, 10, -2**63, 2**63 - 1)} "
          f"{parse(digits, 10, 0, 2**64 - 1)} {parse(short, 10, -2**15, 2**15 - 1)}")
