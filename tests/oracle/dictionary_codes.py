"""LZW and LZ77 by the longest prefix that is known."""
from _inputs import SplitMix64


def lzw(text):
    known = list("abcdefgh")
    codes = []
    while text:
        length = next(n for n in range(len(text), 0, -1) if text[:n] in known)
        codes.append(known.index(text[:length]))
        if length < len(text):
            known.append(text[:length + 1])
        text = text[length:]
    return codes


def lz77(text):
    parts, at = [], 0
    while at < len(text):
        best = (0, 0)
        for length in range(len(text) - at - 1, 0, -1):
            starts = [s for s in range(max(0, at - 20), at) if text[s:s + length] == text[at:at + length]]
            if starts:
                best = (at - starts[0], length)
                break
        parts.append(f"{best[0]},{best[1]}{text[at + best[1]]}")
        at += best[1] + 1
    return parts


random = SplitMix64(145)
for i in range(100):
    text = random.word("aabbcdefgh"[:1 + i % 10], 60)
    print(f"[{text}] {lzw(text)}")
    print(*lz77(text))
