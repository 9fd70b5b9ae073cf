"""Floats with decimals: rounded from the exact value, halves to even, as Python does it too."""
from _inputs import SplitMix64


def exponent(x, spec):
    """Python writes e+05 where Cora writes e5."""
    digits, _, power = format(x, spec).lower().partition("e")
    letter = "E" if "E" in spec else "e"
    return digits + letter + str(int(power))


def shortest(x):
    digits, _, power = repr(x).partition("e")
    sign, digits = ("-", digits[1:]) if digits[0] == "-" else ("", digits)
    whole, _, fraction = digits.partition(".")
    point = int(power or 0) + len(whole)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    return sign + digits[0] + ("." + digits[1:] if digits[1:] else "") + "e" + str(point - 1)


random = SplitMix64(103)
for i in range(80):
    scale = [1.0, 1000.0, 1e15, 1e-5, 1e22][random.below(5)]
    x = (random.unit() - 0.5) * scale
    fixed = [".0f", ".1f", ".2f", ".3f", ".6f", ".10f", ".17f", ".25f", "+.2f", "012.3f", "<14.2f", "^14.2f", "*>14.1f"]
    print("".join(format(x, spec) + "|" for spec in fixed))
    print("".join(exponent(x, spec) + "|" for spec in [".0e", ".1e", ".5e", ".16E", ".20e"]) + shortest(x) + "|")
for i in range(64):
    x = i / 8.0
    print(*(format(value, spec) for value in (x, -x) for spec in (".0f", ".1f", ".2f")))
