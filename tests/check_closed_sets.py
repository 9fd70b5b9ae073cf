#!/usr/bin/env python3
"""Checks that the tests reach every member of the closed sets that a user can meet.

Every diagnostic of compiler/diagnostics*.def is expected by a behaviour test (or, where no program can show it, by a
unit test that says `// error: E0123`) and has its place in docs/;
every rule of the module reader and the verifier (vm/bytecode/*_rules.def) is named by a unit test or by a module of tests/bytecode. The
last line printed is `N passed, N failed`.
"""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
DIAGNOSTIC = re.compile(r'^DIAGNOSTIC_ROW\(\w+,\s*"([EW]\d+)"', re.MULTILINE)
RULE = re.compile(r'^RULE\(\w+,\s*"([\w-]+)"', re.MULTILINE)


def members(pattern, files):
    return sorted({member for file in files for member in pattern.findall(file.read_text(encoding="utf-8"))})


def words(files, pattern):
    """Every match of the pattern in the files."""
    found = set()
    for file in files:
        found.update(re.findall(pattern, file.read_text(encoding="utf-8", errors="replace")))
    return found


def main():
    codes = members(DIAGNOSTIC, (TOP / "compiler").glob("*.def"))
    tests = [file for file in (TOP / "tests").rglob("*") if file.suffix == ".cora" or file.match("unit/test_*.c")]
    expected = words(tests, r"// (?:error|warning): ([EW]\d+)")
    explained = words((TOP / "docs").rglob("*.md"), r"\b[EW]\d{4}\b")
    rules = members(RULE, (TOP / "vm/bytecode").glob("*_rules.def"))
    sources = [file for file in (TOP / "tests").rglob("*") if file.suffix in (".c", ".h", ".def", ".cora-asm")]
    named = {word.upper().replace("-", "_") for word in words(sources, r"[A-Za-z][\w-]+")}

    checks = [(f"{code}: no test expects it", code in expected) for code in codes]
    checks += [(f"{code}: not explained in docs/", code in explained) for code in codes]
    checks += [(f"rule {rule}: no unit test names it", rule.upper().replace("-", "_") in named) for rule in rules]
    for problem, good in checks:
        if not good:
            print(f"FAIL {problem}")
    failed = sum(not good for _, good in checks)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
