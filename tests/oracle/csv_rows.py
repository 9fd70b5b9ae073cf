"""Random rows, written by the csv module of Python."""
import csv
import io
import sys

from _inputs import SplitMix64

sys.stdout.reconfigure(newline="")
random = SplitMix64(2024)
pieces = ["a", "1.5", "é", " ", ",", '"', "\n", "\r\n", "", "long text", "😀", "'", ";"]


def below(limit):
    return random.next() % limit


for _ in range(80):
    rows = [["".join(pieces[below(len(pieces))] for _ in range(below(4))) for _ in range(1 + below(5))]
            for _ in range(below(6))]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    print(out.getvalue())
    print("--")
