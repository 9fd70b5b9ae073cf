"""Powers and inverses modulo numbers of many sizes."""
from _inputs import SplitMix64

random = SplitMix64(12)


def number(words):
    value = 1
    for _ in range(words):
        value = value << 64 | random.next()
    return value


for i in range(40):
    base, exponent, modulus = number(i % 5), number(i % 7), number(i % 4)
    try:
        inverse = pow(base, -1, modulus)
    except ValueError:
        inverse = "null"
    print(pow(base, exponent, modulus), pow(-base, 5, modulus), inverse)
