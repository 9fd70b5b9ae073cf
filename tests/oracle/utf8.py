"""UTF-8 by Python's codec."""
from _inputs import SplitMix64

random = SplitMix64(142)
leads = [0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF]
for _ in range(400):
    data = bytes(leads[random.below(len(leads))] if i == 0 else 0x80 + random.below(72) for i in range(1 + random.below(4)))
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "not UTF-8"
    print(data.hex(), ord(text) if len(data) == 1 and len(text) == 1 else text)
for _ in range(100):
    codes = []
    for _ in range(random.below(8)):
        codes.append(random.below([128, 0x800, 0xD800, 0x110000][random.below(4)]))
    codes = [code for code in codes if not 0xD800 <= code < 0xE000]
    data = "".join(map(chr, codes)).encode()
    print(len(data), len(codes), data.hex(), " ".join(map(str, codes)),
          "".join(str(len(chr(code).encode())) for code in reversed(codes)), sum(data))
