"""The programs and what they are given at each size."""

import collections
import pathlib

BENCH = pathlib.Path(__file__).resolve().parent

# `small` takes an interpreter about a second, `large` takes C about half a second; `tiny`, which is for comparing
# outputs, takes nobody any time.
Size = collections.namedtuple("Size", "tiny small large")


def sizes(tiny, small, large):
    return Size(tiny.split(), small.split(), large.split())


PROGRAMS = {
    "fib": sizes("15", "37", "42"),
    "sieve": sizes("1000 2", "5000000 5", "5000000 15"),
    "nbody": sizes("100", "1000000", "5000000"),
    "fannkuch": sizes("6 2", "9 5", "10 2"),
    "spectralnorm": sizes("20", "600", "3000"),
    "mandelbrot": sizes("32", "1000", "2500"),
    "binarytrees": sizes("6", "15", "17"),
    "virtual": sizes("10", "30000", "150000"),
    "richards": sizes("1", "100", "900"),
    "deltablue": sizes("10 2", "200 400", "200 2500"),
    "queens": sizes("6 2", "12 4", "13 1"),
    "matrix": sizes("20", "450", "900"),
    "structs": sizes("20 10", "1000 10000", "1000 150000"),
    "map": sizes("1000", "500000", "5000000"),
    "strings": sizes("20 2", "1000 250", "1000 1500"),
    "sort": sizes("500", "200000", "1000000"),
    "scan": sizes("20 2", "1000 250", "1000 2500"),
    "json": sizes("20 2", "20000 3", "20000 15"),
    "sha256": sizes("1000 2", "100000 25", "100000 600"),
    "bigint": sizes("30", "800", "5500"),
}


def source(program, extension):
    return BENCH / program / f"{program}.{extension}"
