#!/usr/bin/env python3
"""A program of 200,000 lines (bench/source.py) compiles, is accepted by the verifier and runs.

What takes time or memory out of proportion to the program, or exceeds an implementation limit, shows here. Ends with
`N passed, N failed`."""

import argparse
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import source  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--coracle", required=True)
coracle = parser.parse_args().coracle

with tempfile.TemporaryDirectory(prefix="coracle-large-") as folder:
    program, module = pathlib.Path(folder, "large.cora"), pathlib.Path(folder, "large.corm")
    program.write_text(source.program(200_000, 1))
    failed = 0
    for command in [[coracle, "build", program, "-o", module], [coracle, "run", module]]:
        try:
            result = subprocess.run(command, capture_output=True, text=True, timeout=120)
            problem = result.stderr if result.returncode or result.stderr else None
        except subprocess.TimeoutExpired:
            problem = "not done after two minutes"
        if problem:
            print(f"FAIL {' '.join(map(str, command))}: {problem[:2000]}")
            failed += 1
            break
    print(f"{1 - failed} passed, {failed} failed")
