"""The closest float of an integer of any size: ties, and what breaks them."""
import struct

for bits in (53, 54, 55, 63, 64, 65, 66, 100, 127, 128, 129, 500, 1000, 1023):
    for offset in (0, 1, 2, 3):
        for extra in (-1, 0, 1):
            value = (((1 << 54) + offset) << bits >> 54) + extra
            print(struct.pack(">d", float(value)).hex())
