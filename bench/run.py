#!/usr/bin/env python3
"""Measures Coracle beside C, Java, JavaScript and Lua.

Every program exists in each language with the same algorithm, parameters and output: bench/NAME/NAME.EXT. The
engines alternate round-robin on one pinned core, so that a slow minute of the machine hits all; the
figure is the median wall time of the whole process; the outputs must agree. Ratios are to Coracle: 2.0
means that the engine takes twice Coracle's time.

Two sizes: `small`, which interpreters finish in about a second, and `large`, which takes C about 0.4 s.
`startup` measures hello world instead: wall time (median of 20) and resident memory.
"""

import argparse
import collections
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(__file__).resolve().parent
TOP = BENCH.parent

Size = collections.namedtuple("Size", "small large")
PROGRAMS = {
    "fib": Size(["35"], ["42"]),
    "sieve": Size(["5000000", "2"], ["5000000", "35"]),
    "nbody": Size(["400000"], ["5000000"]),
    "matrix": Size(["300"], ["800"]),
    "virtual": Size(["10000"], ["70000"]),
}

# name: the program that must be there, how to prepare (or None), how to run. {dir} is the scratch folder of
# this engine and program, {source} the source without its extension, {name} the program's name.
Engine = collections.namedtuple("Engine", "tool prepare run")
ENGINES = {
    "coracle": Engine("{coracle}", "{coracle} build -o {dir}/{name}.corm {source}.cora",
                      "{coracle} run --tier=interp {dir}/{name}.corm"),
    "luajit -joff": Engine("luajit", None, "luajit -joff {source}.lua"),
    "lua5.4": Engine("lua5.4", None, "lua5.4 {source}.lua"),
    "node --jitless": Engine("node", None, "node --jitless {source}.js"),
    "java -Xint": Engine("javac", "javac -d {dir} {source}.java", "java -Xint -cp {dir} {name}"),
    "luajit": Engine("luajit", None, "luajit {source}.lua"),
    "node": Engine("node", None, "node {source}.js"),
    "java": Engine("javac", "javac -d {dir} {source}.java", "java -cp {dir} {name}"),
    "c": Engine("gcc", "gcc -O3 -ffp-contract=off -o {dir}/{name} {source}.c -lm", "{dir}/{name}"),
}


class Bench:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = pathlib.Path(scratch)
        self.measure = self.scratch / "measure"
        subprocess.run(["gcc", "-O2", "-o", self.measure, BENCH / "measure.c"], check=True)
        self.pin = ["taskset", "-c", str(options.core)] if shutil.which("taskset") else []

    def engines(self):
        """The chosen engines that are installed; says which are not."""
        chosen = self.options.engines.split(",") if self.options.engines else list(ENGINES)
        there = []
        for name in chosen:
            if name not in ENGINES:
                sys.exit(f"no engine {name}; there are: {', '.join(ENGINES)}")
            if shutil.which(self.fill(ENGINES[name].tool, name, "hello")):
                there.append(name)
            else:
                print(f"not installed, left out: {name}")
        return there

    def fill(self, template, engine, program):
        folder = self.scratch / engine.replace(" ", "") / program
        folder.mkdir(parents=True, exist_ok=True)
        return template.format(coracle=self.options.coracle, dir=folder, name=program,
                               source=BENCH / program / program)

    def prepare(self, engine, program):
        """The command line of the program on the engine, compiled where that is needed."""
        if ENGINES[engine].prepare:
            subprocess.run(self.fill(ENGINES[engine].prepare, engine, program).split(), check=True)
        return self.fill(ENGINES[engine].run, engine, program).split()

    def run(self, command):
        """(seconds, MiB, output) of one run."""
        output = self.scratch / "output"
        environment = {**os.environ, "MEASURE_OUTPUT": str(output)}
        result = subprocess.run([*self.pin, self.measure, *command], env=environment, check=True,
                                capture_output=True, text=True)
        wall, resident, status = map(int, result.stdout.split())
        if status != 0:
            sys.exit(f"exit {status}: {' '.join(command)}\n{result.stderr}")
        return wall / 1e6, resident / 1024, output.read_text()

    def rounds(self, commands, count):
        """All runs of every engine, alternating; the outputs must agree."""
        runs = {engine: [] for engine in commands}
        for _ in range(count):
            for engine, command in commands.items():
                runs[engine].append(self.run(command))
        outputs = {output for results in runs.values() for _, _, output in results}
        if len(outputs) > 1:
            for engine, results in runs.items():
                print(f"{engine}: {results[0][2]!r}")
            sys.exit("the outputs differ")
        return runs


def geometric_mean(values):
    return statistics.geometric_mean(values) if values else float("nan")


def print_table(head, rows):
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(text.ljust(width) if column == 0 else text.rjust(width)
                        for column, (text, width) in enumerate(zip(row, widths))))


def compare(bench, options):
    engines = bench.engines()
    programs = options.programs or list(PROGRAMS)
    base = "coracle" if "coracle" in engines else engines[0]
    times = {}
    for program in programs:
        if program not in PROGRAMS:
            sys.exit(f"no program {program}; there are: {', '.join(PROGRAMS)}")
        arguments = options.arguments.split() if options.arguments else getattr(PROGRAMS[program], options.size)
        commands = {engine: [*bench.prepare(engine, program), *arguments] for engine in engines}
        runs = bench.rounds(commands, options.rounds)
        times[program] = {engine: statistics.median(wall for wall, _, _ in runs[engine]) for engine in engines}
        print(f"{program} {' '.join(arguments)}: "
              + ", ".join(f"{engine} {times[program][engine]:.3f} s" for engine in engines), flush=True)

    ratios = {engine: [times[program][engine] / times[program][base] for program in programs]
              for engine in engines}
    print(f"\ntime relative to {base} (median of {options.rounds}, core {options.core}; more is slower)\n")
    print_table(["", *programs, "geometric mean"],
                [[engine, *(f"{ratio:.2f}" for ratio in ratios[engine]), f"{geometric_mean(ratios[engine]):.2f}"]
                 for engine in engines])


def startup(bench):
    engines = bench.engines()
    commands = {engine: bench.prepare(engine, "hello") for engine in engines}
    runs = bench.rounds(commands, 20)
    print("hello world: wall time (median of 20) and the largest resident memory\n")
    print_table(["", "ms", "MiB"],
                [[engine, f"{statistics.median(wall for wall, _, _ in runs[engine]) * 1e3:.1f}",
                  f"{max(resident for _, resident, _ in runs[engine]):.1f}"] for engine in engines])


def main():
    parser = argparse.ArgumentParser(description="Measures Coracle beside C, Java, JavaScript and Lua.")
    parser.add_argument("programs", nargs="*", help=f"{', '.join(PROGRAMS)} (all), or startup")
    parser.add_argument("--size", choices=Size._fields, default="small")
    parser.add_argument("--arguments", help="instead of a size, what the programs are given")
    parser.add_argument("--engines", help=f"comma-separated, of: {', '.join(ENGINES)}")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each engine (5)")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="the core to pin to")
    parser.add_argument("--coracle", default=TOP / "build/bin/coracle")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="coracle-bench-") as scratch:
        bench = Bench(options, scratch)
        if options.programs == ["startup"]:
            startup(bench)
        else:
            compare(bench, options)


if __name__ == "__main__":
    main()
