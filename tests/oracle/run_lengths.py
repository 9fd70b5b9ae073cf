"""The same with groupby, sorted rotations and lists."""
from itertools import groupby

from _inputs import SplitMix64

random = SplitMix64(143)
for i in range(120):
    text = random.word("aaaaabbbcdefgh"[:1 + i % 14], 40)
    rotations = sorted((text[j:] + text[:j], j) for j in range(len(text)))
    last = "".join(rotation[-1] for rotation, _ in rotations)
    start = next((n for n, (_, j) in enumerate(rotations) if j == 0), 0)
    alphabet, places = list("abcdefgh"), ""
    for c in last:
        places += str(alphabet.index(c))
        alphabet.remove(c)
        alphabet.insert(0, c)
    runs = "".join(f"{len(list(group))}{c}" for c, group in groupby(text))
    print(f"[{text}] {runs} [{last}] {start} {places}")
