#!/usr/bin/env python3
"""Writes docs/diagnostics.md from the tables of diagnostics and their tests, or checks that it is up to date.

    diagnostics_page.py          writes the page
    diagnostics_page.py --check  fails when the page is not what it would write
"""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
PAGE = TOP / "docs/diagnostics.md"
STRING = r'"(?:[^"\\]|\\.)*"'
ROW = re.compile(rf'^DIAGNOSTIC_ROW\((\w+),\s*"([EW]\d+)",\s*(\w+),\s*((?:{STRING}\s*)+),\s*((?:{STRING}\s*)+)\)',
                 re.MULTILINE)
CHAPTERS = [("E01", "Lexical"), ("E02", "Syntax"), ("E03", "Names and modules"), ("E04", "Types"),
            ("E05", "Classes, members, conformance"), ("E06", "Flow, patterns, assignment"),
            ("E07", "Generics and constants"), ("E09", "Limits"), ("W", "Warnings")]
HEAD = """# Diagnostics

Every error and warning of the compiler has a stable code. `coracle check` prints them with the source line; with
`--json`, one object a line. The examples are the tests of the diagnostics; `// error:` says where one is expected.

This page is written by `tests/diagnostics_page.py` from `compiler/diagnostics*.def`.
"""


def text_of(literals):
    joined = "".join(part[1:-1] for part in re.findall(STRING, literals))
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), joined)


def rows():
    for file in sorted((TOP / "compiler").glob("diagnostics*.def")):
        for name, code, severity, message, explanation in ROW.findall(file.read_text(encoding="utf-8")):
            yield code, text_of(message), text_of(explanation)


def example(code):
    """The source of the first short test that expects only this code."""
    for path in sorted((TOP / "tests").rglob(f"{code.lower()}_*.cora")):
        source = path.read_text(encoding="utf-8", errors="replace").strip()
        if len(source.splitlines()) <= 16 and max(map(len, source.splitlines())) <= 110 and "\0" not in source:
            return source
    return None


def page():
    parts = [HEAD]
    entries = sorted(rows())
    for prefix, title in CHAPTERS:
        chosen = [entry for entry in entries if entry[0].startswith(prefix)]
        if chosen:
            parts.append(f"\n## {title}\n")
        for code, message, explanation in chosen:
            parts.append(f"\n### {code}\n\n**{message.replace('{}', '…')}**\n\n{explanation}\n")
            source = example(code)
            if source:
                parts.append(f"\n```cora fragment\n{source}\n```\n")
    return "".join(parts)


def main():
    wanted = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    good = PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted
    if not good:
        print("docs/diagnostics.md is out of date: run tests/diagnostics_page.py")
    print("1 passed, 0 failed" if good else "0 passed, 1 failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
