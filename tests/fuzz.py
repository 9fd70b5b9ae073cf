#!/usr/bin/env python3
"""Feeds damaged sources and modules to the command and looks for what must not happen.

Sources come from the behaviour tests, modules from compiling them. An input is damaged by a few random
edits (bytes changed, removed, repeated, spliced from another input), then checked, or run under small limits.
Any exit code that is documented is fine; a signal, a sanitizer's report, an internal error or no end
is a finding, which is kept in the output folder. The same --seed gives the same inputs.
"""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import run

TESTS = pathlib.Path(__file__).resolve().parent
SANITIZER_EXIT = 99
INTERNAL_EXIT = 70
LIMITS = ["--heap=64M", "--stack=1M", "--fuel=20000000"]
ENVIRONMENT = {"ASAN_OPTIONS": f"detect_leaks=0:detect_stack_use_after_return=0:exitcode={SANITIZER_EXIT}",
               "UBSAN_OPTIONS": f"print_stacktrace=1:exitcode={SANITIZER_EXIT}"}
INTERESTING = [0, 1, 2, 0x7f, 0x80, 0xff, 0xc0, 0xe2, 0xf0, 0x22, 0x28, 0x7b]


def damaged(random_, data, other):
    """The data after a few random edits."""
    data = bytearray(data)
    for _ in range(random_.choice((1, 1, 1, 2, 3, 6))):
        at = random_.randrange(len(data) + 1)
        size = min(random_.choice((1, 1, 2, 4, 8, 30)), len(data) - at)
        edit = random_.randrange(6)
        if edit == 0 and size:
            data[at] = random_.choice(INTERESTING)
        elif edit == 1 and size:
            data[at] ^= 1 << random_.randrange(8)
        elif edit == 2:
            del data[at:at + size]
        elif edit == 3:
            data[at:at] = data[at:at + size] * random_.choice((1, 2, 50))
        elif edit == 4 and other:
            start = random_.randrange(len(other))
            data[at:at + size] = other[start:start + random_.randrange(1, 40)]
        else:
            data[at:at] = bytes([random_.choice(INTERESTING)])
    return bytes(data)


class Fuzzer:
    def __init__(self, options):
        self.runner = run.Runner(options)
        self.runner.environment.update(ENVIRONMENT)
        self.random = random.Random(options.seed)
        self.findings = options.findings
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="coracle-fuzz-"))
        self.count = self.found = 0

    def problem(self, words):
        """What went wrong with this command, or None."""
        try:
            result = self.runner.command(self.scratch, words)
        except run.Mismatch as mismatch:
            return str(mismatch)
        code = result.returncode
        if code < 0 or code in (SANITIZER_EXIT, INTERNAL_EXIT) or code >= 128:
            return f"exit {code}\n" + result.stderr.decode(errors="replace")[:3000]
        return None

    def try_input(self, suffix, data, words):
        path = self.scratch / ("input" + suffix)
        path.write_bytes(data)
        self.count += 1
        problem = self.problem([*words, path.name])
        if problem:
            self.found += 1
            self.findings.mkdir(parents=True, exist_ok=True)
            kept = self.findings / f"finding-{self.found}{suffix}"
            kept.write_bytes(data)
            print(f"FAIL coracle {' '.join(words)} {kept}", *problem.split("\n"), sep="\n    ", flush=True)

    def compile(self, source):
        """The bytes of the module that the source compiles to; None where it does not."""
        module = self.scratch / "module.corm"
        result = self.runner.command(source.parent, ["build", "-o", str(module), source.name])
        return module.read_bytes() if result.returncode == 0 else None

    def run_for(self, seconds, sources):
        texts = [path.read_bytes() for path in sources]
        modules = [module for module in map(self.compile, self.random.sample(sources, min(60, len(sources))))
                   if module]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = damaged(self.random, self.random.choice(texts), self.random.choice(texts))
            self.try_input(".cora", text, ["check"])
            if modules:
                module = damaged(self.random, self.random.choice(modules), self.random.choice(modules))
                self.try_input(".corm", module, ["run", *LIMITS])


def main():
    parser = argparse.ArgumentParser(description="Fuzzes the compiler and the loader.")
    parser.add_argument("--coracle", default=TESTS.parent / "build-asan/bin/coracle")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--findings", type=pathlib.Path, default=TESTS.parent / "build/fuzz")
    parser.set_defaults(runner="", tier="", flags="", timeout=30.0)
    options = parser.parse_args()
    fuzzer = Fuzzer(options)
    sources = sorted(path for path in (TESTS / "language").rglob("*.cora") if path.stat().st_size > 0)
    fuzzer.run_for(options.seconds, sources)
    print(f"{fuzzer.count - fuzzer.found} passed, {fuzzer.found} failed")
    return 1 if fuzzer.found else 0


if __name__ == "__main__":
    sys.exit(main())
