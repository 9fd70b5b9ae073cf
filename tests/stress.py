#!/usr/bin/env python3
"""Every failure at every place, over the behaviour tests: each is compiled and given to tests/stress (fuzz/stress.c),
which runs it with the N-th allocation failing, the N-th safepoint interrupted, little fuel, stack and heap, and the N-th
malloc failing, for each N. The last line printed is `N passed, N failed`.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import zlib

import run

TESTS = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("filters", nargs="*", help="the tests whose path contains one of these")
    parser.add_argument("--coracle", default=TESTS.parent / "build/bin/coracle", help="compiles the tests")
    parser.add_argument("--stress", required=True, help="the program of fuzz/stress.c")
    parser.add_argument("--runner", default="", help="run it under this, as 'qemu-aarch64 -L DIR'")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for one test")
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="run about one test in N")
    options = parser.parse_args()
    tests = [test for test in run.load_tests([root.resolve() for root in run.default_roots(False)], options.filters)
             if not test.want("error") and not test.want("tiers") and zlib.crc32(test.name.encode()) % options.sample == 0]
    words = [*shlex.split(options.runner), options.stress]

    def problem(test):
        with tempfile.TemporaryDirectory() as folder:
            module = pathlib.Path(folder) / "test.corm"
            built = subprocess.run([options.coracle, "build", "-o", module, test.target], cwd=test.source.parent,
                                   capture_output=True, check=False)
            if built.returncode != 0 or not module.exists():
                return None  # it is expected not to compile
            try:
                ran = subprocess.run([*words, module], capture_output=True, check=False, timeout=options.timeout)
            except subprocess.TimeoutExpired:
                return f"no end after {options.timeout} s"
        # a module of several cannot be run alone
        if ran.returncode != 0 and b"which is not found" not in ran.stderr:
            return (ran.stdout + ran.stderr).decode(errors="replace")[-3000:]
        return None

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for test, text in zip(tests, pool.map(problem, tests)):
            if text is not None:
                failed += 1
                print(f"FAIL {test.name}", *text.split("\n"), sep="\n    ", flush=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
