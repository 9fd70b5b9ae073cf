"""Wrapping, indenting and dedenting, by Python's textwrap."""
import textwrap

from _inputs import SplitMix64

random = SplitMix64(21)


def words(count):
    return " ".join("abcdefghijklmnopqrstuvwxyz"[:1 + random.next() % 26] for _ in range(count))


for i in range(120):
    text = words(random.next() % 12)
    width = 3 + random.next() % 30
    first = "> "[:random.next() % 3]
    rest = " " * len(first)
    # (It leaves a blank where a long word is cut at its first letter.)
    print(*(f"|{line.rstrip()}|" for line in textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest,
                                                  break_on_hyphens=False)))
for i in range(60):
    lines = [" " * (random.next() % 5) + ("" if random.next() % 4 == 0 else words(2)) for _ in range(random.next() % 5)]
    text = "\n".join(lines) + ("\n" if random.next() % 2 else "")
    print(textwrap.dedent(text).replace("\n", "$"))
    print(textwrap.indent(text, "* ").replace("\n", "$"))
