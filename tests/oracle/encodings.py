"""Hexadecimal, Base64, percent-encoding and UTF-16 of random bytes and texts."""
import base64
import urllib.parse

from _inputs import SplitMix64

random = SplitMix64(99)


def below(limit):
    return random.next() % limit


def text():
    out = []
    for _ in range(below(30)):
        codes = [below(128), below(128), below(0x800), 0x800 + below(0x5000), 0x10000 + below(0xFFFFF)]
        out.append(chr(codes[below(5)]))
    return "".join(out)


def replaced(units, order):
    """UTF-16 by hand: Python's decoder takes the second half of a broken pair for a part of it."""
    out = []
    at = 0
    even = len(units) // 2 * 2
    while at < even:
        unit = int.from_bytes(units[at:at + 2], order)
        at += 2
        if 0xD800 <= unit <= 0xDBFF and at < even and 0xDC00 <= int.from_bytes(units[at:at + 2], order) <= 0xDFFF:
            low = int.from_bytes(units[at:at + 2], order)
            at += 2
            out.append(chr(0x10000 + (unit - 0xD800 << 10) + low - 0xDC00))
        elif 0xD800 <= unit <= 0xDFFF:
            out.append("\ufffd")
        else:
            out.append(chr(unit))
    return "".join(out) + ("\ufffd" if len(units) % 2 else "")


for length in range(60):
    data = bytes(random.next() & 255 for _ in range(length))
    digits = data.hex()
    print(digits.upper() if length % 2 else digits, base64.b64encode(data).decode(),
          base64.urlsafe_b64encode(data).decode().rstrip("="))
    words = text()
    print(urllib.parse.quote(words, safe=""), urllib.parse.quote(words, safe="/:?#[]@!$&'()*+,;="))
    print(words.encode("utf-16-le").hex(), words.encode("utf-16-be").hex())
    units = bytes([0xD8, 0xDC, 0x41, 0x00, 0xDB, 0xDF][below(6)] for _ in range(below(20)))
    print(*(urllib.parse.quote(replaced(units, order), safe="") for order in ("little", "big")))
