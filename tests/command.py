#!/usr/bin/env python3
"""Tests of the command: tests/command/NAME.console, run in the folder tests/command/NAME, or where there is none, in {tmp}.

A line `$ coracle ...` is run there. What follows, up to an empty line or the next `$`, is what it writes, errors
included, then `[exit N]` unless the exit code is 0. `...` stands for any lines, and within a line for any text. Lines
that begin with `// ` in front of a command are comments; {tmp} is a fresh folder, the same for all commands of a script. `$ cat FILE` shows
a file. What stands behind the comment `// needs native code` is skipped where the code generator was not built, and
`// needs coracle-bindgen` likewise. --bless writes down what comes out.
"""

import argparse
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import run

FOLDER = pathlib.Path(__file__).resolve().parent / "command"
NEEDS = {"// needs native code": "lib/libcoracle-jit.so", "// needs coracle-bindgen": "bin/coracle-bindgen"}


def run_command(runner, folder, line, scratch):
    """What the command of a line writes, {tmp} in place of the scratch folder; None for a comment."""
    words = shlex.split(line.replace("{tmp}", scratch))
    if words[:2] == ["$", "cat"]:
        return folder.joinpath(words[2]).read_text(encoding="utf-8").splitlines()
    if words[:2] != ["$", "coracle"]:
        return None
    result = subprocess.run([*runner.prefix, *words[2:]], cwd=folder if folder.exists() else scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, env=runner.environment, timeout=runner.timeout)
    lines = [text.replace(scratch, "{tmp}") for text in run.split_lines(result.stdout)]
    return lines + [f"[exit {result.returncode}]"] if result.returncode else lines


def line_matches(wanted, got):
    return re.fullmatch(".*".join(map(re.escape, wanted.split("..."))), got) is not None


def lines_match(wanted, got):
    """Whether the lines agree, where `...` stands for any lines."""
    if not wanted:
        return not got
    if wanted[0] == "...":
        return any(lines_match(wanted[1:], got[skipped:]) for skipped in range(len(got) + 1))
    return bool(got) and line_matches(wanted[0], got[0]) and lines_match(wanted[1:], got[1:])


def is_comment(lines, at):
    """A line that begins with `// ` and stands before a command, perhaps with others of its kind."""
    if not lines[at].startswith("// "):
        return False
    behind = (line for line in lines[at:] if line and not line.startswith("// "))
    return next(behind, "$ ").startswith("$ ")


def read_script(path):
    """The lines of a script as [comment or command line, lines of the output]."""
    entries = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines):
        if is_comment(lines, at) or line.startswith("$ ") or not entries:
            entries.append([line, []])
        else:
            entries[-1][1].append(line)
    for entry in entries:
        while entry[1] and not entry[1][-1]:
            entry[1].pop()
    return entries


def is_missing(runner, comment):
    """Whether the comment says that what follows needs a part that was not built."""
    return comment in NEEDS and not (pathlib.Path(runner.prefix[-1]).parent.parent / NEEDS[comment]).exists()


def check_script(path, runner, bless, scratch):
    """The number of commands that did what the script says, of those that did not, and of those that were skipped."""
    passed = failed = 0
    entries = read_script(path)
    end = next((at for at, entry in enumerate(entries) if is_missing(runner, entry[0])), len(entries))
    for entry in entries[:end]:
        got = run_command(runner, path.with_suffix(""), entry[0], scratch) if entry[0].startswith("$") else None
        if got is None:
            continue
        if lines_match(entry[1], got):
            passed += 1
        elif bless:
            entry[1] = got
            passed += 1
        else:
            failed += 1
            print(f"FAIL command/{path.name}: {entry[0]}")
            try:
                run.check_equal("output", entry[1], got)
            except run.Mismatch as mismatch:
                print("    " + str(mismatch).replace("\n", "\n    "))
    if bless:
        path.write_text("\n".join("\n".join([head, *output, ""]) for head, output in entries), encoding="utf-8")
    return passed, failed, sum(entry[0].startswith("$") for entry in entries[end:])


def main():
    parser = argparse.ArgumentParser(description="Runs the tests of the command.")
    parser.add_argument("filters", nargs="*", help="run the scripts whose path contains one of these")
    parser.add_argument("--coracle", default=FOLDER.parent.parent / "build/bin/coracle")
    parser.add_argument("--runner", default="")
    parser.add_argument("--timeout", type=float, default=60.0)
    parser.add_argument("--bless", action="store_true", help="accept what comes out")
    parser.set_defaults(tier="", flags="")
    options = parser.parse_args()
    runner = run.Runner(options)
    passed = failed = skipped = 0
    for path in sorted(FOLDER.glob("*.console")):
        if not options.filters or any(text in f"command/{path.name}" for text in options.filters):
            with tempfile.TemporaryDirectory() as scratch:
                good, bad, left = check_script(path, runner, options.bless, scratch)
            passed, failed, skipped = passed + good, failed + bad, skipped + left
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
