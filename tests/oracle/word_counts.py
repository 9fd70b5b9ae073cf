"""Counts of words with Python's Counter and groupby."""
from collections import Counter

from _inputs import SplitMix64


def quoted(texts):
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"


random = SplitMix64(146)
letters = "eeeetttaaoinshrdlu"
for n in range(12):
    words = [word for word in [random.word(letters, 3) for _ in range(80 + n * 10)] if word]
    counts = Counter(words)
    top = sorted(counts, key=lambda word: (-counts[word], word))
    print(len(words), len(counts), *(f"{word}:{counts[word]}" for word in top[:10]))
    lengths = dict.fromkeys(map(len, words))
    print("[" + ", ".join(f"{length}: {len({w for w in words if len(w) == length})}" for length in lengths) + "]")
    for first in sorted({word[0] for word in words}):
        print(first, quoted(sorted({word for word in words if word[0] == first})))
    pairs = Counter(zip(words, words[1:]))
    most = max(pairs.values())
    common = sorted(pair for pair in pairs if pairs[pair] == most)[:5]
    print(most, "[" + ", ".join(f'("{a}", "{b}")' for a, b in common) + "]")
    last = len(words) - 1 - words[::-1].index(top[0])
    print(sum(map(len, words)), max(words, key=len), min(words), words.index(top[0]), last)
