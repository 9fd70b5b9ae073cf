#!/usr/bin/env python3
"""Measures Coracle beside C, Java, JavaScript and Lua.

Every program exists in each language with the same algorithm, parameters and output: bench/NAME/NAME.EXT. Each engine
runs them as whole processes on one core, alternating with the others; the figures are the median of the wall time and
the largest resident memory, and the outputs must agree. Tables and plots go to a folder, the tables to the terminal
too. docs/performance.md says how the results read.

    run.py                          all programs, size small, in the interpreters and C
    run.py --size large             all programs, size large, in the compilers; --size warm likewise
    run.py --size large --unpinned  the same, with all cores for the compilers' and collectors' own threads
    run.py json map --engines "coracle,luajit -joff" --rounds 3
    run.py startup                  hello, world: median of 20
    run.py costs                    the compiler, loading, isolates: absolute figures
    run.py embed                    C programs that embed Coracle, Lua and LuaJIT
    run.py metering [json map]      native code that counts fuel, beside the same that does not
    run.py --check                  compares the outputs of all languages at size tiny, without measuring
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

import metering
import report
import source
from engines import GROUPS, ENGINES, Engines, chosen_engines
from programs import BENCH, PROGRAMS, SIZES
from runner import Runner, median, require_agreement

TOP = pathlib.Path(__file__).resolve().parent.parent


def machine():
    """What the processor is called, and the system."""
    try:
        names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    except OSError:
        names = []
    return f"{names[0] if names else platform.machine()}, {platform.system()}"


def rounds(program, arguments, engines, runner, count):
    """The runs of a program in all engines: {engine: runs}."""
    commands = {engine: [*engines.command(engine, program), *arguments] for engine in engines.names}
    set_up = lambda engine: engines.set_up_cache(engine, program, lambda: runner.run(commands[engine]))
    return runner.rounds(commands, count, set_up)


def measure(programs, engines, runner, options):
    measurement = {"size": options.arguments or options.size, "rounds": options.rounds, "pinned": runner.pinned,
                   "machine": machine(), "versions": engines.versions(), "programs": {}}
    engines.prepare(programs)
    for program in programs:
        arguments = options.arguments.split() if options.arguments else getattr(PROGRAMS[program], options.size)
        runs = rounds(program, arguments, engines, runner, options.rounds)
        for engine in engines.unfilled(program):
            print(f"{program}: {engine} has stored nothing in its cache", file=sys.stderr)
        measurement["programs"][program] = {
            "arguments": arguments,
            "kind": PROGRAMS[program].kind,
            "engines": {engine: {"seconds": median(run.seconds for run in results),
                                 "memory": max(run.memory for run in results),
                                 "all": [run.seconds for run in results]}
                        for engine, results in runs.items()},
        }
        print(f"{program} {' '.join(arguments)}: " + ", ".join(
            f"{engine} {figures['seconds']:.3f} s"
            for engine, figures in measurement["programs"][program]["engines"].items()), flush=True)
    return measurement


def write(measurement, options):
    print(report.text(measurement))
    options.output.mkdir(parents=True, exist_ok=True)
    title = options.size if measurement.get("pinned", True) else f"{options.size}-unpinned"
    written = [(f"{title}.json", json.dumps(measurement, indent=1)), (f"{title}.md", report.markdown(measurement)),
               *((f"{title}-{name}.svg", svg) for name, svg in report.plots(measurement))]
    for name, content in written:
        (options.output / name).write_text(content)
    print(f"\nwritten to {options.output}: {', '.join(name for name, _ in written)}")


def startup(engines, runner):
    engines.prepare(["hello"])
    runs = rounds("hello", [], engines, runner, 20)
    print("hello, world: median of the wall time of 20 runs, and the largest resident memory\n")
    rows = [[engine, f"{median(run.seconds for run in results) * 1e3:.1f}", f"{max(run.memory for run in results):.1f}"]
            for engine, results in runs.items()]
    print("\n".join(report.aligned([["", "ms", "MiB"], *rows])))


def costs(options, runner, scratch):
    """What the compiler and the VM themselves cost; the best of the rounds."""
    rows, module, hello = [], scratch / "large.corm", scratch / "hello.corm"
    for lines in (50_000, 100_000, 200_000):
        text = source.program(lines, 1)
        path = scratch / "large.cora"
        path.write_text(text)
        runs = [runner.run([options.coracle, "build", path, "-o", module]) for _ in range(options.rounds)]
        seconds, lines = min(run.seconds for run in runs), text.count("\n")
        rows.append([f"compile {lines} lines, {len(text) / 1e6:.1f} MB", f"{seconds:.3f} s",
                     f"{lines / seconds / 1e3:.0f} thousand lines/s", f"{max(run.memory for run in runs):.0f} MiB"])
    runner.run([options.coracle, "build", BENCH / "hello/hello.cora", "-o", hello])
    output = runner.run([options.costs, module, hello]).output
    figures = dict(line.split() for line in output.splitlines())
    rows += [[f"read and verify {module.stat().st_size / 1e6:.1f} MB", "", f"{figures['load_mb_per_s']} MB/s", ""],
             ["read, verify and link it", "", f"{figures['link_mb_per_s']} MB/s", ""],
             ["an isolate more, running hello, world", f"{figures['isolate_us']} µs", "",
              f"{figures['isolate_kib']} KiB"]]
    print("\n".join(report.aligned([["", "time", "rate", "memory"], *rows])))


EMBEDDED = (("start_us", "engine and first isolate", "µs"), ("first_us", "first script of 100 lines", "µs"),
            ("compile_us", "a script of 100 lines", "µs"), ("isolate_us", "an isolate, made and ended", "µs"),
            ("isolate_kib", "an isolate's memory", "KiB"), ("call_ns", "host calls `add(a, b)`", "ns"),
            ("host_ns", "program calls the host's `add(a, b)`", "ns"))


def embed(options, runner, scratch):
    """The harnesses of bench/embed (measure.h says what they measure), each in a process; the median of the rounds."""
    folder, libraries = BENCH / "embed", pathlib.Path(options.coracle).resolve().parent.parent / "lib"
    flags = {"coracle": [f"-I{TOP}/include", f"-L{libraries}", "-lcoracle", f"-Wl,-rpath,{libraries}"]}
    for package in ("lua5.4", "luajit"):
        found = subprocess.run(["pkg-config", "--cflags", "--libs", package], check=True, capture_output=True, text=True)
        flags[package] = found.stdout.split()
    for name in flags:
        source_file = folder / ("coracle.c" if name == "coracle" else "lua.c")
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", source_file, *flags[name], "-o", scratch / name], check=True)
    commands = {"coracle, interpreter": [scratch / "coracle", folder / "script.cora", "interpreter"],
                "coracle, native code": [scratch / "coracle", folder / "script.cora", "native"],
                "Lua 5.4": [scratch / "lua5.4", folder / "script.lua"], "LuaJIT": [scratch / "luajit", folder / "script.lua"]}
    figures = {engine: [] for engine in commands}
    for _ in range(options.rounds):
        for engine, command in commands.items():
            lines = runner.run(command).output.splitlines()
            figures[engine].append({name: float(value) for name, value in map(str.split, lines)})
    rows = []
    for name, text, unit in EMBEDDED:
        values = [median([run[name] for run in figures[engine]]) for engine in commands]
        ratios = [f"{values[1] / value:.2f}" if value else "" for value in values[2:]]
        rows.append([text, *(f"{value:.4g} {unit}" for value in values), *ratios])
    print("\n".join(report.aligned([["", *commands, "native / Lua", "native / LuaJIT"], *rows])))


def measure_metering(options):
    if not options.unpinned:
        os.sched_setaffinity(0, {options.core})
    with tempfile.TemporaryDirectory(prefix="coracle-bench-") as folder:
        programs = options.programs[1:] or list(PROGRAMS)
        table = metering.measure(programs, options.coracle, options.rounds, pathlib.Path(folder))
        print("\n".join(report.aligned(table)))


def check(programs, engines):
    """Whether each program writes the same in all engines; ends as the parts of `./dev test` do."""
    engines.prepare(programs)

    def outputs(program):
        texts = {}
        for engine in engines.names:
            command = [*engines.command(engine, program), *PROGRAMS[program].tiny]
            run = lambda: subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                         timeout=120)
            engines.set_up_cache(engine, program, run)
            result = run()
            texts[engine] = result.stdout if result.returncode == 0 else f"exit {result.returncode}: {result.stdout}"
        return texts

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for program, texts in zip(programs, pool.map(outputs, programs)):
            try:
                require_agreement(texts)
            except SystemExit as difference:
                print(f"FAIL {program}: {difference}")
                failed += 1
    print(f"{len(programs) - failed} passed, {failed} failed")
    return failed == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", help=f"of: {', '.join(PROGRAMS)} (all); or startup, costs, embed, metering")
    parser.add_argument("--engines", help=f"comma-separated, of: {', '.join(ENGINES)}; or {', '.join(GROUPS)}")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--arguments", help="instead of a size, what the programs are given")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each engine (5)")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="the core to pin to")
    parser.add_argument("--unpinned", action="store_true", help="does not pin; the results say so")
    parser.add_argument("--timeout", type=int, default=600, help="seconds that one run may take (600)")
    parser.add_argument("--output", type=pathlib.Path, default=TOP / "build/bench", help="folder (build/bench)")
    parser.add_argument("--report", type=pathlib.Path, metavar="JSON", help="reports what this file holds, unmeasured")
    parser.add_argument("--check", action="store_true", help="only compares the outputs, at size tiny")
    parser.add_argument("--coracle", default=TOP / "build/bin/coracle", help="the tool (build/bin/coracle)")
    parser.add_argument("--costs", default=TOP / "build/bin/costs", help="for costs (build/bin/costs)")
    options = parser.parse_args()

    if options.report:
        measurement = json.loads(options.report.read_text())
        options.size = measurement["size"]
        return write(measurement, options)
    if options.programs[:1] == ["metering"]:
        return measure_metering(options)
    programs = options.programs or list(PROGRAMS)
    for program in programs:
        if program not in PROGRAMS and programs not in (["startup"], ["costs"], ["embed"]):
            sys.exit(f"no program {program}; there are: {', '.join(PROGRAMS)}, startup, costs, embed")
    default = "languages" if options.check else "compilers" if options.size in ("large", "warm") else "interpreters"
    with tempfile.TemporaryDirectory(prefix="coracle-bench-") as folder:
        scratch = pathlib.Path(folder)
        if programs == ["startup"]:
            default = "all"
        engines = Engines(chosen_engines(options.engines, default), options.coracle, scratch)
        if options.check:
            sys.exit(0 if check(programs, engines) else 1)
        runner = Runner(scratch, None if options.unpinned else options.core, options.timeout)
        if programs == ["costs"]:
            return costs(options, runner, scratch)
        if programs == ["embed"]:
            return embed(options, runner, scratch)
        if programs == ["startup"]:
            startup(engines, runner)
        else:
            write(measure(programs, engines, runner, options), options)


if __name__ == "__main__":
    main()
