"""The same by trying all subsequences and all substrings."""
from itertools import combinations

from _inputs import SplitMix64


def subsequences(text):
    return {"".join(part) for n in range(len(text) + 1) for part in combinations(text, n)}


def substrings(text):
    return [text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)]


random = SplitMix64(132)
for _ in range(80):
    a, b = random.word("abc", 11), random.word("abc", 11)
    common = min(subsequences(a) & subsequences(b), key=lambda text: (-len(text), text))
    parts = [part for part in substrings(a) if part in b]
    print(f"[{a}] [{b}] [{common}] [{max(parts, key=len, default='')}]")
