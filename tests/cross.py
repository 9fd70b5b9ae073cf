#!/usr/bin/env python3
"""Compares two builds of the command, for two processors: what they do has to be the same, byte for byte.

Of every program of the behaviour tests:
- the module that `coracle build` makes, on either, and what `coracle check` says;
- standard output, standard error (with stack traces, and the fuel that was used) and exit code of a run of the same module: in
  the interpreter, and of one program in --native, in tier 1 and tier 2, where there is native code. All are compared with the
  interpreter of the first command.

Programs that do not do the same twice, on the first command, are left out (clocks), and so are those that run out of heap or
measure something. Where the last line is `N passed, N failed, N skipped`, N counts programs.
"""

import argparse
import concurrent.futures
import pathlib
import re
import shutil
import sys
import tempfile
import zlib

import run

MODES = {
    "interpreter": ["--tier=interp"],
    "tier 1": ["--tier=1", "--stress=eager,loops", "--cache=off"],
    "tier 2": ["--tier=2", "--stress=eager,loops", "--cache=off"],
}
LEFT_OUT = re.compile(r"--(heap|timeout|stress|jit-stats|cache|tier|perf|gdb|env)|\{build\}")


def is_comparable(test):
    words = " ".join(test.want("flags") + test.want("args"))
    return not (test.want("terminal") or test.want("memory") or LEFT_OUT.search(words) or test.target.endswith("asm") or
                "OutOfMemoryError" in " ".join(test.want("throws")))


class Place:
    """A folder that is there anew, under the same name, for every command of a program."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.module = str(self.folder / "program.corm")

    def fresh(self):
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        (self.folder / "tmp").mkdir()
        return str(self.folder / "tmp")


def compiled(runner, test, place):
    """The bytes of the module, and what the compiler says."""
    pathlib.Path(place.module).unlink(missing_ok=True)
    said = runner.command(test.source.parent, ["build", "-o", place.module, test.target])
    checked = runner.command(test.source.parent, ["check", "--json", test.target])
    module = pathlib.Path(place.module)
    return (module.read_bytes() if module.exists() else None, said.returncode, said.stderr, checked.stdout,
            checked.returncode)


def behaviour(runner, test, place, flags):
    scratch = place.fresh()
    stdin = "".join(line + "\n" for line in test.want("stdin")).encode()
    words = ["run", "--show-fuel", *flags, *runner.words(test, "flags", scratch), place.module,
             *runner.words(test, "args", scratch)]
    result = runner.command(test.source.parent, words, stdin)
    return result.stdout, result.stderr, result.returncode


def compare(what, first, second):
    """Throws unless both are the same; each is a tuple of bytes and numbers."""
    for wanted, got in zip(first, second):
        if isinstance(wanted, bytes) and isinstance(got, bytes):
            run.check_equal(what, run.split_lines(wanted), run.split_lines(got))
        if wanted != got:
            raise run.Mismatch(f"{what}: {wanted!r:.200} here, {got!r:.200} there")


def compare_modules(first, second):
    if first != second:
        pairs = zip(first or b"", second or b"")
        at = next((index for index, pair in enumerate(pairs) if pair[0] != pair[1]), "the end of the shorter one")
        raise run.Mismatch(f"the modules differ at {at}")


def check_program(test, here, there, modes):
    """Whether the program could be compared; throws where the two differ."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        other = compiled(there, test, place)
        own = compiled(here, test, place)
        compare("what the compiler says", own[1:], other[1:])
        compare_modules(own[0], other[0])
        if own[0] is None:
            return True
        wanted = behaviour(here, test, place, MODES["interpreter"])
        if wanted != behaviour(here, test, place, MODES["interpreter"]):
            return False
        for mode in modes:
            compare(mode, wanted, behaviour(there, test, place, MODES[mode]))
    return True


def runner_of(coracle, emulator, timeout):
    return run.Runner(argparse.Namespace(coracle=coracle, runner=emulator, tier="", flags="", timeout=timeout))


def chosen(test, sample):
    return zlib.crc32(test.name.encode()) % sample == 0


def main():
    parser = argparse.ArgumentParser(description="Compares what the command does on two processors.")
    parser.add_argument("filters", nargs="*", help="compare the programs whose path contains one of these")
    parser.add_argument("--coracle", default=run.TESTS.parent / "build/bin/coracle", help="the command for this machine")
    parser.add_argument("--other", required=True, help="the other one")
    parser.add_argument("--runner", default="", help="run the other one under this, as 'qemu-aarch64 -L DIR'")
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="compare about one program in N")
    parser.add_argument("--native", type=int, default=1, metavar="N", help="of these, about one in N with native code, too")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for one command")
    options = parser.parse_args()
    here, there = runner_of(options.coracle, "", options.timeout), runner_of(options.other, options.runner, options.timeout)
    has_native_code = (pathlib.Path(there.build) / "lib/libcoracle-jit.so").exists()
    roots = [run.TESTS / name for name in ("language", "stdlib", "oracle", "diagnostics")]
    tests = [test for test in run.load_tests(roots, options.filters) if is_comparable(test) and chosen(test, options.sample)]
    passed = failed = skipped = 0

    def check(test):
        is_native = has_native_code and chosen(test, options.sample * options.native)
        try:
            return check_program(test, here, there, list(MODES) if is_native else ["interpreter"])
        except run.Mismatch as mismatch:
            return mismatch

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for test, outcome in zip(tests, pool.map(check, tests)):
            passed, skipped = passed + (outcome is True), skipped + (outcome is False)
            if isinstance(outcome, run.Mismatch):
                failed += 1
                print(f"FAIL {test.name}\n    " + str(outcome).replace("\n", "\n    "))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
