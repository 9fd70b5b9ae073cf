"""Hashes of messages of many lengths, HMAC, keyed BLAKE2b, CRC-32 and Adler-32."""
import hashlib
import hmac
import zlib

from _inputs import SplitMix64

random = SplitMix64(1234)


def below(limit):
    return random.next() % limit


def some_bytes(count):
    return bytes(random.next() & 255 for _ in range(count))


algorithms = ["md5", "sha1", "sha256", "sha384", "sha512", "blake2b"]
lengths = [*range(140), *(below(3000) for _ in range(20)), 100_000]
for length in lengths:
    message = some_bytes(length)
    key = some_bytes(below(200))
    at = 0
    while at < length:
        at = min(at + 1 + below(100), length)
    digest = hashlib.new(algorithms[length % 6], message).hexdigest()
    print(length, digest, hmac.new(key, message, algorithms[below(6)]).hexdigest())
    size = 1 + below(64)
    print(hashlib.blake2b(message, digest_size=size, key=key[:min(below(65), len(key))]).hexdigest())
    print(zlib.crc32(message), zlib.adler32(message), zlib.crc32(message))
