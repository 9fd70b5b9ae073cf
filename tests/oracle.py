#!/usr/bin/env python3
"""Makes the expected outputs of tests/oracle: what other languages print for the same computation.

A computation is a program NAME.cora, a peer NAME.py, NAME.js or NAME.java that computes the same by other
means, and NAME.out, what the peer prints. tests/run.py holds the program to NAME.out.

    oracle.py [NAME...]            runs the peers and writes NAME.out
    oracle.py --check [NAME...]    compares instead; a peer that is not installed is skipped, and so is one that
                                   lacks the data or the version that it needs: it exits with 77

The last line printed is `N passed, N failed[, N skipped]`.
"""

import argparse
import concurrent.futures
import difflib
import os
import pathlib
import shutil
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent / "oracle"
PEERS = {".py": [sys.executable, "-B"], ".js": ["node"], ".java": ["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]}


def run_peer(script):
    """What the peer prints, or None where its language, or what it needs, is not installed."""
    command = PEERS[script.suffix]
    if not shutil.which(command[0]):
        return None
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    result = subprocess.run([*command, script.name], cwd=FOLDER, env=environment, capture_output=True, timeout=120)
    if result.returncode == 77:
        return None
    if result.returncode != 0:
        raise RuntimeError(result.stderr.decode(errors="replace"))
    return result.stdout


def compare(stored, printed):
    old, new = (data.decode(errors="replace").split("\n") for data in (stored, printed))
    lines = difflib.unified_diff(old, new, "stored", "printed", lineterm="", n=1)
    return "\n".join(line for line, _ in zip(lines, range(40)))


def handle(script, check):
    """(outcome, explanation): the outcome is True, False, or None for a peer that is not here."""
    stored = script.with_suffix(".out")
    try:
        printed = run_peer(script)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    if printed is None:
        return None, ""
    if not check:
        stored.write_bytes(printed)
        return True, ""
    if not stored.exists():
        return False, f"{stored.name} is missing; oracle.py writes it"
    difference = compare(stored.read_bytes(), printed)
    return difference == "", difference


def main():
    parser = argparse.ArgumentParser(description="Makes or checks the outputs of tests/oracle.")
    parser.add_argument("names", nargs="*", help="computations whose name contains one of these; all by default")
    parser.add_argument("--check", action="store_true", help="compare with the stored outputs")
    options = parser.parse_args()
    scripts = [path for path in sorted(FOLDER.iterdir())
               if path.suffix in PEERS and not path.name.startswith("_") and
               (not options.names or any(name in path.name for name in options.names))]
    problems = [(path.with_suffix(".cora"), "this computation has no program")
                for path in scripts if not path.with_suffix(".cora").exists()]
    problems += [(path, "this program has no peer") for path in sorted(FOLDER.glob("*.cora"))
                 if not path.name.startswith("_") and not any(path.with_suffix(peer).exists() for peer in PEERS)]
    outcomes = {True: 0, False: len(problems), None: 0}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for script, (outcome, text) in zip(scripts, pool.map(lambda script: handle(script, options.check), scripts)):
            outcomes[outcome] += 1
            if outcome is False:
                problems.append((script, text))
    for path, text in problems:
        print(f"FAIL oracle/{path.name}", *text.split("\n"), sep="\n    ")
    print(f"{outcomes[True]} passed, {outcomes[False]} failed" +
          (f", {outcomes[None]} skipped" if outcomes[None] else ""))
    return 1 if outcomes[False] else 0


if __name__ == "__main__":
    sys.exit(main())
