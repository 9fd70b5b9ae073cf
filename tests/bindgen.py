#!/usr/bin/env python3
"""Tests of `coracle bindgen`, where it was built (with libclang).

- tests/bindgen/_everything.h gives _everything.cora, byte for byte; --bless writes it. calls.cora calls it, as a behaviour test.
- What it makes of headers of the system has neither errors nor warnings.

The last line printed is `N passed, N failed`.
"""

import argparse
import pathlib
import sys
import tempfile

import run

FOLDER = pathlib.Path(__file__).resolve().parent / "bindgen"
GOLDEN = FOLDER / "_everything.cora"
HEADERS = {  # and its flags; those that the machine lacks are left out
    "sqlite3.h": ["--library=sqlite3"],
    "zlib.h": ["--library=z"],
    "cairo/cairo.h": ["--library=cairo"],
    "math.h": ["--library=m", "--include=bits/mathcalls*.h"],
    "string.h": ["--library=c"],
    "stdlib.h": ["--library=c"],
    "stdio.h": ["--library=c"],
    "time.h": ["--library=c", "--include=bits/types/*.h"],
    "sys/stat.h": ["--library=c", "--include=bits/struct_stat.h"],
}


def check_golden(runner, bless):
    result = runner.command(FOLDER, ["bindgen", "--library=everything", "_everything.h"])
    run.check_exit(result, 0)
    if bless:
        GOLDEN.write_bytes(result.stdout)
    run.check_equal("module", run.split_lines(GOLDEN.read_bytes()), run.split_lines(result.stdout))


def check_header(runner, header, flags):
    """Whether the machine has it."""
    with tempfile.TemporaryDirectory() as scratch:
        result = runner.command(scratch, ["bindgen", *flags, "-o", "header.cora", header])
        if b"file not found" in result.stderr:
            return False
        run.check_exit(result, 0)
        result = runner.command(scratch, ["check", "header.cora"])
        run.check_exit(result, 0)
        run.check_equal("what check says", [], run.split_lines(result.stderr))
        return True


def main():
    parser = argparse.ArgumentParser(description="Tests of `coracle bindgen`.")
    parser.add_argument("--coracle", default=FOLDER.parent.parent / "build/bin/coracle", type=pathlib.Path)
    parser.add_argument("--bless", action="store_true", help="accept what comes out")
    parser.set_defaults(runner="", tier="", flags="", timeout=60.0)
    options = parser.parse_args()
    runner = run.Runner(options)
    if not options.coracle.with_name("coracle-bindgen").exists():
        print("coracle-bindgen was not built", "0 passed, 0 failed", sep="\n")
        return 0

    checks = {"_everything.h": lambda: check_golden(runner, options.bless) or True}
    for header, flags in HEADERS.items():
        checks[header] = lambda header=header, flags=flags: check_header(runner, header, flags)
    passed = failed = 0
    for name, check in checks.items():
        try:
            passed += check()
        except run.Mismatch as mismatch:
            failed += 1
            print(f"FAIL {name}", *str(mismatch).split("\n"), sep="\n    ")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
