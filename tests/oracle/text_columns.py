"""The same with Python's texts, textwrap and translation tables."""
import string
import textwrap

from _inputs import SplitMix64

random = SplitMix64(158)


def rotate(text, by):
    by %= 26
    lower, upper = string.ascii_lowercase, string.ascii_uppercase
    return text.translate(str.maketrans(lower + upper, lower[by:] + lower[:by] + upper[by:] + upper[:by]))


for n in range(15):
    rows = []
    for _ in range(6):
        first, number = random.word("abcde", 8), str(random.below(100000) - 50000)
        rows.append((first, number, random.word("XYZ", 4)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for a, b, c in rows:
        print(f"|{a:<{widths[0]}}|{b:>{widths[1]}}|{c:<{widths[2]}}|")
    words = [word for word in [random.word("lorem", 9) for _ in range(30)] if word]
    print(textwrap.fill(" ".join(words), 30, break_long_words=False))
    print("".join(map(str.capitalize, words)), "".join(word[0] for word in words).upper())
    groups = {}
    for word in words:
        groups.setdefault(tuple(sorted(word)), []).append(word)
    print(" ".join("=".join(group) for group in groups.values() if len(group) > 1))
    print(rotate(" ".join(words[:4]) + " XYZ", 3 + n), "Zebra")
    print(sum(word == word[::-1] for word in words), max(words, key=lambda word: len(set(word))))
