#!/usr/bin/env python3
"""Large programs compile, are accepted by the verifier and run.

What takes time or memory out of proportion to the program, or exceeds an implementation limit, shows here. Ends with
`N passed, N failed`."""

import argparse
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import source  # noqa: E402


def many_fields():
    """A class whose constructor takes thousands of arguments, all of which have defaults."""
    fields = "\n".join(f"    var f{i}: int = {i}" for i in range(3000))
    return f"class Big {{\n{fields}\n}}\nlet big = [Big(), Big(f7: 1), Big()]\nprint(big[1].f7 + big[2].f2999)\n"


PROGRAMS = {"200,000 lines of varied code": lambda: source.program(200_000, 1), "thousands of defaults": many_fields}


def problem_of(coracle, text, folder):
    """What goes wrong when the program is built and run, or None."""
    program, module = pathlib.Path(folder, "large.cora"), pathlib.Path(folder, "large.corm")
    program.write_text(text)
    for command in [[coracle, "build", program, "-o", module], [coracle, "run", module]]:
        try:
            result = subprocess.run(command, capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            return "not done after two minutes"
        if result.returncode or result.stderr:
            return result.stderr[:2000]
    if module.stat().st_size > 20 * len(text):
        return f"the module has {module.stat().st_size} bytes, the source {len(text)}"
    return None


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--coracle", required=True)
options = parser.parse_args()
failed = 0
for name, make in PROGRAMS.items():
    with tempfile.TemporaryDirectory(prefix="coracle-large-") as scratch:
        problem = problem_of(options.coracle, make(), scratch)
    if problem:
        print(f"FAIL {name}: {problem}")
        failed += 1
print(f"{len(PROGRAMS) - failed} passed, {failed} failed")
