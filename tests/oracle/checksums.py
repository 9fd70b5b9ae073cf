"""CRC-32C bit by bit, FNV-1a and XXH64 as their descriptions have them."""
from _inputs import MASK, SplitMix64

random = SplitMix64(5)
P1, P2, P3, P4, P5 = (11400714785074694791, 14029467366897019727, 1609587929392839161, 9650029242287828579,
                      2870177450012600261)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        for bit in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if (crc ^ byte >> bit) & 1 else 0)
    return crc ^ 0xFFFFFFFF


def fnv1a(data):
    value = 14695981039346656037
    for byte in data:
        value = (value ^ byte) * 1099511628211 & MASK
    return value


def rotate(value, count):
    value &= MASK
    return (value << count | value >> 64 - count) & MASK


def mix(total, lane):
    return rotate(total + lane * P2, 31) * P1 & MASK


def xxh64(data, seed):
    at = 0
    if len(data) >= 32:
        sums = [(seed + P1 + P2) & MASK, (seed + P2) & MASK, seed, (seed - P1) & MASK]
        while at + 32 <= len(data):
            sums = [mix(total, int.from_bytes(data[at + 8 * i:at + 8 * i + 8], "little")) for i, total in enumerate(sums)]
            at += 32
        value = sum(rotate(total, count) for total, count in zip(sums, (1, 7, 12, 18))) & MASK
        for total in sums:
            value = ((value ^ mix(0, total)) * P1 + P4) & MASK
    else:
        value = (seed + P5) & MASK
    value = (value + len(data)) & MASK
    while at + 8 <= len(data):
        value = (rotate(value ^ mix(0, int.from_bytes(data[at:at + 8], "little")), 27) * P1 + P4) & MASK
        at += 8
    if at + 4 <= len(data):
        value = (rotate(value ^ int.from_bytes(data[at:at + 4], "little") * P1, 23) * P2 + P3) & MASK
        at += 4
    for byte in data[at:]:
        value = rotate(value ^ byte * P5, 11) * P1 & MASK
    value = (value ^ value >> 33) * P2 & MASK
    value = (value ^ value >> 29) * P3 & MASK
    return value ^ value >> 32


for length in [*range(100), 4095, 4096, 4097, 10_000]:
    data = bytes(random.next() & 255 for _ in range(length))
    seed = random.next()
    print(length, crc32c(data), format(fnv1a(data), "x"), format(xxh64(data, 0), "x"), format(xxh64(data, seed), "x"))
