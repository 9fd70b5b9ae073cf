"""Inputs that both sides of a computation make: the SplitMix64 generator (Steele, Lea and Flood, 2014)."""

import struct

MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        """64 bits, as an unsigned number."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
        return z ^ (z >> 31)

    def below(self, limit):
        """An integer from 0 up to limit."""
        return self.next() % limit

    def unit(self):
        """A float from 0.0 up to 1.0."""
        return (self.next() >> 11) * 2.0**-53

    def word(self, letters, longest):
        """Up to `longest` of these letters."""
        return "".join(letters[self.below(len(letters))] for _ in range(self.below(longest + 1)))


def signed(bits):
    """The 64 bits as a signed number."""
    return bits - (1 << 64) if bits >> 63 else bits


def wrap(value, width=64):
    """The signed number of the lowest bits."""
    value &= (1 << width) - 1
    return value - (1 << width) if value >> (width - 1) else value


def bits(value):
    """The IEEE bits of a float in hexadecimal; of every NaN the same."""
    return "7ff8000000000000" if value != value else "%x" % struct.unpack("<Q", struct.pack("<d", value))[0]


def from_bits(number):
    return struct.unpack("<d", struct.pack("<Q", number))[0]
