"""The programs, what they are bound by, and what they are given at each size."""

import collections
import pathlib

BENCH = pathlib.Path(__file__).resolve().parent

# `small` takes an interpreter about a second; `large` takes C half a second to a second, `warm` about 20 ms, which is
# what a compiler's own time weighs in; `tiny`, which is for comparing outputs, takes nobody any time.
#
# What is `compute-bound` allocates nothing in its hot loop, in Cora and in C; what is `allocating` spends its time on
# objects that outlive the function that made them, and on collecting them. The others do some of both, or are about
# the library.
Program = collections.namedtuple("Program", "kind tiny small warm large")
SIZES = Program._fields[1:]


def program(kind, tiny, small, warm, large):
    return Program(kind, tiny.split(), small.split(), warm.split(), large.split())


COMPUTE, ALLOCATING, MIXED = "compute-bound", "allocating", "mixed"
PROGRAMS = {
    "fib": program(COMPUTE, "15", "37", "36", "44"),
    "sieve": program(COMPUTE, "1000 2", "5000000 5", "1000000 10", "5000000 60"),
    "nbody": program(COMPUTE, "100", "1000000", "220000", "8000000"),
    "fannkuch": program(COMPUTE, "6 2", "9 5", "9 1", "10 4"),
    "spectralnorm": program(COMPUTE, "20", "600", "1100", "7000"),
    "mandelbrot": program(COMPUTE, "32", "1000", "560", "3200"),
    "binarytrees": program(ALLOCATING, "6 16", "15 16", "13 16", "17 28"),
    "virtual": program(COMPUTE, "10", "30000", "3200", "110000"),
    "richards": program(COMPUTE, "1", "100", "65", "2000"),
    "deltablue": program(MIXED, "10 2", "200 400", "200 130", "200 5000"),
    "havlak": program(ALLOCATING, "10 1", "1500 140", "1500 32", "1500 1400"),
    "cd": program(ALLOCATING, "20 10", "300 600", "300 190", "300 6500"),
    "queens": program(COMPUTE, "6 2", "12 4", "11 3", "13 4"),
    "matrix": program(COMPUTE, "20", "450", "320", "960"),
    "structs": program(COMPUTE, "20 10", "1000 10000", "1000 6000", "1000 220000"),
    "raytrace_structs": program(COMPUTE, "12", "700", "400", "2300"),
    "raytrace_classes": program(MIXED, "12", "600", "400", "2500"),
    "pipeline": program(MIXED, "50 4", "5000 480", "5000 230", "5000 8500"),
    "containers": program(COMPUTE, "20 300", "1000 1000000", "1000 200000", "1000 7000000"),
    "map": program(MIXED, "1000", "500000", "100000", "8000000"),
    "wordcount": program(MIXED, "100 2", "100000 16", "60000 4", "100000 150"),
    "strings": program(MIXED, "20 2", "1000 250", "1000 90", "1000 4000"),
    "sort": program(MIXED, "500", "200000", "80000", "2500000"),
    "scan": program(MIXED, "20 2", "1000 250", "1000 240", "1000 8000"),
    "json": program(MIXED, "20 2", "20000 3", "5000 1", "20000 10"),
    "sha256": program(COMPUTE, "1000 2", "100000 25", "100000 60", "100000 2000"),
    "levenshtein": program(COMPUTE, "30 4", "1000 40", "1000 18", "1000 640"),
    "base64": program(COMPUTE, "100 4", "1000000 8", "1000000 6", "1000000 280"),
    "vmloop": program(COMPUTE, "3", "5000", "1700", "70000"),
    "bigint": program(MIXED, "30", "800", "2200", "11000"),
}


def source(program, extension):
    return BENCH / program / f"{program}.{extension}"
