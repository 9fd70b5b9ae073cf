#!/usr/bin/env python3
"""Checks what README.md, docs/ and examples/README.md show.

A ```cora block compiles as it stands; when it carries the expectations of a behaviour test (run.py), it
also runs and keeps them. ```cora fragment is not a whole program and is left alone.

In a ```console block, `$ coracle ...` and `$ ./dev run ...` run from the top of the repository, and what
follows is their output, errors included; a line `...` stands for any lines. Where nothing follows, they
only have to succeed. Other commands are left alone.
"""

import argparse
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import run

TOP = pathlib.Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w+)?(.*?)\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


def documents():
    for path in [TOP / "README.md", TOP / "examples/README.md", *sorted((TOP / "docs").rglob("*.md"))]:
        if path.exists():
            yield path


def blocks(text):
    """(line, language, rest of the info string, content) of every fenced block."""
    for found in FENCE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found.group(1) or "", found.group(2), found.group(3)


def check_cora(code, runner):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "snippet.cora"
        source.write_text(code, encoding="utf-8")
        test = run.Test("snippet", source, source.name, run.read_expectations(source))
        if test.wants:
            run.check_behaviour(test, runner)
        else:
            run.check_exit(runner.command(source.parent, ["check", source.name]), 0)


def commands(content):
    """(words, expected lines) of each `$ ` line; words is None for a command that is not ours."""
    for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        words = shlex.split(line, comments=True)
        if words[:1] == ["coracle"]:
            yield words[1:], output.splitlines()
        elif words[:2] == ["./dev", "run"]:
            yield words[1:], output.splitlines()


def lines_match(wanted, got):
    """Whether the lines agree, where `...` stands for any lines."""
    if not wanted:
        return not got
    if wanted[0] == "...":
        return any(lines_match(wanted[1:], got[skipped:]) for skipped in range(len(got) + 1))
    return bool(got) and wanted[0] == got[0] and lines_match(wanted[1:], got[1:])


def check_console(content, runner):
    for words, wanted in commands(content):
        result = subprocess.run([*runner.prefix, *words], cwd=TOP, stdin=subprocess.DEVNULL, timeout=60,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=runner.environment)
        got = run.split_lines(result.stdout)
        if not wanted and result.returncode != 0:
            head = f"coracle {shlex.join(words)}: exit {result.returncode}"
            raise run.Mismatch("\n".join([head, *got[:20]]))
        if wanted and not lines_match(wanted, got):
            run.check_equal(f"output of coracle {shlex.join(words)}", wanted, got)


def main():
    parser = argparse.ArgumentParser(description="Checks the snippets of the documentation.")
    parser.add_argument("--coracle", default=TOP / "build/bin/coracle")
    parser.set_defaults(runner="", tier="", flags="", timeout=60.0)
    runner = run.Runner(parser.parse_args())

    passed = failed = 0
    for path in documents():
        for line, language, info, content in blocks(path.read_text(encoding="utf-8")):
            try:
                if language == "cora" and "fragment" not in info:
                    check_cora(content, runner)
                elif language == "console":
                    check_console(content, runner)
                else:
                    continue
                passed += 1
            except run.Mismatch as mismatch:
                failed += 1
                print(f"FAIL {path.relative_to(TOP)}:{line}", *str(mismatch).split("\n"), sep="\n    ")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
