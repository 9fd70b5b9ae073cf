"""Checksums of zlib, and the others in unlimited integers."""
import zlib

from _inputs import SplitMix64

random = SplitMix64(127)
for i in range(150):
    data = bytes(random.below(256) for _ in range(random.below(i * 2 + 1)))
    fnv = 0xCBF29CE484222325
    for byte in data:
        fnv = (fnv ^ byte) * 0x100000001B3 % 2**64
    low = sum(data) % 255
    high = sum(byte * (len(data) - i) for i, byte in enumerate(data)) % 255
    print(f"{zlib.crc32(data):08x} {zlib.adler32(data):08x} {fnv:016x} {high << 8 | low:04x}")
