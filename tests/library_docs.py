#!/usr/bin/env python3
"""The pages of docs/stdlib, made from the documentation comments of stdlib/ by `coracle doc`.

    library_docs.py --write     makes them anew
    library_docs.py --check     compares them with what the comments say now, and lists public names of the library
                                that have no comment or no example

The last line of --check is `N passed, N failed`, where N counts pages and modules.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
PAGES = TOP / "docs/stdlib"
SOURCES = ["--module=std", "stdlib"]


def make_pages(coracle, folder):
    subprocess.run([coracle, "doc", "-o", str(folder), *SOURCES], cwd=TOP, check=True)


def check_pages(coracle):
    """(page, what is wrong with it or None) of each page that is there or should be."""
    with tempfile.TemporaryDirectory() as folder:
        make_pages(coracle, folder)
        made = {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}
    there = {path.name: path.read_bytes() for path in PAGES.iterdir()}
    for name in sorted(made.keys() | there.keys()):
        if name not in made:
            yield name, "belongs to no module: ./dev docs removes it"
        else:
            yield name, None if there.get(name) == made[name] else "is not what the comments say: ./dev docs writes it"


def main():
    parser = argparse.ArgumentParser(description="The pages of the library's documentation.")
    parser.add_argument("--coracle", default=TOP / "build/bin/coracle", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    coracle = options.coracle.resolve()
    if options.write:
        shutil.rmtree(PAGES, ignore_errors=True)
        make_pages(coracle, PAGES)
    if not options.check:
        return 0
    passed = failed = 0
    for name, problem in check_pages(coracle) if PAGES.exists() else []:
        passed, failed = passed + (problem is None), failed + (problem is not None)
        if problem:
            print(f"FAIL docs/stdlib/{name} {problem}")
    missing = subprocess.run([coracle, "doc", "--missing", *SOURCES], cwd=TOP, stdout=subprocess.PIPE, text=True)
    for line in missing.stdout.splitlines():
        failed += 1
        print(f"FAIL {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
