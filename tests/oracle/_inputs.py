"""Inputs that both sides of a computation make: the SplitMix64 generator (Steele, Lea and Flood, 2014)."""

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


def signed(bits):
    """The 64 bits as a signed number."""
    return bits - (1 << 64) if bits >> 63 else bits
